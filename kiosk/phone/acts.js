// What the holder of a ticket may do: leave the line, let others pass, draw again, ask why, hand in the feedback card.

import { get, newKey, post } from "#web/api.js";
import { $, $$, say } from "#web/dom.js";
import { rest } from "#web/guard.js";
import { _, named, refusal } from "#web/words.js";

function tell(selector, text) {
  $(selector).hidden = !text;
  say($(`${selector} span`), text);
}

/** `draw` shows the ticket that an answer brings. */
export function acts(id, token, draw) {
  const path = (verb) => `/api/v1/tickets/${id}${verb}?token=${token}`;
  const places = () => Number($("[name=places]:checked").value.slice("pass-".length));

  async function act(button, verb, body) {
    tell("#problem", "");
    tell("#told", "");
    button.disabled = true;
    try {
      const ticket = await post(path(verb), body);
      draw(ticket);
      return ticket;
    } catch (problem) {
      tell("#problem", refusal(problem));
      return null;
    } finally {
      button.disabled = false;
    }
  }

  $("#yield").addEventListener("click", async (event) => {
    const n = places();
    if (!(await act(event.target, "/yield", { places: n }))) return;
    $("#let-pass").open = false;
    tell("#told", _("Done: {n} go first. Thank you.", { n }));
  });
  const consequence = () =>
    say($("#passes"), _("{n} behind you go first. You keep your number and wait a little longer.", { n: places() }));
  $$("[name=places]").forEach((one) => one.addEventListener("change", consequence));
  consequence();

  $("#leave-line").addEventListener("toggle", () => rest($("#cancel-sure")));
  $("#keep").addEventListener("click", () => {
    $("#leave-line").open = false;
    $("#cancel").focus();
  });
  $("#cancel-sure").addEventListener("click", (event) => act(event.target, "/cancel"));

  $("#redraw").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    tell("#problem", "");
    button.disabled = true;
    document.body.dataset.moving = "yes";
    try {
      const ticket = await post(path("/redraw"));
      location.assign(new URL(ticket.links.status).pathname);
    } catch (problem) {
      tell("#problem", refusal(problem));
      button.disabled = false;
      delete document.body.dataset.moving;
    }
  });

  $("#reason").addEventListener("toggle", async () => {
    if (!$("#reason").open || $("#why").textContent) return;
    try {
      const { why } = await get(path(""));
      say($("#why"), named(why));
    } catch (problem) {
      $("#reason").open = false;
      tell("#problem", refusal(problem));
    }
  });
}

// -- the feedback card: two taps, once -----------------------------------------------------------------
const key = newKey();

function refuse(problem) {
  $("#refused").hidden = false;
  say($("#refused span"), refusal(problem));
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
