// Digits on the screen: each is seen for a moment, then hidden, and all are forgotten when the keypad closes.

import { $, $$, say } from "#web/dom.js";
import { _ } from "#web/words.js";
import { readWhole } from "./reader.js";

const SEEN_MS = 700;
const LONGEST = 15;
const SHORTEST = 6;
const HIDDEN = "•";
let digits = "";
let hide = 0;

function draw(last = "") {
  const hidden = digits.length - last.length;
  say($("#digits"), HIDDEN.repeat(hidden) + last);
  $("#typed").disabled = digits.length < SHORTEST;
  clearTimeout(hide);
  if (last) hide = setTimeout(draw, SEEN_MS);
}

/** What was wrong with the digits: said where they were typed, until the next one. */
export function complain(words) {
  say($("#digits-problem"), words);
}

function type(digit) {
  complain("");
  if (digits.length >= LONGEST) return;
  digits += digit;
  draw(digit);
  say($("#digits-said"), _("digits typed: {n}", { n: digits.length }));
}

function erase() {
  digits = digits.slice(0, -1);
  draw();
  say($("#digits-said"), _("digits typed: {n}", { n: digits.length }));
}

/** What a person typed on a real keyboard. */
export function key(pressed) {
  if (/^\d$/.test(pressed)) type(pressed);
}

export function clear() {
  digits = "";
  draw();
  complain("");
  say($("#digits-said"), "");
}

/** `onDone(digits)` is told once the customer confirms. */
export function listen(onDone) {
  for (const button of $$("[data-digit]")) button.addEventListener("click", () => type(button.dataset.digit));
  $("#erase").addEventListener("click", erase);
  $("#keypad").addEventListener("keydown", (event) => event.key === "Backspace" && erase());
  $("#typed").addEventListener("click", async () => {
    await readWhole();
    const typed = digits;
    clear();
    onDone(typed);
  });
}
