// The list: all rows have their place, those near the window are there.

import { ask } from "./server.js";
import { make } from "./text.js";

const CHUNK = 50; // rows fetched at once
const KEEP = 16; // chunks filled at once; 800 rows lay out in a few milliseconds
const GUESS = 76; // pixels a row that was never shown

/** Have a list made, as far as its first rows and the place that is looked for. */
export async function ordered(wanted, here) {
  let told = await ask("view", { ...wanted, focus_doc: here?.doc ?? "", focus_place: here?.place ?? "" });
  while (told.more && (told.ahead || !told.total)) told = await ask("more", { view: told.view });
  return told;
}

export class List {
  #rows = new Map(); // index -> row
  #loads = new Map(); // chunk -> promise
  #filled = new Set();
  #chunks = [];
  #watch;
  #view = 0;

  /** `draw(row, index, previous)` gives a row's elements; `pinned(index)` says that a row must stay; `lost()` is called when the list is out of date, `grown()` when there is more of it. */
  constructor(element, { draw, pinned, lost, grown }) {
    Object.assign(this, { element, draw, pinned, lost, grown, total: 0, more: false, documents: {} });
    this.#watch = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: "1200px 0px" });
  }

  get view() {
    return this.#view;
  }

  /** Show another list, as the server told of it, and have the rest of it made meanwhile. */
  reset(told) {
    this.#watch.disconnect();
    this.#chunks.forEach((chunk) => chunk.remove());
    this.#chunks = [];
    this.total = 0;
    this.#view = told.view;
    this.#rows.clear();
    this.#loads.clear();
    this.#filled.clear();
    this.#grow(told);
    this.#fill(told.view).catch(this.lost);
  }

  /** Where the first undecided row behind a position is, -1 for none. */
  async undecided(after) {
    for (;;) {
      const told = await ask("next", { view: this.#view, after });
      this.#grow(told);
      if (told.position >= 0 || !told.more) return told.position;
      after = told.total - 1;
      this.#grow(await ask("more", { view: this.#view }));
    }
  }

  async #fill(view) {
    while (this.more && this.#view === view) {
      const told = await ask("more", { view });
      if (this.#view === view) this.#grow(told);
    }
  }

  /** Make room for what the server has added to this list. */
  #grow({ total, more }) {
    if (total < this.total) return; // an answer that was overtaken
    const last = total > this.total && this.total % CHUNK ? this.#chunks.length - 1 : -1;
    Object.assign(this, { total, more });
    this.element.setAttribute("aria-rowcount", more ? -1 : total + 1);
    const added = Array.from({ length: Math.ceil(total / CHUNK) - this.#chunks.length }, (_, n) => this.#chunk(this.#chunks.length + n));
    this.element.append(...added);
    this.#chunks.push(...added);
    added.forEach((chunk) => this.#watch.observe(chunk));
    if (last >= 0 && this.#loads.delete(last)) this.#load(last); // it was not full
    this.grown();
  }

  row(index) {
    return this.#rows.get(index);
  }

  indexOf(doc, place) {
    for (const [index, row] of this.#rows) if (row.doc === doc && row.place === place) return index;
    return -1;
  }

  elementOf(index) {
    return this.element.querySelector(`[data-index="${index}"]`);
  }

  /** Have a row on the page; resolves to it, or to undefined outside the list. */
  async need(index) {
    if (index < 0 || index >= this.total) return undefined;
    await this.#load(Math.floor(index / CHUNK));
    return this.#rows.get(index);
  }

  replace(index, row) {
    this.#rows.set(index, row);
    if (this.pinned(index)) return;
    this.elementOf(index)?.replaceWith(this.draw(row, index, true).at(-1));
  }

  /** Fetch again what is on the page. */
  async refresh() {
    const filled = [...this.#filled];
    this.#loads.clear();
    await Promise.all(filled.map((n) => this.#load(n)));
  }

  redraw() {
    this.#filled.forEach((n) => this.#draw(n));
  }

  #chunk(n) {
    const size = Math.min(CHUNK, this.total - n * CHUNK);
    const chunk = make("div", { class: "chunk", role: "rowgroup", "data-chunk": n });
    chunk.style.minHeight = `${size * GUESS}px`;
    return chunk;
  }

  #seen(entries) {
    for (const entry of entries) {
      const n = Number(entry.target.dataset.chunk);
      if (entry.isIntersecting) this.#load(n);
      else this.#drop(n);
    }
  }

  #drop(n) {
    if (!this.#filled.has(n) || this.#filled.size <= KEEP) return;
    for (let i = n * CHUNK; i < (n + 1) * CHUNK; i++) if (this.pinned(i)) return;
    const chunk = this.#chunks[n];
    chunk.style.minHeight = `${chunk.offsetHeight}px`;
    chunk.replaceChildren();
    this.#filled.delete(n);
    this.#loads.delete(n);
    for (let i = n * CHUNK; i < (n + 1) * CHUNK; i++) this.#rows.delete(i);
  }

  #load(n) {
    if (!this.#loads.has(n)) this.#loads.set(n, this.#fetch(n, this.#view));
    return this.#loads.get(n);
  }

  async #fetch(n, view) {
    let answer;
    try {
      answer = await ask("rows", { view, start: n * CHUNK, count: CHUNK });
    } catch (failure) {
      this.#loads.delete(n);
      if (view === this.#view) this.lost(failure);
      return;
    }
    if (view !== this.#view) return;
    Object.assign(this.documents, answer.documents);
    answer.rows.forEach((row, i) => this.#rows.set(n * CHUNK + i, row));
    this.#filled.add(n);
    this.#draw(n);
  }

  #draw(n) {
    const elements = [];
    for (let i = n * CHUNK; i < Math.min((n + 1) * CHUNK, this.total); i++) {
      const here = this.pinned(i) ? this.elementOf(i) : null;
      const row = this.#rows.get(i);
      elements.push(...this.draw(row, i, false).map((made) => (here && made.dataset.index ? here : made)));
    }
    this.#chunks[n].style.minHeight = "";
    this.#chunks[n].replaceChildren(...elements);
  }
}
