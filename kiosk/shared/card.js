// The feedback card's fields: the reasons that fit the score, and what was filled in.

import { $, $$ } from "#web/dom.js";

/** The reasons that fit the score alone.
    @param {HTMLFormElement} form */
export function fit(form) {
  const score = Number(new FormData(form).get("score"));
  for (const reasons of $$(".reasons", form)) {
    const praises = score >= Number(reasons.dataset.praised);
    reasons.disabled = !score || praises !== (reasons.dataset.kind === "praise");
    reasons.hidden = reasons.disabled;
  }
}

/** Radio buttons: a number; boxes with values: a list; one without: yes or no; else text.
    @param {HTMLFormElement} form
    @param {HTMLInputElement} field */
function valueOf(form, { name, type }) {
  const data = new FormData(form);
  if (type === "radio") return Number(data.get(name));
  if (type !== "checkbox") return data.get(name);
  return $(`[name=${name}]`, form).hasAttribute("value") ? data.getAll(name) : data.has(name);
}

/** @param {HTMLFormElement} form
    @returns {Api.FeedbackBody} */
export function contents(form) {
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[name]:not([type=hidden])"));
  return /** @type {any} */ (Object.fromEntries([...fields].map((field) => [field.name, valueOf(form, field)])));
}
