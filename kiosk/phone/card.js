// The feedback card: two taps, once.

import { newKey, post, texts } from "#web/api.js";
import { $, say } from "#web/dom.js";

const key = newKey();

function refuse(problem) {
  $("#refused").hidden = false;
  say($("#refused span"), problem.status === 0 ? texts.refused : problem.message);
}

function thank() {
  $("#refused").hidden = true;
  $("#card").hidden = true;
  $("#thanks").hidden = false;
  $("#thanks").scrollIntoView({ block: "nearest" });
}

/** The card opens once service has begun. */
export function openCard(open) {
  if (!$("#card") || !$("#thanks").hidden) return;
  $("#card").hidden = !open;
  $("#card-later").hidden = open;
}

/** A number of radio buttons, a list of the boxes that bear a value, yes or no of a box that stands alone, or text.
    @param {HTMLFormElement} form
    @param {HTMLInputElement} field */
function valueOf(form, { name, type }) {
  const data = new FormData(form);
  if (type === "radio") return Number(data.get(name));
  if (type !== "checkbox") return data.get(name);
  return $(`[name=${name}]`, form).hasAttribute("value") ? data.getAll(name) : data.has(name);
}

/** What the form's fields have; the hidden one is for a phone without script.
    @param {HTMLFormElement} form
    @returns {Api.FeedbackBody} */
function contents(form) {
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[name]:not([type=hidden])"));
  return /** @type {any} */ (Object.fromEntries([...fields].map((field) => [field.name, valueOf(form, field)])));
}

/** Hands the card in for the ticket that the link belongs to. */
export function card(token) {
  const form = $("#card");
  if (!form) return;
  const ready = () => {
    $("#send").disabled = !$("[name=score]:checked");
  };
  ready();
  form.addEventListener("change", ready);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    $("#send").disabled = true;
    try {
      await post(`/api/v1/feedback/${token}`, contents(form), { key });
      thank();
    } catch (problem) {
      refuse(problem);
      $("#send").disabled = problem.status === 409;
    }
  });
}
