// A page loads itself anew when the branch was set up anew or upgraded, and never while somebody is at it.

import { get } from "./api.js";
import { $, $$ } from "./dom.js";

const { revision } = document.body.dataset;
const LOOK_MS = 1000;
const QUIET_MS = 5000; // a hand that was here so lately may be about to touch again
let touched = -QUIET_MS;

for (const sign of ["pointerdown", "keydown", "input"]) {
  document.addEventListener(sign, () => (touched = performance.now()), { capture: true, passive: true });
}

/** Whether nobody has touched the page for a while. */
export const isQuiet = () => performance.now() - touched >= QUIET_MS;

/** Whether nobody is at a page of staff: nothing is touched, asked, or stands in a field unsent. */
export const isIdle = () => isQuiet() && !isWriting() && !$("dialog[open]");

const isWriting = () =>
  $$("input, textarea").some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);

/** `mayGo()`: whether nothing would be lost. Gives `ask()`, to be called when the branch may be another: after a cut,
    or again and again. Only an answer loads the page, so that it never goes where nobody is. */
export function renewing(mayGo = () => true) {
  let due = false;

  async function isOld() {
    const there = await get("/revision").catch(() => null);
    return there !== null && there.revision !== revision;
  }

  async function go() {
    if (!due || !mayGo()) return;
    due = await isOld();
    if (due && mayGo()) location.reload();
  }

  setInterval(go, LOOK_MS);
  return async () => {
    due = await isOld();
    await go();
  };
}
