// A list that holds only the rows that are in sight.
class RowList {
  constructor(host, { className, create, fill, keyOf, open, none }) {
    Object.assign(this, { host, className, create, fill, keyOf, open, none, items: [], pool: [], selected: null });
    this.space = element("div", "space");
    this.empty = element("div", "none");
    host.append(this.empty, this.space);
    host.addEventListener("scroll", () => this.draw(), { passive: true });
    host.addEventListener("keydown", event => this.press(event));
    this.height = 34;
    this.room = 0;
    // Measured here and not while rows are drawn: a measurement makes the browser lay the page out.
    new ResizeObserver(() => {
      this.room = host.clientHeight;
      this.height = parseInt(getComputedStyle(host).getPropertyValue("--row"), 10);
      this.draw();
    }).observe(host);
  }

  show(items) {
    this.items = items;
    this.empty.hidden = items.length > 0;
    setText(this.empty, this.none());
    this.draw();
  }

  draw() {
    const { room, height } = this;
    if (room === 0) return;
    this.space.style.height = `${this.items.length * height}px`;
    const first = Math.max(0, Math.floor(this.host.scrollTop / height) - 4);
    const last = Math.min(this.items.length, first + Math.ceil(room / height) + 8);
    while (this.pool.length < last - first) this.pool.push(this.make());
    this.pool.forEach((row, place) => {
      const at = first + place;
      row.hidden = at >= last;
      if (row.hidden) return;
      const item = this.items[at], key = this.keyOf(item);
      const isSame = row.dataset.key === key;
      row.dataset.key = key;
      row.item = item;
      row.style.transform = `translateY(${at * height}px)`;
      row.classList.toggle("selected", key === this.selected);
      this.fill(row, item, isSame);
    });
  }

  make() {
    const row = element("div", `row ${this.className}`);
    row.setAttribute("role", "option");
    this.create(row);
    row.addEventListener("click", () => this.choose(row.item));
    this.space.append(row);
    return row;
  }

  choose(item) {
    this.selected = this.keyOf(item);
    this.draw();
    this.open?.(item);
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined || this.items.length === 0) return;
    event.preventDefault();
    const at = this.items.findIndex(item => this.keyOf(item) === this.selected);
    const next = Math.min(this.items.length - 1, Math.max(0, at + step));
    const top = next * this.height;
    if (top < this.host.scrollTop) this.host.scrollTop = top;
    else if (top + this.height > this.host.scrollTop + this.room) this.host.scrollTop = top + this.height - this.room;
    this.choose(this.items[next]);
  }
}

// Shows for a moment that a row has changed. A row that only scrolled into sight has not.
function flash(node, changed) {
  const isNew = changed > 0 && performance.now() - changed < 1200;
  if (isNew && node.flashed !== changed) {
    node.flashed = changed;
    node.classList.remove("flash");
    void node.offsetWidth;
    node.classList.add("flash");
  } else if (!isNew) {
    node.classList.remove("flash");
  }
}

// A rebuild of a long list waits longer the longer the last one took, so that the page always has time for the user.
class Rebuild {
  constructor(work) { Object.assign(this, { work, wait: 0, timer: 0 }); }
  request() {
    if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = 0;
      const begin = performance.now();
      this.work();
      this.wait = Math.min(2000, 5 * (performance.now() - begin));
    }, this.wait);
  }
}
