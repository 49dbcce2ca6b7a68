// What the server has sent. Messages change the model, and the views draw it at the next frame.
const model = { info: null, processes: new Map(), figures: new Map(), entries: new Map(), namespaces: new Map(), watchers: [], samples: [], status: "connecting", reason: "" };
const views = [];
let namespaceShown = null, searchSent = "", source = null, drawing = false;

function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => { drawing = false; for (const view of views) view(); });
}

function toProcess(row) {
  const [id, name, kind, state, pid, attempts, started, ended, next, exit, error, parent, parentName, machine, command, history] = row;
  return { id, name, kind, state, pid, attempts, started, ended, next, exit, error, parent, parentName, machine, command, history };
}

const apply = {
  hello(message) {
    for (const part of [model.processes, model.figures, model.entries, model.namespaces]) part.clear();
    Object.assign(model, { info: message, samples: message.samples, status: "live", keysChanged: true });
    namespaceShown = message.namespace;
  },
  processes(message) {
    for (const row of message.rows) model.processes.set(row[0], toProcess(row));
    for (const id of message.gone) { model.processes.delete(id); model.figures.delete(id); }
    model.processesChanged = true;
  },
  figures(message) {
    for (const [id, processor, memory, line] of message.rows) {
      const known = model.figures.get(id);
      model.figures.set(id, { processor, memory, line: line ?? known?.line ?? "", changed: line !== known?.line ? performance.now() : known?.changed });
    }
    model.processesChanged = true;
  },
  state(message) {
    for (const [key, preview, kind, bytes, revision, updated] of message.rows) {
      const known = model.entries.get(key);
      if (!known) model.keysChanged = true;
      model.entries.set(key, { key, preview, kind, bytes, revision, updated, changed: known && known.revision !== revision ? performance.now() : 0 });
    }
    for (const key of message.gone) { model.entries.delete(key); model.keysChanged = true; }
    model.entriesChanged = true;
  },
  namespaces(message) {
    for (const [name, count, bytes, revision, oldest] of message.rows) model.namespaces.set(name, { name, count, bytes, revision, oldest });
    for (const name of message.gone) model.namespaces.delete(name);
    model.namespacesChanged = true;
  },
  watchers(message) { model.watchers = message.rows; model.watchersChanged = true; },
  sample(message) { model.samples = [...model.samples, ...message.rows].slice(-300); },
  end(message) { Object.assign(model, { status: "ended", reason: message.reason }); source.close(); },
};

function connect(namespace = namespaceShown, search = searchSent) {
  source?.close();
  searchSent = search;
  const query = new URLSearchParams();
  if (namespace !== null) query.set("ns", namespace);
  if (search) query.set("search", search);
  source = new EventSource(`events?${query}`);
  source.onmessage = event => {
    const message = JSON.parse(event.data);
    apply[message.type]?.(message);
    draw();
  };
  source.onerror = () => {
    if (model.status !== "ended") model.status = "reconnecting";
    draw();
  };
}

// One answer of the server. An error of the server is an exception with its message.
async function ask(path, parameters, method = "GET") {
  const answer = await fetch(`${path}?${new URLSearchParams(parameters)}`, { method });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(body.message ?? `The server answered ${answer.status}.`), { id: body.error });
  return body;
}

const pad = (number, width = 2) => String(number).padStart(width, "0");
const clock = time => { const at = new Date(time); return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`; };
const moment = time => time === null ? "" : `${clock(time)}.${pad(new Date(time).getMilliseconds(), 3)}`;
const count = number => number === null || number === undefined ? "" : Number(number).toLocaleString("en");
function bytes(size) {
  if (size === null || size === undefined) return "";
  const units = ["B", "KB", "MB", "GB"];
  let at = 0;
  while (size >= 1024 && at < units.length - 1) { size /= 1024; at++; }
  return `${at === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[at]}`;
}
function duration(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
}
const byId = id => document.getElementById(id);
function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
function setText(node, text) { if (node.textContent !== text) node.textContent = text; }
