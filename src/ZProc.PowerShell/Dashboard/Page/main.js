// The tabs, the watchers, the details, and the connection.
const watcherList = new RowList(byId("watcher-list"), {
  className: "watcher",
  keyOf: watcher => String(watcher[0]),
  none: () => "This session has registered no watcher.",
  create(row) { for (let at = 0; at < 5; at++) row.append(element("span")); },
  fill(row, [, name, namespace, keys, condition, process]) {
    [name, namespace, keys || "all keys", condition, process ? model.processes.get(process)?.state ?? "removed" : "passive"].forEach((text, at) => setText(row.children[at], text));
  },
  open: ([, , , , , process]) => { if (process) showDetail("process", process); },
});
views.push(() => {
  if (!model.watchersChanged) return;
  model.watchersChanged = false;
  setText(byId("watchers-count"), count(model.watchers.length));
  watcherList.show(model.watchers);
});

const details = { process: processDetail, entry: entryDetail };
let shown = null;
function showDetail(kind, key) {
  const body = byId("detail-body");
  shown = { kind, key };
  body.replaceChildren(element("p", "problem"));
  details[kind].make(body, key);
  byId("detail").hidden = false;
  fillDetail();
}
function fillDetail() {
  if (!shown) return;
  setText(byId("detail-title"), details[shown.kind].title(shown.key));
  details[shown.kind].fill(byId("detail-body"), shown.key);
}
function showProblem(text) { const place = document.querySelector("#detail-body .problem"); if (place) setText(place, text); }
function closeDetail() { shown = null; byId("detail").hidden = true; }
byId("detail-close").addEventListener("click", closeDetail);
document.addEventListener("keydown", event => { if (event.key === "Escape") closeDetail(); });
views.push(fillDetail);

const tabs = [...document.querySelectorAll("nav button")];
function showView(name) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab.dataset.view === name));
    byId(`view-${tab.dataset.view}`).hidden = tab.dataset.view !== name;
  }
  closeDetail();
  rebuildTimeline.request();
  rebuildState.request();
  rebuildProcesses.request();
  watcherList.show(model.watchers);
}
for (const tab of tabs) tab.addEventListener("click", () => showView(tab.dataset.view));

views.push(() => {
  const info = model.info;
  const status = byId("status");
  status.className = `status ${model.status}`;
  setText(status, model.status === "ended" ? "ended" : model.status);
  status.title = model.reason;
  if (!info) return;
  document.title = `${info.name} · ZProc`;
  setText(byId("name"), info.name);
  setText(byId("endpoint"), info.server === null ? info.endpoint : `${info.endpoint} · process ${info.server}`);
  setText(byId("mode"), info.control ? "control" : "read-only");
});
connect();
draw();
