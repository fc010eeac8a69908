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
    const given = new FormData(form);
    $("#send").disabled = true;
    try {
      const body = { score: Number(given.get("score")), reasons: given.getAll("reasons"), consent: given.has("consent") };
      await post(`/api/v1/feedback/${token}`, { ...body, text: given.get("text"), contact: given.get("contact") }, { key });
      thank();
    } catch (problem) {
      refuse(problem);
      $("#send").disabled = problem.status === 409;
    }
  });
}
