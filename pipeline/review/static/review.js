// The review page: the active row, what can be done to it, and the keys that do it.

import { Detail } from "./detail.js";
import { conflict, question } from "./dialogs.js";
import { Editor } from "./editor.js";
import { Filters } from "./filters.js";
import { Keys } from "./keys.js";
import { List, ordered } from "./list.js";
import { draw } from "./rows.js";
import { Drafts, ask, recall, remember } from "./server.js";
import { toggleWhitespace } from "./text.js";

const byId = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");
const options = { diff: false, risk: false };
let active = -1;

let fading = 0;
function tell(text, mood = "") {
  const saved = byId("saved");
  saved.textContent = text;
  saved.className = mood;
  clearTimeout(fading);
  if (text && !mood) fading = setTimeout(tell, 3000, "");
}
const say = (text) => (byId("say").textContent = text);

// -- the parts of the page ----------------------------------------------------------------------------------------------

const drafts = new Drafts(tell);
const editor = new Editor(drafts, { save: (row, text) => inTurn(() => saveEdit(row, text)), leave });
const actions = {
  accept: () => inTurn(accept),
  edit: () => inTurn(edit),
  flag: () => inTurn(flag),
  reject: () => inTurn(() => decide("reject", "", true)),
  comment: () => inTurn(comment),
  restore: () => inTurn(() => decide("restore", "", true)),
  undo: () => inTurn(undo),
  useFormer: () => inTurn(useFormer),
  takeBack: (doc, place) => inTurn(() => takeBack(doc, place)),
  unfold,
};
const detail = new Detail(byId("detail"), actions);
const list = new List(byId("list"), {
  draw: (row, index, alone) => draw(row, index, { options, active: index === active, meta: list.documents[row.doc], actions, alone }),
  pinned: (index) => editor.open && index === editor.index,
  lost,
  grown: showTotal,
});
const filters = new Filters(byId("filters"), () => inTurn(apply), (failure) => tell(failure.message, "bad"));

// Actions wait for each other, so that keys pressed faster than the disk writes are obeyed in order.
let turn = Promise.resolve();
function inTurn(action) {
  turn = turn.then(action).catch(failed);
  return turn;
}

function failed(failure) {
  if (failure.status === undefined) throw failure;
  tell(failure.message, "bad");
  say(failure.message);
  if (failure.status === 410) return apply();
}

// -- the list and the active row ------------------------------------------------------------------------------------------

let renewing = null;
function lost(failure) {
  if (failure.status === 410) renewing ??= inTurn(apply).finally(() => (renewing = null));
  else tell(failure.message, "bad");
}

function showTotal() {
  const { total, more } = list;
  byId("total").textContent = total === 1 && !more ? "1 row" : `${more ? "more than " : ""}${number.format(total)} rows`;
}

async function apply() {
  if (editor.open) leave();
  const wanted = filters.value;
  const reordered = active >= 0 && options.risk !== (wanted.order === "risk");
  options.risk = wanted.order === "risk";
  const here = reordered ? null : (list.row(active) ?? linked());
  const told = await ordered(wanted, here);
  const { total, focus } = told;
  active = -1;
  list.reset(told);
  remember("filters", wanted);
  const filtered = wanted.text || wanted.doc || wanted.flag || wanted.states.length || wanted.low > 0 || wanted.high < 1;
  byId("empty").hidden = total > 0;
  byId("empty").textContent = filtered ? "Nothing matches these filters." : "This run has no segments yet; make one with: pipeline run FOLDER";
  if (total) await go(focus >= 0 ? focus : Math.max(0, await list.undecided(-1)), !document.activeElement?.closest(".filters"));
  else detail.show(null);
  filters.refresh();
}

function linked() {
  const link = new URLSearchParams(location.hash.slice(1));
  return link.has("at") ? { doc: link.get("doc"), place: link.get("at") } : recall("place");
}

function mark(index, is) {
  const element = list.elementOf(index);
  if (!element) return;
  element.classList.toggle("active", is);
  element.setAttribute("aria-selected", String(is));
  element.tabIndex = is ? 0 : -1;
}

