// The processes: the list, and the details of one.
const columns = [
  ["State", p => p.state], ["Name", p => p.name.toLowerCase()], ["Runs in", p => p.pid ?? 0], ["Attempts", p => -p.attempts],
  ["CPU", p => -(model.figures.get(p.id)?.processor ?? -1)], ["Memory", p => -(model.figures.get(p.id)?.memory ?? -1)],
  ["Time", p => -(p.started ?? Infinity)], ["Started by", p => p.parentName.toLowerCase()], ["Last output", null],
];
const wide = new Set([2, 6, 7]);
let sortedBy = 6;
columns.forEach(([title, key], at) => {
  const head = element("span", `${wide.has(at) ? "wide " : ""}${at >= 3 && at <= 6 ? "number" : ""}`);
  const button = element("button", "", title);
  button.disabled = key === null;
  button.addEventListener("click", () => { sortedBy = at; rebuildProcesses.request(); });
  head.append(button);
  byId("process-head").append(head);
});

const isOver = process => process.state !== "Running" && process.state !== "NotStarted";
const timeOf = process => process.started === null ? "" : duration((process.ended ?? Date.now()) - process.started);

const processList = new RowList(byId("process-list"), {
  className: "process",
  keyOf: process => process.id,
  none: () => model.processes.size === 0 ? "No process has been started in this context." : "No process matches.",
  create(row) {
    row.append(
      element("span", "state"), element("span", "name"), element("span", "wide quiet"), element("span", "number"), element("span", "number"), element("span", "number"),
      element("span", "wide number"), element("span", "wide quiet"), element("span", "last mono"), element("span", "meta"));
  },
  fill(row, process) {
    const [state, name, place, attempts, processor, memory, time, parent, last, meta] = row.children;
    const figures = model.figures.get(process.id) ?? {};
    state.className = `state ${process.state}`;
    setText(state, process.state);
    setText(name, process.name);
    setText(place, process.kind === "Runspace" ? "runspace" : process.pid === null ? "" : `process ${process.pid}`);
    setText(attempts, count(process.attempts));
    setText(processor, figures.processor === null || figures.processor === undefined ? "" : `${figures.processor.toFixed(figures.processor < 10 ? 1 : 0)} %`);
    setText(memory, bytes(figures.memory));
    setText(time, timeOf(process));
    setText(parent, process.parentName);
    setText(last, process.state === "Failed" || process.state === "Lost" ? process.error ?? figures.line ?? "" : figures.line ?? "");
    setText(meta, [process.attempts > 1 ? `${process.attempts} attempts` : "", bytes(figures.memory), timeOf(process)].filter(part => part).join(" · "));
  },
  open: process => showDetail("process", process.id),
});

const rebuildProcesses = new Rebuild(() => {
  const text = byId("process-search").value.toLowerCase(), state = byId("process-state").value;
  const found = [...model.processes.values()].filter(process => (!state || process.state === state)
    && (!text || `${process.name}\n${process.error ?? ""}\n${process.parentName}\n${process.pid ?? ""}\n${model.figures.get(process.id)?.line ?? ""}`.toLowerCase().includes(text)));
  const key = columns[sortedBy][1];
  found.sort((left, right) => { const a = key(left), b = key(right); return a < b ? -1 : a > b ? 1 : left.id < right.id ? -1 : 1; });
  [...byId("process-head").children].forEach((head, at) => head.firstChild.classList.toggle("sorted", at === sortedBy));
  setText(byId("process-shown"), found.length === model.processes.size ? "" : `${count(found.length)} of ${count(model.processes.size)}`);
  processList.show(found);
});
byId("process-search").addEventListener("input", () => rebuildProcesses.request());
byId("process-state").addEventListener("change", () => rebuildProcesses.request());
setInterval(() => { if (!byId("view-processes").hidden) processList.draw(); }, 1000);

views.push(() => {
  if (!model.processesChanged) return;
  model.processesChanged = false;
  setText(byId("processes-count"), count(model.processes.size));
  rebuildProcesses.request();
  rebuildTimeline.request();
});

// A button that takes effect at the second click.
function actionButton(title, isDangerous, act) {
  const button = element("button", isDangerous ? "danger" : "", title);
  button.addEventListener("click", async () => {
    if (isDangerous && button.textContent === title) {
      button.textContent = `${title} now?`;
      setTimeout(() => { button.textContent = title; }, 4000);
      return;
    }
    button.textContent = title;
    button.disabled = true;
    try { await act(); showProblem(""); } catch (problem) { showProblem(problem.message); }
    button.disabled = false;
  });
  return button;
}

const processDetail = {
  title: id => model.processes.get(id)?.name ?? "Removed",
  make(body, id) {
    const actions = element("div", "actions");
    if (model.info.control) {
      actions.append(
        actionButton("Stop", false, () => ask("stop", { id }, "POST")), actionButton("Kill", true, () => ask("kill", { id }, "POST")), actionButton("Restart", false, () => ask("restart", { id }, "POST")));
    }
    body.append(actions, element("dl"), element("h3", "", "Script"), element("pre", "command"), element("h3", "", "Attempts"), element("pre", "attempts"), element("h3", "", "Newest output"), element("pre", "output"));
  },
  fill(body, id) {
    const process = model.processes.get(id);
    if (!process) return;
    const figures = model.figures.get(id) ?? {};
    const buttons = body.querySelectorAll(".actions button");
    if (buttons.length) { buttons[0].disabled = buttons[1].disabled = isOver(process); }
    const facts = [
      ["State", process.state + (process.next ? `, next attempt at ${clock(process.next)}` : "")], ["Runs in", process.kind === "Runspace" ? `a runspace of process ${process.pid ?? ""}` : `OS process ${process.pid ?? "–"}`],
      ["Machine", process.machine], ["Started by", process.parentName], ["Started", moment(process.started)], ["Ended", moment(process.ended)], ["Time", timeOf(process)],
      ["CPU", figures.processor === null || figures.processor === undefined ? "" : `${figures.processor} %`], ["Memory", bytes(figures.memory)],
      ["Exit code", process.exit === null ? "" : String(process.exit)], ["Error", process.error ?? ""], ["Id", process.id],
    ].filter(([, value]) => value);
    fillFacts(body.querySelector("dl"), facts);
    setText(body.querySelector(".command"), process.command.trim());
    setText(body.querySelector(".attempts"), process.history.map(([number, pid, started, ended, exit, error]) =>
      `${number}  ${moment(started)}  ${duration(ended - started)}  exit ${exit}${pid === null ? "" : `  process ${pid}`}${error ? `\n   ${error}` : ""}`).join("\n") || (process.attempts ? "The first one is running." : "None."));
    const line = figures.line ?? "";
    const output = body.querySelector(".output");
    if (output.asked !== `${id} ${figures.changed} ${process.state}`) {
      output.asked = `${id} ${figures.changed} ${process.state}`;
      ask("output", { id }).then(({ here, lines }) => setText(output, lines.map(([kind, text]) => kind === "Output" || kind === "Text" ? text : `${kind.toUpperCase()}: ${text}`).join("\n")
        || (here ? line ? `${line}\n(received)` : "None." : "Another session has the output. Receive-ZProcess brings it here.")), problem => setText(output, problem.message));
    }
  },
};
function fillFacts(list, facts) {
  while (list.children.length > facts.length * 2) list.lastChild.remove();
  facts.forEach(([name, value], at) => {
    if (!list.children[at * 2]) list.append(element("dt"), element("dd"));
    setText(list.children[at * 2], name);
    setText(list.children[at * 2 + 1], value);
  });
}
