// Questions, and what two reviewers did at once.

import { shown } from "./text.js";

const byId = (id) => document.getElementById(id);

/** Ask for a text (`input`) or a yes; resolves to the text, true, or null where the reviewer thought better of it. */
export function question(title, { text = "", yes = "Save", input = false, required = false } = {}) {
  const dialog = byId("ask");
  byId("ask-title").textContent = title;
  byId("ask-text").textContent = text;
  byId("ask-yes").textContent = yes;
  const area = byId("ask-input");
  Object.assign(area, { value: "", hidden: !input, required });
  return new Promise((resolve) => {
    const form = dialog.querySelector("form");
    const finish = (value) => {
      dialog.onclose = form.onsubmit = area.onkeydown = null;
      dialog.close();
      resolve(value);
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      finish(input ? area.value : true);
    };
    area.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    };
    byId("ask-no").onclick = () => finish(null);
    dialog.onclose = () => finish(null);
    dialog.showModal();
    (input ? area : byId("ask-yes")).focus();
  });
}

/** Both texts of a refused save; resolves to "theirs" or "yours". */
export function conflict(message, theirs, yours) {
  const dialog = byId("conflict");
  byId("conflict-text").textContent = message;
  byId("theirs").replaceChildren(shown(theirs));
  byId("yours").replaceChildren(shown(yours));
  return new Promise((resolve) => {
    const form = dialog.querySelector("form");
    const finish = (value) => {
      dialog.onclose = form.onsubmit = null;
      dialog.close();
      resolve(value);
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      finish(event.submitter.value);
    };
    dialog.onclose = () => finish("theirs");
    dialog.showModal();
  });
}
