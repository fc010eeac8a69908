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

/** @param {FormData} form
    @returns {Api.FeedbackBody} */
const contents = (form) => ({
  score: Number(form.get("score")),
  reasons: /** @type {any[]} */ (form.getAll("reasons")),
  text: String(form.get("text")),
  contact: String(form.get("contact")),
  consent: form.has("consent"),
});

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
      await post(`/api/v1/feedback/${token}`, contents(new FormData(form)), { key });
      thank();
    } catch (problem) {
      refuse(problem);
      $("#send").disabled = problem.status === 409;
    }
  });
}
