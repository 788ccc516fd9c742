// The keyboard.

import { make } from "./text.js";

const FIELDS = "input:not([type=checkbox]), textarea, select, dialog";

export class Keys {
  /**
   * `keys`: [key, what it does, function or null where the key is the editor's]; `enter`, on a row; `home`, from the
   * filters back to the row; `single()`: whether single keys are on.
   */
  constructor(keys, { editor, enter, home, single }) {
    Object.assign(this, { editor, home, single });
    this.run = Object.fromEntries(keys.filter(([, , run]) => run).map(([key, , run]) => [key, run]));
    this.onRow = { ArrowDown: this.run.j, ArrowUp: this.run.k, Enter: enter };
    const pairs = keys.flatMap(([key, label]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, label)]);
    document.getElementById("keys").replaceChildren(...pairs);
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    if (event.isComposing) return;
    const run = event.target === this.editor.area ? this.#inEditor(event) : this.#onPage(event);
    if (!run) return;
    event.preventDefault();
    run();
  }

  #inEditor(event) {
    if (event.key === "Escape") return () => this.editor.leave();
    // A segment is one line: Enter alone does nothing.
    if (event.key === "Enter") return () => (event.ctrlKey || event.metaKey) && this.editor.finish();
    return null;
  }

  #onPage(event) {
    const { target, key } = event;
    if (key === "Escape" && target.closest(".filters")) return this.home;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest(FIELDS)) return null;
    const onRow = target.closest(".row") && !target.closest("button, a") ? this.onRow[key] : null;
    return onRow ?? (this.single() ? this.run[key.toLowerCase()] : null);
  }
}
