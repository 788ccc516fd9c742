// Talking to the server, and drafts that are never lost on the way.

const meta = (name) => document.querySelector(`meta[name="${name}"]`).content;
export const LANGUAGES = { source: meta("source-language"), target: meta("target-language") };
const LOCAL = `review:${meta("store")}:`;

/** An answer other than success: `status` is 0 where there was no answer at all. */
export class Failure extends Error {
  constructor(status, body) {
    super(body.error);
    this.status = status;
    this.row = body.row;
  }
}

const REASONS = {
  0: "The server does not answer.",
  403: "The review app was started again: open the link that it printed. What you typed is kept in this browser.",
};

export async function ask(path, message = {}) {
  let answer;
  try {
    answer = await fetch(`/api/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Review-Token": meta("token") },
      body: JSON.stringify(message),
    });
  } catch {
    throw new Failure(0, { error: REASONS[0] });
  }
  const json = answer.headers.get("content-type") === "application/json";
  const body = json ? await answer.json() : { error: REASONS[answer.status] || (await answer.text()) };
  if (!answer.ok) throw new Failure(answer.status, body);
  return body;
}

/** Keep a value in this browser; where it keeps nothing (private window, full), the server's copy is the only one. */
export function remember(name, value) {
  try {
    localStorage.setItem(LOCAL + name, JSON.stringify(value));
  } catch {
    // nothing to do
  }
}
export const recall = (name) => JSON.parse(localStorage.getItem(LOCAL + name));

const draftName = (doc, place) => `draft:${JSON.stringify([doc, place])}`;

/**
 * What is being typed goes into this browser's storage at every stroke and to the server a moment later; it leaves the
 * browser's storage only when the server has said that exactly this text is on its disk.
 */
export class Drafts {
  #waiting = new Map(); // name -> {doc, place, text}
  #busy = false;
  #timer = 0;
  #sending = Promise.resolve();

  constructor(tell) {
    this.tell = tell;
  }

  /** Bring to the server what an earlier page could not. */
  async recover() {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(`${LOCAL}draft:`));
    for (const name of names) this.#waiting.set(name.slice(LOCAL.length), JSON.parse(localStorage.getItem(name)));
    if (names.length) await this.#send();
  }

  put(doc, place, text) {
    const name = draftName(doc, place);
    remember(name, { doc, place, text });
    this.#waiting.set(name, { doc, place, text });
    this.tell("Saving draft…", "busy");
    this.#soon(200);
  }

  /** Forget a draft that was saved as a decision. */
  forget(doc, place) {
    this.#waiting.delete(draftName(doc, place));
    localStorage.removeItem(LOCAL + draftName(doc, place));
  }

  /** Hold back what is waiting; resolves when nothing is under way, so that no draft arrives after its decision. */
  async settled() {
    clearTimeout(this.#timer);
    await this.#sending;
  }

  #soon(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#busy) this.#sending = this.#send();
    }, wait);
  }

  async #send() {
    this.#busy = true;
    try {
      for (const [name, draft] of [...this.#waiting]) {
        await ask("draft", draft);
        if (this.#waiting.get(name) !== draft) continue; // typed on meanwhile
        this.#waiting.delete(name);
        localStorage.removeItem(LOCAL + name);
      }
    } catch (failure) {
      this.tell(`Draft not saved. ${failure.message}`, "bad");
      this.#busy = false;
      if (failure.status !== 403) this.#soon(1500);
      return;
    }
    this.#busy = false;
    if (this.#waiting.size) this.#soon(0);
    else this.tell("Draft saved", "good");
  }
}
