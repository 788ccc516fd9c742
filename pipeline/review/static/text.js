// Putting texts on the page: always as text, never as markup, and nothing in them invisible.

export const STATES = {
  unreviewed: ["○", "unreviewed"],
  accepted: ["✓", "accepted"],
  edited: ["✎", "edited"],
  flagged: ["⚑", "flagged"],
  rejected: ["✕", "rejected"],
  stale: ["↻", "stale"],
  removed: ["–", "removed"],
  restored: ["↩", "restored"],
};

/** An element with attributes and children; `null` children are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export const button = (label, key, run) => {
  const made = make("button", { type: "button", "aria-keyshortcuts": key || null }, label);
  if (key) made.append(" ", make("kbd", {}, key));
  made.addEventListener("click", run);
  return made;
};

const NAMES = {
  "\u00a0": "NBSP", "\u202f": "NNBSP", "\u00ad": "SHY", "\u200b": "ZWSP", "\u200e": "LRM", "\u200f": "RLM", "\u061c": "ALM",
  "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO",
  "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI", "\ufeff": "BOM", "\n": "LF", "\t": "TAB", "\r": "CR",
};
// Controls, direction marks and other characters that show nothing, or move what stands around them.
const HIDDEN = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
const SPACES = /[ \u00a0\u202f]/;
const ALL = new RegExp(`(${HIDDEN.source}|${SPACES.source})`, "u");

const chip = (c) => {
  const code = `U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return make("span", { class: "control", title: code }, NAMES[c] || code);
};

let whitespace = false;
export const toggleWhitespace = () => (whitespace = !whitespace);

/** A text as nodes: hidden characters show their names; white space too where it was asked for. */
export function shown(text) {
  const fragment = document.createDocumentFragment();
  for (const part of text.split(ALL)) {
    if (!part) continue;
    if (HIDDEN.test(part)) fragment.append(chip(part));
    else if (whitespace && part === " ") fragment.append(make("span", { class: "space" }, " "));
    else if (whitespace && SPACES.test(part) && part.length === 1) fragment.append(chip(part));
    else fragment.append(part);
  }
  return fragment;
}

/** A difference: what went out is struck through in brackets, what came in is underlined, each named for listeners. */
export function difference(parts) {
  const fragment = document.createDocumentFragment();
  for (const [kind, text] of parts) {
    if (kind === "same") fragment.append(shown(text));
    else fragment.append(make(kind === "out" ? "del" : "ins", {}, shown(text)));
  }
  return fragment;
}

export const changed = (parts) => parts.some(([kind]) => kind !== "same");

export function stateMark(state) {
  const [icon, name] = STATES[state];
  return make("span", { class: `state ${state}` }, make("span", { "aria-hidden": "true" }, icon), ` ${name}`);
}

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const ago = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export function when(at) {
  const seconds = (new Date(at) - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) || ["second", 1];
  return make("time", { datetime: at, title: new Date(at).toLocaleString() }, ago.format(Math.round(seconds / size), unit));
}
