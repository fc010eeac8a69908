// Larger text, lower buttons, high contrast: any together, forgotten with the visit, kept when the language changes.

import { $, $$ } from "#web/dom.js";
import { readWhole } from "./reader.js";
import { visit } from "./visit.js";

const MODES = ["elder", "low", "contrast"];
const SLOW = 2.5;

export const has = (mode) => document.body.classList.contains(mode);

/** Fewer choices a screen, one question at a time. */
export const simple = () => has("elder") || has("low");

/** How much more time whoever needs it has. */
export const patience = () => (simple() || has("spoken") ? SLOW : 1);

export const press = (button, on) => button.setAttribute("aria-pressed", on);
export const pressed = (button) => button.getAttribute("aria-pressed") === "true";

export function set(mode, on) {
  document.body.classList.toggle(mode, on);
  press($(`#${mode}`), on);
}

export function reset() {
  for (const mode of MODES) set(mode, false);
  for (const button of $$("[aria-pressed]")) press(button, false);
}

/** What the page in another language has to know, as the address's hash. */
export function asHash() {
  const on = [...MODES.filter(has), ...(has("spoken") ? ["voice"] : []), ...visit.needs];
  if (visit.shown) on.push("shown"); // what was shown itself is passed on to no page
  return on.length ? `#${on.join("+")}` : "";
}

/** What the page in the former language said. */
export function fromHash() {
  const on = location.hash.slice(1).split("+").filter(Boolean);
  if (on.length) history.replaceState(null, "", location.pathname + location.search);
  return on;
}

/** `onChange()` is told of each change. */
export function listen(onChange) {
  for (const mode of MODES) {
    $(`#${mode}`).addEventListener("click", () => {
      set(mode, !has(mode));
      onChange();
    });
  }
  const menu = $("#languages");
  document.addEventListener("click", (event) => {
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
  for (const link of $$("a.language")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      speakAnother(link);
    });
  }
}

/** In place of this page: nothing leads back to it. */
async function speakAnother(link) {
  await readWhole();
  location.replace(link.pathname + link.search + asHash());
}
