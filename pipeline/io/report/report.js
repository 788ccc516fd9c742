"use strict";
// Filters for the table. Without script the page shows everything.
const at = (id) => document.getElementById(id);
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[’‘]/g, "'").toLowerCase();
const rows = Array.from(document.querySelectorAll("tr.seg"), (row) => ({
  row,
  flags: row.dataset.flags ? row.dataset.flags.split(" ") : [],
  state: row.dataset.state,
  score: row.dataset.score === "" ? null : Number(row.dataset.score),
}));

function offer(select, values) {
  for (const value of [...new Set(values)].sort()) select.add(new Option(value, value));
}

function holds(one, wanted) {
  if (wanted.flag && (wanted.flag === "*" ? !one.flags.length : !one.flags.includes(wanted.flag))) return false;
  if (wanted.state && one.state !== wanted.state) return false;
  if (wanted.score !== null && (one.score === null || one.score > wanted.score)) return false;
  if (!wanted.text) return true;
  one.text ??= fold(one.row.textContent);
  return one.text.includes(wanted.text);
}

function apply() {
  const wanted = {
    text: fold(at("text").value.trim()),
    flag: at("flag").value,
    state: at("state").value,
    score: at("score").value === "" ? null : Number(at("score").value),
  };
  const all = !wanted.text && !wanted.flag && !wanted.state && wanted.score === null;
  let shown = 0;
  for (const one of rows) shown += !(one.row.hidden = !holds(one, wanted));
  const table = document.querySelector(".pairs");
  if (table) {
    table.classList.toggle("hide-cut", !all || !at("removed").checked);
    table.classList.toggle("show-quiet", at("quiet").checked);
    for (const body of table.tBodies) body.hidden = !all && !body.querySelector("tr.seg:not([hidden])");
  }
  at("count").value = all ? `${rows.length} segments` : `${shown} of ${rows.length} segments`;
}

let waiting;
offer(at("flag"), rows.flatMap((one) => one.flags));
offer(at("state"), rows.map((one) => one.state));
at("filters").addEventListener("submit", (event) => event.preventDefault());
at("filters").addEventListener("change", apply);
at("filters").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(apply, 120);
});
at("filters").hidden = false;
apply();
