// What a row looks like.

import { LANGUAGES } from "./server.js";
import { button, difference, make, shown, stateMark } from "./text.js";

const cell = (name, attributes, ...children) => make("div", { class: name, role: "gridcell", ...attributes }, ...children);

function percent(score) {
  return score === null ? "" : Math.round(score * 100);
}

function scoreCell(row) {
  if (row.score === null) return cell("score", { "aria-label": "no score" });
  const meter = make("span", { class: "meter", "aria-hidden": "true" });
  meter.style.setProperty("--score", row.score);
  return cell("score", { title: "How far the translation can be trusted, per cent" }, String(percent(row.score)), meter);
}

function safeLink(url, text) {
  try {
    if (["http:", "https:"].includes(new URL(url).protocol)) {
      return make("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, text);
    }
  } catch {
    // not an address: shown as text
  }
  return null;
}

export function heading(doc, meta, byRisk) {
  const title = make("h2", {}, shown(meta?.title || doc));
  const id = meta?.title ? make("span", { class: "doc-id" }, shown(doc)) : null;
  const link = meta?.url ? safeLink(meta.url, "source ↗") : null;
  return make("div", { class: byRisk ? "doc small" : "doc", role: "row" }, make("div", { role: "gridcell" }, title, id, link));
}

function english(row, showDiff) {
  const text = showDiff && row.diff.length ? difference(row.diff) : shown(row.target);
  const notes = [];
  if (row.alike) notes.push("decided alike elsewhere");
  if (row.state === "stale") notes.push(`the French has changed since ${row.former?.reviewer} decided`);
  if (row.reason) notes.push(row.reason);
  if (row.draft !== null) notes.push("draft");
  if (row.comments) notes.push(row.comments === 1 ? "1 comment" : `${row.comments} comments`);
  const marks = notes.map((note) => make("span", { class: "note" }, shown(note)));
  return cell("en", { lang: LANGUAGES.target, dir: "ltr" }, make("p", { class: "text" }, text), marks.length ? make("p", { class: "notes", lang: "en" }, ...marks) : null);
}

function segment(row, options) {
  const earlier = row.state === "stale" && row.former ? make("p", { class: "text earlier" }, make("span", { class: "label", lang: "en" }, "before "), shown(row.former.source)) : null;
  const theirs = row.state === "stale" && row.former?.text ? make("p", { class: "text earlier" }, make("span", { class: "label" }, "decided "), shown(row.former.text)) : null;
  const en = english(row, options.diff);
  if (theirs) en.append(theirs);
  return [
    cell("num", {}, String(row.seg + 1)),
    cell("fr", { lang: LANGUAGES.source, dir: "ltr" }, make("p", { class: "text" }, shown(row.source)), earlier),
    en,
    scoreCell(row),
    cell("flags", {}, ...row.flags.flatMap((flag) => [make("span", { class: "flag" }, flag), " "])),
    cell("status", {}, stateMark(row.state)),
  ];
}

function removed(row, actions) {
  const text = make("p", { class: "text" }, shown(row.source.trim()));
  const toggle = make("button", { type: "button", class: "unfold", "aria-expanded": "false", "aria-label": "Show the removed text" }, "▸");
  toggle.addEventListener("click", () => actions.unfold(toggle.closest(".row")));
  const restored = row.state === "restored";
  const restore = restored ? make("span", {}, "comes back with the next run") : button("Restore", "r", () => actions.restore());
  return [
    cell("num", {}, toggle),
    cell("fr", { lang: LANGUAGES.source, dir: "ltr" }, text),
    cell("en", {}, make("span", { class: "rule" }, row.rule), restore),
    cell("score", {}),
    cell("flags", {}),
    cell("status", {}, stateMark(row.state)),
  ];
}

/** The elements of a row, its document's heading before it where one is wanted. */
export function draw(row, index, { options, active, meta, actions, alone }) {
  const cells = row.kind === "segment" ? segment(row, options) : removed(row, actions);
  const element = make(
    "div",
    {
      class: `row ${row.kind} is-${row.state}${active ? " active" : ""}`,
      role: "row",
      "data-index": index,
      "aria-rowindex": index + 2,
      "aria-selected": String(active),
      tabindex: active ? "0" : "-1",
    },
    ...cells,
  );
  return row.opens && !alone ? [heading(row.doc, meta, options.risk), element] : [element];
}
