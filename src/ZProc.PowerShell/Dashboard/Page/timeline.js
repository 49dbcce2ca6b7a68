// The timeline: a row for each process below the session or process that started it, a bar for each attempt.
let timeRange = [0, 1];
const timelineList = new RowList(byId("timeline-list"), {
  className: "time",
  keyOf: item => item.key,
  none: () => "No process has been started in this context.",
  create(row) { row.append(element("span"), element("span", "track")); },
  fill(row, item) {
    const [label, track] = row.children;
    row.classList.toggle("group", !item.process);
    setText(label, item.process ? item.process.name : item.name);
    label.style.paddingLeft = `${Math.min(item.depth, 8) * 14}px`;
    const pieces = item.process ? piecesOf(item.process) : [];
    while (track.children.length < pieces.length) track.append(element("i", "piece"));
    [...track.children].forEach((node, at) => {
      const piece = pieces[at];
      node.hidden = !piece;
      if (!piece) return;
      const [begin, end] = timeRange, wide = end - begin;
      node.className = `piece ${piece.how}`;
      node.style.left = `${100 * (Math.max(piece.from, begin) - begin) / wide}%`;
      node.style.width = `${Math.max(0, 100 * (Math.min(piece.to, end) - Math.max(piece.from, begin)) / wide)}%`;
      node.hidden = piece.to < begin || piece.from > end;
      node.title = piece.text;
    });
  },
  open: item => { if (item.process) showDetail("process", item.process.id); },
});

function piecesOf(process) {
  const pieces = [];
  let last = process.started;
  process.history.forEach(([number, , started, ended, exit, error], at) => {
    if (at > 0 && started > last) pieces.push({ from: last, to: started, how: "waiting", text: `waited ${duration(started - last)}` });
    const isEnd = at === process.history.length - 1 && isOver(process);
    const how = isEnd ? process.state : error || exit !== 0 ? "Failed" : "Completed";
    pieces.push({ from: started, to: ended, how: how.toLowerCase(), text: `${process.name}, attempt ${number}: ${moment(started)} – ${moment(ended)} (${duration(ended - started)}), exit code ${exit}${error ? `\n${error}` : ""}` });
    last = ended;
  });
  const now = Date.now();
  if (process.state === "Running" && process.started !== null) {
    const isWaiting = process.next !== null && process.next > now;
    pieces.push({ from: last, to: now, how: isWaiting ? "waiting" : "running", text: `${process.name}, ${isWaiting ? `attempt ${process.attempts + 1} begins at ${clock(process.next)}` : `attempt ${process.attempts}: since ${moment(last)}`}` });
  } else if (process.history.length === 0 && process.started !== null) {
    pieces.push({ from: process.started, to: process.ended ?? now, how: process.state === "Lost" ? "failed" : process.state.toLowerCase(), text: `${process.name}: ${process.state}` });
  }
  return pieces;
}

const rebuildTimeline = new Rebuild(() => {
  if (byId("view-timeline").hidden) return;
  const children = new Map();
  for (const process of model.processes.values()) {
    const parent = model.processes.has(process.parent) ? process.parent : `session ${process.parent}`;
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push(process);
  }
  const items = [];
  const add = (parent, depth) => {
    const list = children.get(parent) ?? [];
    children.delete(parent);
    list.sort((left, right) => (left.started ?? Infinity) - (right.started ?? Infinity) || (left.id < right.id ? -1 : 1));
    for (const process of list) {
      items.push({ key: process.id, process, depth });
      add(process.id, depth + 1);
    }
  };
  for (const [parent, list] of [...children].filter(([parent]) => parent.startsWith("session "))) {
    const isThis = parent === `session ${model.info?.session}`;
    items.push({ key: parent, name: `${list[0].parentName}${isThis ? " (this session)" : ""}`, depth: 0 });
    add(parent, 1);
  }
  setRange();
  timelineList.show(items);
});

function setRange() {
  const span = Number(byId("span").value) * 1000, now = Date.now();
  const starts = [...model.processes.values()].map(process => process.started).filter(time => time !== null);
  const isRunning = [...model.processes.values()].some(process => process.state === "Running");
  const newest = isRunning ? now : starts.length ? Math.max(...[...model.processes.values()].map(process => process.ended ?? process.started ?? 0)) : now;
  const begin = span ? now - span : starts.length ? Math.min(...starts) : now - 1000;
  const end = span ? now : Math.max(newest, begin + 1000);
  timeRange = [begin, end];
  const axis = byId("axis");
  const marks = 4;
  while (axis.children.length <= marks) axis.append(element("i"));
  [...axis.children].forEach((mark, at) => { mark.style.left = `${100 * at / marks}%`; setText(mark, clock(begin + (end - begin) * at / marks)); });
}
byId("span").addEventListener("change", () => rebuildTimeline.request());
setInterval(() => { if (!byId("view-timeline").hidden) { setRange(); timelineList.draw(); } }, 1000);
