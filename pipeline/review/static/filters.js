// Filters, progress, and the choice of documents.

import { ask, recall } from "./server.js";
import { STATES, make, stateMark } from "./text.js";

const number = new Intl.NumberFormat("en");
const DECIDED = ["accepted", "edited", "flagged", "rejected"];

export class Filters {
  #timer = 0;
  #refreshing = 0;

  /** `apply()`: make the list anew; `failed(failure)`: counts could not be had. */
  constructor(form, apply, failed) {
    Object.assign(this, { form, apply, failed });
    this.#drawStates();
    form.addEventListener("input", (event) => this.#changed(event.target));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => this.apply()));
  }

  /** The message that asks for a list. */
  get value() {
    const data = new FormData(this.form);
    const share = (name, missing) => Math.min(1, Math.max(0, (data.get(name) === "" ? missing : Number(data.get(name))) / 100));
    return {
      text: data.get("text"),
      doc: data.get("doc"),
      flag: data.get("flag"),
      order: data.get("order"),
      states: data.getAll("state"),
      low: share("low", 0),
      high: share("high", 100),
    };
  }

  set(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.form.elements[name];
      if (field && typeof value === "string") field.value = value;
    }
    for (const box of this.form.querySelectorAll("[name=state]")) box.checked = values.states?.includes(box.value) ?? false;
    if (values.low !== undefined) this.form.elements.low.value = Math.round(values.low * 100);
    if (values.high !== undefined) this.form.elements.high.value = Math.round(values.high * 100);
  }

  /** Show anew how far review has come, soon: a reviewer in full swing does not wait for it. */
  refresh() {
    clearTimeout(this.#refreshing);
    this.#refreshing = setTimeout(() => this.#count().catch(this.failed), 60);
  }

  async #count() {
    const told = await ask("progress");
    showProgress(told);
    this.#showCounts(told.states);
    this.#showFlags(told.flags, recall("filters")?.flag ?? "");
  }

  #showFlags(flags, wanted) {
    const select = this.form.elements.flag;
    const options = [["", "all"], ["any", "any flag"], ...Object.entries(flags).map(([flag, n]) => [flag, `${flag} (${number.format(n)})`])];
    if (JSON.stringify(options) === this.shownFlags) return;
    this.shownFlags = JSON.stringify(options);
    select.replaceChildren(...options.map(([value, label]) => make("option", { value }, label)));
    select.value = wanted;
  }

  #showCounts(counts) {
    for (const label of this.form.querySelectorAll("[data-state]")) {
      const n = counts[label.dataset.state] || 0;
      label.querySelector(".n").textContent = number.format(n);
      label.hidden = !n && !label.querySelector("input").checked;
    }
  }

  #drawStates() {
    const boxes = Object.keys(STATES).map((state) =>
      make("label", { "data-state": state, hidden: true }, make("input", { type: "checkbox", name: "state", value: state }), stateMark(state), " ", make("span", { class: "n" })),
    );
    document.getElementById("states").replaceChildren(...boxes);
  }

  #changed(field) {
    clearTimeout(this.#timer);
    const typed = field.name === "text" || field.name === "doc" || field.type === "number";
    this.#timer = setTimeout(() => this.apply(), typed ? 250 : 0);
    if (field.name === "doc") this.#offer(field.value);
  }

  async #offer(text) {
    const { documents } = await ask("documents", { text });
    const options = documents.map(({ doc, undecided }) => make("option", { value: doc }, `${undecided} to decide`));
    document.getElementById("documents").replaceChildren(...options);
  }
}

function showProgress(told) {
  const total = Object.entries(told.states).reduce((sum, [state, n]) => sum + (state in STATES && !["removed", "restored"].includes(state) ? n : 0), 0);
  const decided = DECIDED.reduce((sum, state) => sum + (told.states[state] || 0), 0);
  const bar = document.getElementById("bar");
  bar.replaceChildren(
    ...DECIDED.map((state) => {
      const part = make("span", { class: state });
      part.style.flexGrow = told.states[state] || 0;
      return part;
    }),
  );
  const rest = make("span", { class: "rest" });
  rest.style.flexGrow = total - decided;
  bar.append(rest);
  const text = `${number.format(decided)} of ${number.format(total)} decided`;
  bar.setAttribute("aria-label", text);
  document.getElementById("counts").textContent = total ? `${text}, ${Math.floor((100 * decided) / total)} %` : "";
  document.getElementById("pace").textContent = `${number.format(told.last_hour)} in the last hour`;
  const rows = Object.entries(told.hours).map(([hour, n]) => make("tr", {}, make("th", { scope: "row" }, new Date(`${hour}:00Z`).toLocaleString([], { weekday: "short", hour: "2-digit", minute: "2-digit" })), make("td", {}, number.format(n))));
  const none = make("tr", {}, make("td", {}, "No decisions in the last 24 hours."));
  document.querySelector("#hours tbody").replaceChildren(...(rows.length ? rows : [none]));
}
