// The detail strip of the active row.

import { LANGUAGES, ask } from "./server.js";
import { button, changed, difference, make, shown, stateMark, when } from "./text.js";

const DONE = { accept: "accepted", edit: "edited", flag: "flagged", reject: "rejected", restore: "restored", comment: "commented", undo: "took back" };

function section(title, ...children) {
  return make("section", {}, make("h3", {}, title), ...children);
}

function diffSection(title, parts, lang) {
  return changed(parts) ? section(title, make("p", { class: "text", lang, dir: "ltr" }, difference(parts))) : null;
}

function editList(edits) {
  if (!edits.length) return null;
  const times = new Map(); // the same rule may have mended a dozen places of one sentence
  for (const { stage, kind, rule, score } of edits) {
    const said = JSON.stringify([`${stage} · ${kind} · ${rule}`, `${Math.round(score * 100)} % sure`]);
    times.set(said, (times.get(said) ?? 0) + 1);
  }
  const items = [...times].map(([said, n]) => {
    const [what, sure] = JSON.parse(said);
    return make("li", {}, n > 1 ? `${n} × ${what} ` : `${what} `, make("span", { class: "sure" }, sure));
  });
  return section("What was changed", make("ul", { class: "plain" }, ...items));
}

function entry(event) {
  const said = event.text ? make("p", { class: "said" }, shown(event.text)) : null;
  const diff = changed(event.diff) ? make("p", { class: "text", lang: LANGUAGES.target, dir: "ltr" }, difference(event.diff)) : null;
  const bulk = event.bulk ? " with others" : "";
  const undone = event.undone ? ` (taken back by ${event.undone})` : "";
  return make("li", { class: event.undone ? "undone" : "" }, make("p", {}, make("b", {}, event.reviewer), ` ${DONE[event.kind]}${bulk}${undone} `, when(event.at)), said, diff);
}

function provenance(facts) {
  const pairs = Object.entries(facts).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, shown(value))]);
  return section("Where it comes from", make("dl", {}, ...pairs));
}

function restoredSection(restored, takeBack) {
  if (!restored.length) return null;
  const lines = restored.map(({ place, reviewer, at }) =>
    make("p", {}, `${reviewer} had this text restored `, when(at), " ", button("Remove it again", "", () => takeBack(place))),
  );
  return section("Restored", ...lines);
}

function former(row, parts) {
  if (!row.former) return null;
  const text = row.former.text === null ? null : make("p", { class: "text", lang: LANGUAGES.target, dir: "ltr" }, shown(row.former.text));
  return section(
    "The French has changed",
    make("p", { class: "text", lang: LANGUAGES.source, dir: "ltr" }, difference(parts)),
    make("p", {}, `${row.former.reviewer} had ${row.former.state} the earlier one`, text ? ":" : "."),
    text,
  );
}

export class Detail {
  #wanted = 0;
  #timer = 0;

  /** `actions`: a function for each of accept, edit, flag, reject, comment, restore, undo, useFormer, takeBack(doc, place). */
  constructor(element, actions) {
    Object.assign(this, { element, actions });
  }

  /**
   * Show a row's details, soon: a reviewer who holds `j` down does not wait for them. `diff`: with the first difference
   * in sight, however little of the strip there is.
   */
  show(row, diff) {
    clearTimeout(this.#timer);
    this.#wanted = row?.id ?? 0;
    if (!row) this.element.replaceChildren();
    else this.#timer = setTimeout(() => this.#fetch(row.id, diff), 90);
  }

  async #fetch(id, diff) {
    try {
      const found = await ask("detail", { id });
      if (id !== this.#wanted) return;
      this.#draw(found);
      const first = diff && this.element.querySelector("del, ins")?.closest("section");
      const below = first && first.offsetTop + first.offsetHeight > this.element.clientHeight;
      this.element.scrollTop = below ? first.offsetTop : 0;
    } catch {
      // the list says what is wrong
    }
  }

  #draw({ row, raw, guard, edited, former: changedFrench, edits, history, provenance: facts, restored }) {
    const nothing = [raw, guard, edited, changedFrench].some(changed) ? null : make("p", { class: "quiet" }, "Nothing was changed in the French or the English.");
    const head = make("header", {}, make("h2", {}, row.kind === "segment" ? `Segment ${row.seg + 1}` : "Removed text"), stateMark(row.state));
    this.element.replaceChildren(
      head,
      this.#tools(row),
      ...[
        former(row, changedFrench),
        restoredSection(restored, (place) => this.actions.takeBack(row.doc, place)),
        diffSection("French: raw to clean", raw, LANGUAGES.source),
        diffSection("English: model to machine", guard, LANGUAGES.target),
        diffSection("English: machine to yours", edited, LANGUAGES.target),
        row.kind === "segment" ? nothing : null,
        editList(edits),
        history.length ? section("History", make("ol", { class: "plain history" }, ...history.map(entry))) : null,
        provenance(facts),
      ].filter(Boolean),
    );
  }

  #tools(row) {
    const a = this.actions;
    const tools =
      row.kind === "segment"
        ? [button("Accept", "a", a.accept), button("Edit", "e", a.edit), button("Flag", "f", a.flag), button("Reject", "x", a.reject), button("Comment", "c", a.comment), button("Undo", "u", a.undo)]
        : [row.state === "restored" ? null : button("Restore", "r", a.restore), button("Comment", "c", a.comment), button("Undo", "u", a.undo)];
    const earlier = row.former?.text ? button("Take the earlier English", "", a.useFormer) : null;
    return make("div", { class: "tools", role: "toolbar", "aria-label": "Actions" }, ...tools, earlier);
  }
}