/** Make a row the active one and bring it into sight, its neighbours with it. */
async function go(index, focus = true) {
  const row = await list.need(index);
  if (!row) return;
  if (editor.open && index !== editor.index) leave();
  mark(active, false);
  active = index;
  mark(active, true);
  const element = list.elementOf(active);
  element.scrollIntoView({ block: "nearest" });
  if (focus && !editor.open) element.focus({ preventScroll: true });
  detail.show(row, options.diff);
  remember("place", { doc: row.doc, place: row.place });
  history.replaceState(null, "", `#${new URLSearchParams({ doc: row.doc, at: row.place })}`);
}

const move = (step) => inTurn(() => go(Math.min(list.total - 1, Math.max(0, active + step))));

const open = (row) => ["unreviewed", "stale"].includes(row.state);

async function nextUndecided() {
  for (let i = active + 1; list.row(i); i++) if (open(list.row(i))) return go(i);
  const behind = await list.undecided(active);
  const position = behind < 0 ? await list.undecided(-1) : behind;
  if (position >= 0) return go(position);
  await go(active);
  say("Nothing in this list is undecided.");
  tell("Nothing left to decide in this list", "good");
}

function changedRow(index, row) {
  row.opens = list.row(index)?.opens;
  list.replace(index, row);
  if (index === editor.index) editor.row.version = row.version; // the reviewer's own decision, made while editing
  if (index === active) detail.show(row, options.diff);
  filters.refresh();
}

// -- decisions --------------------------------------------------------------------------------------------------------------

/** Save a decision on the active row; resolves to true once it is on the disk. */
async function decide(kind, text = "", advance = false, row = list.row(active), index = active) {
  if (!row) return false;
  if ((kind === "restore") !== (row.kind === "removed") && kind !== "comment") return false;
  tell("Saving…", "busy");
  try {
    const saved = await ask("decide", { id: row.id, kind, text, base: row.version });
    changedRow(index, saved.row);
  } catch (failure) {
    if (failure.status !== 409 || !failure.row) throw failure;
    return settle(kind, text, advance, failure, index);
  }
  tell("Saved", "good");
  if (advance) await nextUndecided();
  return true;
}

async function settle(kind, text, advance, failure, index) {
  tell("Not saved", "bad");
  const theirs = `${failure.row.target} (${failure.row.state})`;
  const choice = await conflict(failure.message, theirs, text || kind);
  changedRow(index, failure.row);
  if (choice === "theirs") return false;
  return decide(kind === "accept" && text !== failure.row.target ? "edit" : kind, text, advance, failure.row, index);
}

async function accept() {
  const row = list.row(active);
  if (editor.open) return saveEdit(editor.row, editor.area.value);
  if (row?.kind === "removed") return go(Math.min(list.total - 1, active + 1));
  if (row && ["accepted", "edited"].includes(row.state)) return nextUndecided();
  await decide("accept", row?.target, true);
}

async function edit() {
  const row = list.row(active);
  if (row?.kind !== "segment") return;
  editor.start(row, active, list.elementOf(active));
  list.elementOf(active).scrollIntoView({ block: "nearest" });
}

async function saveEdit(row, text) {
  if (!text.trim()) return tell("There is no English to save; write some, or reject the segment with x", "bad");
  const { index } = editor;
  editor.lock(true); // what is typed now would be neither in the decision nor in the draft
  await drafts.settled();
  let saved = false;
  try {
    saved = await decide("edit", text, false, row, index);
  } finally {
    editor.lock(false);
    if (saved) drafts.forget(row.doc, row.place);
    else drafts.put(row.doc, row.place, text);
  }
  editor.close();
  list.replace(index, { ...list.row(index), draft: saved ? null : text });
  if (saved) await nextUndecided();
}

function leave() {
  const { row, index } = editor;
  if (!row) return;
  editor.close();
  list.replace(index, { ...list.row(index), draft: row.draft });
  list.elementOf(index)?.focus({ preventScroll: true });
}

async function flag() {
  if (list.row(active)?.kind !== "segment") return;
  const reason = await question("Why is it flagged?", { input: true, required: true, yes: "Flag" });
  if (reason) await decide("flag", reason, true);
}

async function comment() {
  const text = await question("Comment", { input: true, required: true, yes: "Save comment" });
  if (text) await decide("comment", text);
}

async function useFormer() {
  const former = list.row(active)?.former;
  if (former?.text) await decide("edit", former.text, true);
}

async function takeBack(doc, place) {
  await ask("take-back", { doc, place });
  await list.refresh();
  await go(active);
  tell("Will be removed again by the next run", "good");
}

