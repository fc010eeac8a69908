// What the holder of a ticket may do: leave the line, let others pass, draw again, ask why, hand in the feedback card.

import { get, newKey, post } from "#web/api.js";
import { $, $$, say } from "#web/dom.js";
import { rest } from "#web/guard.js";
import { _, named, refusal } from "#web/words.js";
import { contents, fit } from "../shared/card.js";

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

  $("#coming").addEventListener("click", (event) => act(event.currentTarget, "/coming"));

  $("#amend form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const needs = $$("[name=need]:checked", form).map((one) => one.value);
    const add = form.add.value ? [form.add.value] : [];
    if (!needs.length && !add.length) return;
    if (!(await act($("button", form), "/amend", { needs, add }))) return;
    form.reset();
    $("#amend").open = false;
    tell("#told", _("Noted. Your place and your wait are up to date."));
  });

  $("#opinion form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const button = $("button", form);
    tell("#problem", "");
    button.disabled = true;
    try {
      await post(path("/opinion"), { text: form.opinion.value.trim() });
      form.reset();
      $("#opinion").open = false;
      tell("#told", _("The lobby manager has your words. Thank you."));
    } catch (problem) {
      tell("#problem", refusal(problem));
    }
    button.disabled = false;
  });

  $("#leave-line").addEventListener("toggle", () => rest($("#cancel-sure")));
  $("#keep").addEventListener("click", () => {
    $("#leave-line").open = false;
    $("#cancel").focus();
  });
  $("#cancel-sure").addEventListener("click", (event) => act(event.target, "/cancel"));

  $("#offer-yes").addEventListener("click", (event) => act(event.target, "/offer/answer", { accepted: true }));
  $("#offer-no").addEventListener("click", (event) => act(event.target, "/offer/answer", { accepted: false }));
  $("#rejoin").addEventListener("click", (event) => act(event.currentTarget, "/rejoin"));

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

function thank(form) {
  $("#withdraw").hidden = !form.contact.value.trim();
  $("#refused").hidden = true;
  $("#card").hidden = true;
  $("#thanks").hidden = false;
  $("#thanks").scrollIntoView({ block: "nearest" });
}

let asked = false;

/** The branch counts whom the page asked; nobody waits for it. */
function ask(token) {
  if (asked || document.hidden) return;
  asked = true;
  post(`/api/v1/feedback/${token}/asked`, { by: "page" }, { unseen: true }).catch(() => {
    asked = false;
  });
}

/** The card opens once service has begun. */
export function openCard(open, token) {
  if (!$("#card") || !$("#thanks").hidden) return;
  if (open) ask(token);
  $("#card").hidden = !open;
  $("#card-later").hidden = open;
}

/** Hands the card in for the ticket that the link belongs to. */
export function card(token) {
  const form = $("#card");
  if (!form) return;
  const ready = () => {
    $("#send").disabled = !$("[name=score]:checked");
    fit(form);
  };
  ready();
  form.addEventListener("change", ready);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    $("#send").disabled = true;
    try {
      await post(`/api/v1/feedback/${token}`, contents(form), { key });
      thank(form);
    } catch (problem) {
      refuse(problem);
      $("#send").disabled = problem.status === 409;
    }
  });
}
