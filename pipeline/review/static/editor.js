// Editing the English in its cell.

import { LANGUAGES } from "./server.js";
import { button, make } from "./text.js";

export class Editor {
  /** `drafts` keeps what is typed; `save(row, text)` and `leave()` end the editing. */
  constructor(drafts, { save, leave }) {
    Object.assign(this, { drafts, save, leave, row: null, index: -1 });
  }

  get open() {
    return this.row !== null;
  }

  start(row, index, element, text = row.draft ?? row.target) {
    Object.assign(this, { row, index, element });
    this.area = make("textarea", { class: "text", lang: LANGUAGES.target, dir: "ltr", spellcheck: "true", "aria-label": `English of segment ${row.seg + 1}` });
    this.area.value = text;
    this.area.addEventListener("input", () => this.#typed());
    const tools = make(
      "p",
      { class: "editor-tools", lang: "en" },
      button("Save", "Ctrl+Enter", () => this.finish()),
      button("Draft", "Esc", () => this.leave()),
      button("Discard", "", () => this.discard()),
    );
    const titles = ["Save, accept and go to the next undecided one", "Leave it as a draft", "Discard the draft"];
    [...tools.children].forEach((tool, n) => (tool.title = titles[n]));
    const cell = element.querySelector(".en");
    cell.replaceChildren(this.area, tools);
    this.area.focus();
    this.area.setSelectionRange(text.length, text.length);
    this.#fit();
  }

  finish() {
    if (this.open) this.save(this.row, this.area.value);
  }

  async discard() {
    const { doc, place } = this.row;
    this.drafts.put(doc, place, null);
    this.row.draft = null;
    this.leave();
  }

  lock(locked) {
    if (this.area) this.area.readOnly = locked;
  }

  /** Close; the caller draws the row again. */
  close() {
    Object.assign(this, { row: null, index: -1, element: null, area: null });
  }

  #typed() {
    this.row.draft = this.area.value;
    this.drafts.put(this.row.doc, this.row.place, this.area.value);
    this.#fit();
  }

  #fit() {
    this.area.style.height = "auto";
    this.area.style.height = `calc(${this.area.scrollHeight}px - 0.6rem)`; // its padding
  }
}
