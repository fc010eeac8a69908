// Forms in the page's language: what is needed is marked, and what does not fit is said at its field, where it is read
// with it. The browser's own messages are in the browser's language, and go away by themselves. A page takes part by the
// template of fields.html: the console and the tablet, which are worked by key and finger, keep their one place.

import { $, $$, el } from "./dom.js";

const MARKED = "input:required, select:required, textarea:required";
/** The sentences by what does not fit; the template of fields.html has them in the page's language. */
const sentences = $("#field-words")?.content;
const id = (() => {
  let n = 0;
  return () => `wrong-${(n += 1)}`;
})();
/** The form that was sent last: what is refused was said there.
    @type {HTMLFormElement | null} */
let sent = null;
let told = false;

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/** What does not fit, as its sentence is called. A date has limits of its own words.
    @param {Field} field */
function kindOf({ validity, type }) {
  const chosen = ["select-one", "radio", "checkbox", "file"].includes(type);
  if (validity.valueMissing) return chosen ? "choose" : "missing";
  if (validity.rangeUnderflow) return type === "number" ? "least" : "earliest";
  if (validity.rangeOverflow) return type === "number" ? "most" : "latest";
  if (validity.tooShort) return "short";
  return "form";
}

/** @param {any} field */
const sentence = (field) =>
  sentences
    .querySelector(`[data-kind="${kindOf(field)}"]`)
    .textContent.replace(/\{(\w+)\}/g, (_place, name) => field.getAttribute(name) ?? "");

/** Says at a field what does not fit. The words are no part of the field's name, and are read as its description.
    @param {Field} field
    @param {string} text */
function tell(field, text) {
  clear(field);
  const note = el("span.field-wrong", { id: id(), "aria-hidden": "true" }, text);
  const before = field.getAttribute("aria-describedby");
  field.dataset.described = before ?? "";
  field.setAttribute("aria-describedby", [note.id, before].filter(Boolean).join(" "));
  field.setAttribute("aria-invalid", "true");
  const several = ["checkbox", "radio"].includes(field.type) && field.closest("fieldset");
  if (several) several.append(note);
  else field.after(note);
}

/** @param {Field} field */
function clear(field) {
  if (field.dataset.described === undefined) return;
  const [note] = (field.getAttribute("aria-describedby") ?? "").split(" ");
  document.getElementById(note)?.remove();
  if (field.dataset.described) field.setAttribute("aria-describedby", field.dataset.described);
  else field.removeAttribute("aria-describedby");
  field.removeAttribute("aria-invalid");
  delete field.dataset.described;
}

/** A field in a closed fold is seen before it has the focus.
    @param {HTMLElement} field */
function goTo(field) {
  const fold = field.closest("details");
  if (fold) fold.open = true;
  field.focus();
}

/** The first field that does not fit gets the focus: the events of one attempt come at once. */
function onInvalid(event) {
  event.preventDefault();
  tell(event.target, sentence(event.target));
  if (told) return;
  told = true;
  setTimeout(() => (told = false));
  goTo(event.target);
}

/** Nothing that was said stays. */
const clearFields = () => $$("[data-described]").forEach(clear);

/** Says a refusal of the branch at the field that it names, in the form that was sent; false where there is none to see.
    @param {{ field?: string, said?: string }} problem */
function toldAtField({ field, said }) {
  if (!sentences || !field || !said || !sent?.isConnected) return false;
  const name = field.split(".").pop();
  const found = $(`[data-refused~="${name}"], [name="${name}"]:not([type="hidden"])`, sent);
  if (!found || found.disabled || !sent.offsetParent) return false;
  tell(found, said);
  goTo(found);
  return true;
}

/** The page tells what was refused, or that it is over; told here it is told nowhere else.
    @param {any} event */
function onRefused(event) {
  clearFields();
  if (event.detail && toldAtField(event.detail)) event.preventDefault();
}

/** A field that has a value from the beginning cannot be forgotten: it needs no mark. */
function mark() {
  for (const field of $$(MARKED)) if (!field.value) field.closest("label")?.classList.add("needed");
}

if (sentences) {
  document.addEventListener("invalid", onInvalid, true);
  document.addEventListener("submit", ({ target }) => (sent = /** @type {HTMLFormElement} */ (target)), true);
  document.addEventListener("input", ({ target }) => clear(/** @type {any} */ (target)));
  document.addEventListener("reset", clearFields);
  document.addEventListener("refused", onRefused);
  new MutationObserver(mark).observe(document.body, { childList: true, subtree: true });
  mark();
}
