// Card and QR readers type like a keyboard, wherever the focus is. Their keys are taken before the page sees them.

import { Burst } from "./burst.js";
import { typed } from "./keyboard.js";

const BUSY_MS = 30; // a timer that comes later than that was held up, and keys may be waiting behind it

const burst = new Burst();
let whole = Promise.resolve();
/** @type {(value?: any) => void} */
let settle = () => {};
/** @type {any} */
let silence;

/** Until nothing is half read. */
export const readWhole = () => whole;

/** All keys of the page before it sees them, and its time.
    @typedef {{ keys: (take: (event: any) => void) => void, now: () => number,
                later: (act: () => void, ms: number) => any, cancel: (timer: any) => void }} World
    @type {World} */
const BROWSER = {
  keys(take) {
    document.addEventListener("keydown", take, true);
    // the browser's window may lose the focus to a pop-up of the system: it comes back by itself
    window.addEventListener("blur", () => setTimeout(() => window.focus(), 0));
  },
  now: () => performance.now(),
  later: (act, ms) => setTimeout(act, ms),
  cancel: (timer) => clearTimeout(timer),
};

/** Calls `onRead(text, where)` for each burst, with what `where()` said at its first key, and `onKey(key)` for each
    key that a person typed. Nothing of a burst is shown or kept here. */
export function listen(onRead, onKey, where, { keys, now, later, cancel } = BROWSER) {
  let begun;

  /** @param {{ text?: string, keys?: string[] }} done */
  function tell({ text, keys: typed = [] }) {
    if (text) onRead(text, begun);
    typed.forEach(onKey);
  }

  function finish() {
    tell(burst.finish());
    settle();
    settle = () => {};
  }

  function wait() {
    const { quiet } = burst;
    const due = now() + quiet;
    cancel(silence);
    silence = later(() => (now() - due > BUSY_MS ? wait() : finish()), quiet);
  }

  function take(event) {
    const key = event.repeat ? null : typed(event);
    if (key === null || (key === "" && !burst.open)) return;
    const wasOpen = burst.open;
    const { swallow, done } = burst.press(key, event.timeStamp);
    if (swallow) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (done) tell(done);
    if (burst.isNew) begun = where();
    if (burst.open && !wasOpen) whole = new Promise((read) => (settle = read));
    if (burst.open) wait();
    else if (wasOpen) finish();
  }

  keys(take);
}