async function undo() {
  const told = await ask("undo");
  if (!told.undone) return tell("Nothing to undo");
  await list.refresh();
  await refocus(told.doc, told.place);
  tell(told.undone === 1 ? `Took back: ${told.kind}` : `Took back ${number.format(told.undone)} at once`, "good");
  filters.refresh();
}

async function refocus(doc, place) {
  let index = list.indexOf(doc, place);
  if (index < 0) {
    const told = await ordered(filters.value, { doc, place });
    if (told.focus < 0) return;
    list.reset(told);
    index = told.focus;
  }
  await go(index);
}

async function bulk() {
  const { count } = await ask("bulk-count", { view: list.view });
  const title = count === 1 ? "Accept 1 unreviewed segment?" : `Accept ${number.format(count)} unreviewed segments?`;
  if (!count) return tell("No segment of this list is unreviewed");
  const text = "All of this list that nobody has decided on, as they stand. One undo (u) takes all of it back.";
  if (!(await question(title, { text, yes: `Accept ${number.format(count)}` }))) return;
  tell(`Accepting ${number.format(count)}…`, "busy");
  await ask("bulk", { view: list.view, count });
  await list.refresh();
  tell(`Accepted ${number.format(count)}`, "good");
  await go(active);
  filters.refresh();
}

function unfold(element = list.elementOf(active)) {
  const button = element?.querySelector(".unfold");
  if (button) button.setAttribute("aria-expanded", String(element.classList.toggle("unfolded")));
}

function toggle(name, on, what) {
  byId("list").classList.toggle(name, on);
  list.redraw();
  list.elementOf(active)?.focus({ preventScroll: true });
  detail.show(list.row(active), options.diff);
  tell(`${what} ${on ? "shown" : "hidden"}`);
  say(`${what} ${on ? "shown" : "hidden"}`);
}

const KEYS = [
  ["j", "Next row", () => move(1)],
  ["k", "Previous row", () => move(-1)],
  ["a", "Accept and go to the next undecided one (also Enter)", actions.accept],
  ["e", "Edit the English", actions.edit],
  ["Ctrl+Enter", "Save, accept and next, while editing", null],
  ["Esc", "Leave the editor (the draft stays), or the filters", null],
  ["f", "Flag, with a reason", actions.flag],
  ["x", "Reject", actions.reject],
  ["u", "Undo your last action", actions.undo],
  ["c", "Comment", actions.comment],
  ["r", "Restore a removed text", actions.restore],
  ["n", "Next undecided", () => inTurn(nextUndecided)],
  ["/", "Search", () => byId("filters").elements.text.focus()],
  ["d", "Show what was edited as a diff; the details go to theirs", () => toggle("diff", (options.diff = !options.diff), "Differences")],
  ["w", "Show white space", () => toggle("whitespace", toggleWhitespace(), "White space")],
  ["?", "These keys", () => byId("help").showModal()],
];

// -- start ----------------------------------------------------------------------------------------------------------------------

new Keys(KEYS, {
  editor,
  enter: () => (list.row(active)?.kind === "removed" ? unfold() : actions.accept()),
  home: () => list.elementOf(active)?.focus(),
  single: () => byId("single-keys").checked,
});
byId("list").addEventListener("mousedown", (event) => {
  const row = event.target.closest(".row");
  if (row && Number(row.dataset.index) !== active && !event.target.closest("button, a")) inTurn(() => go(Number(row.dataset.index)));
});
byId("list").addEventListener("dblclick", (event) => event.target.closest(".row .en") && !editor.open && actions.edit());
byId("bulk").addEventListener("click", () => inTurn(bulk));
byId("open-help").addEventListener("click", () => byId("help").showModal());
byId("pace").addEventListener("click", () => byId("hours").showModal());
byId("single-keys").checked = recall("single-keys") ?? true;
byId("single-keys").addEventListener("change", (event) => remember("single-keys", event.target.checked));
window.addEventListener("resize", () => list.elementOf(active)?.scrollIntoView({ block: "nearest" })); // and at another zoom
window.addEventListener("hashchange", () => inTurn(() => refocus(linked()?.doc ?? "", linked()?.place ?? "")));

filters.set(recall("filters") ?? {});
await drafts.recover();
inTurn(apply);
