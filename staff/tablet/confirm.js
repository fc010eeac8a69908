// A second look before what cannot be had back. The answer stands elsewhere than what asked for it, and takes no press
// at first: it is never given by the gesture that asked.

import { $, say } from "#web/dom.js";
import { rest } from "#web/guard.js";

/** Nobody answers: nothing is done. */
const PATIENCE_MS = 8000;
/** @type {(() => void) | null} */
let yes = null;
/** @type {ReturnType<typeof setTimeout>} */
let timer;
/** @type {any} */
let asker = null;

/** `does` once `question` is answered with the button `words`. */
export function confirm(question, words, does) {
  asker = document.activeElement;
  yes = does;
  say($("#confirm-words"), question);
  say($("#confirm-yes"), words);
  $("#confirm").hidden = false;
  rest($("#confirm-yes"));
  rest($("#confirm-no"));
  $("#confirm-no").focus({ preventScroll: true });
  wait();
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(close, PATIENCE_MS);
}

/** Whether something was asked. */
export function close() {
  const asked = yes;
  clearTimeout(timer);
  yes = null;
  $("#confirm").hidden = true;
  if (asked && asker?.isConnected) asker.focus({ preventScroll: true });
  return asked;
}

// whoever looks around by keys is still there: a question that went would take the focus from where it is
document.addEventListener("keydown", () => yes && wait());
$("#confirm-no").addEventListener("click", close);
$("#confirm-yes").addEventListener("click", () => close()?.());
