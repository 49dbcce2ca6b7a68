// The state of one namespace, live or as it was at a revision.
let past = null; // { revision, rows, update } while the list shows a revision
let askedRevision = null, isAsking = false;

const stateList = new RowList(byId("state-list"), {
  className: "entry",
  keyOf: entry => entry.key,
  none: () => past?.problem ?? ((past ? past.rows.length : model.entries.size) === 0 ? "The namespace is empty." : "No key matches."),
  create(row) {
    row.append(element("span", "key"), element("span", "preview mono"), element("span", "quiet"), element("span", "number quiet"), element("span", "number quiet"), element("span", "updated quiet"));
  },
  fill(row, item, isSame) {
    const entry = past ? item : model.entries.get(item.key) ?? item;
    const [key, preview, kind, size, revision, updated] = row.children;
    setText(key, entry.key);
    setText(preview, entry.preview);
    setText(kind, entry.kind);
    setText(size, count(entry.bytes));
    setText(revision, entry.revision === null ? "" : count(entry.revision));
    setText(updated, entry.updated === null ? "" : clock(entry.updated));
    if (!isSame) preview.flashed = entry.changed;
    flash(preview, entry.changed);
  },
  open: entry => showDetail("entry", entry.key),
});

let sortedKeys = [];
const rebuildState = new Rebuild(() => {
  const text = byId("state-search").value.toLowerCase();
  if (!past && model.keysChanged) {
    model.keysChanged = false;
    sortedKeys = [...model.entries.keys()].sort();
  }
  const all = past ? past.rows : sortedKeys.map(key => model.entries.get(key)).filter(entry => entry);
  const found = text ? all.filter(entry => entry.key.toLowerCase().includes(text) || entry.preview.toLowerCase().includes(text)) : all;
  const total = past ? past.count : model.namespaces.get(namespaceShown)?.count ?? all.length;
  setText(byId("state-shown"), found.length === total ? `${count(total)} keys` : `${count(found.length)} of ${count(total)} keys`);
  stateList.show(found);
});

let searchTimer = 0;
byId("state-search").addEventListener("input", () => {
  rebuildState.request();
  clearTimeout(searchTimer);
  searchTimer = setTimeout(() => {
    // The server searches a namespace that has more keys than the page holds.
    const isLarge = (model.namespaces.get(namespaceShown)?.count ?? 0) > (model.info?.maximum ?? Infinity);
    if (isLarge || searchSent) connect(namespaceShown, isLarge ? byId("state-search").value : "");
  }, 400);
});

byId("namespace").addEventListener("change", event => { goLive(); byId("state-search").value = ""; connect(event.target.value, ""); });

views.push(() => {
  if (model.namespacesChanged || byId("namespace").value !== namespaceShown) {
    model.namespacesChanged = false;
    const names = [...model.namespaces.keys()];
    if (namespaceShown !== null && !model.namespaces.has(namespaceShown)) names.push(namespaceShown);
    names.sort((left, right) => (left[0] === "$") - (right[0] === "$") || (left < right ? -1 : 1));
    const choice = byId("namespace");
    if (names.join("\n") !== choice.names) {
      choice.names = names.join("\n");
      choice.replaceChildren(...names.map(name => { const option = element("option", "", name); option.value = name; return option; }));
    }
    choice.value = namespaceShown;
    showRevision();
  }
  setText(byId("state-count"), count(model.namespaces.get(namespaceShown)?.count ?? model.entries.size));
  if (past) return;
  if (model.keysChanged) rebuildState.request();
  else if (model.entriesChanged) byId("state-search").value ? rebuildState.request() : stateList.draw();
  model.entriesChanged = false;
});

function showRevision() {
  const info = model.namespaces.get(namespaceShown);
  const slider = byId("revision");
  slider.min = info?.oldest ?? 0;
  slider.max = info?.revision ?? 0;
  if (!past) slider.value = slider.max;
  byId("live").setAttribute("aria-pressed", String(!past));
  byId("view-state").classList.toggle("past", past !== null);
  const update = past?.update;
  setText(byId("revision-text"), !past ? `revision ${count(info?.revision ?? 0)}, kept since ${count(info?.oldest ?? 0)}`
    : past.problem ? `revision ${count(past.revision)}: ${past.id ?? ""}`
    : update ? `revision ${count(past.revision)}, ${moment(update.time)}, by ${update.source}: ${update.keys.slice(0, 3).join(", ")}${update.count > 3 ? ` and ${update.count - 3} more` : ""}`
    : `revision ${count(past.revision)}`);
}

function goLive() {
  past = null;
  askedRevision = null;
  model.keysChanged = true;
  showRevision();
  draw();
}

// Asks for a revision, one question at a time: while the slider moves, only its newest place counts.
async function travel(revision) {
  askedRevision = revision;
  if (isAsking) return;
  isAsking = true;
  while (askedRevision !== null && past?.revision !== askedRevision) {
    const asked = askedRevision;
    let found;
    try {
      const answer = await ask("state", { ns: namespaceShown, revision: asked });
      const changed = new Set(answer.update?.keys ?? []);
      found = { ...answer, rows: answer.rows.map(([key, preview, kind, size, at, updated]) => ({ key, preview, kind, bytes: size, revision: at, updated, changed: changed.has(key) ? performance.now() : 0 })) };
    } catch (problem) {
      found = { revision: asked, rows: [], count: 0, problem: problem.message, id: problem.id };
    }
    if (askedRevision === null) break;
    past = found;
    showRevision();
    rebuildState.request();
  }
  isAsking = false;
}
function step(by) {
  const slider = byId("revision");
  const from = past ? past.revision : Number(slider.max);
  const to = Math.min(Number(slider.max), Math.max(0, from + by));
  slider.value = to;
  travel(to);
}
byId("live").addEventListener("click", goLive);
byId("earlier").addEventListener("click", () => step(-1));
byId("later").addEventListener("click", () => step(1));
byId("revision").addEventListener("input", event => travel(Number(event.target.value)));

const entryDetail = {
  title: key => key,
  make(body) { body.append(element("dl"), element("pre", "value")); },
  fill(body, key) {
    const entry = past ? past.rows.find(row => row.key === key) : model.entries.get(key);
    fillFacts(body.querySelector("dl"), [["Namespace", namespaceShown], ["Revision", entry ? count(entry.revision) : "removed"], ["Updated", entry ? moment(entry.updated) : ""], ["Type", entry?.kind ?? ""], ["Bytes", entry ? count(entry.bytes) : ""]].filter(([, value]) => value));
    const value = body.querySelector(".value");
    const wanted = `${key}\n${past?.revision ?? "live"}\n${entry?.revision}`;
    if (value.asked === wanted || value.isAsking || !entry) return;
    value.asked = wanted;
    value.isAsking = true; // a value that changes often is asked for again only after the answer
    ask("value", { ns: namespaceShown, key, ...(past ? { revision: past.revision } : {}) })
      .then(answer => setText(value, answer.text), problem => setText(value, problem.message))
      .finally(() => { value.isAsking = false; setTimeout(draw, 250); });
  },
};
