// Digits for a screen without a keyboard.

import { $ } from "./dom.js";

const field = $("#enrol [name=code]");
const keypad = $("#keypad");

keypad.hidden = false;
keypad.addEventListener("click", (event) => {
  const key = event.target.closest("[data-digit]");
  if (key) {
    press(key.dataset.digit);
  }
});

function press(digit) {
  const typed = field.value.replace(/\D/g, "");
  const next = digit === "back" ? typed.slice(0, -1) : (typed + digit).slice(0, 8);
  field.value = next.length > 4 ? `${next.slice(0, 4)} ${next.slice(4)}` : next;
}
document.body.dataset.ready = "yes";
