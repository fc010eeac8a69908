// What the holder of a ticket may do: leave the line, let others pass, draw again, ask why.

import { fill, get, post, texts } from "#web/api.js";
import { $, $$, say } from "#web/dom.js";
import { rest } from "#web/guard.js";
import { named } from "#web/words.js";

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
      tell("#problem", problem.status === 0 ? texts.refused : problem.message);
      return null;
    } finally {
      button.disabled = false;
    }
  }

  $("#yield").addEventListener("click", async (event) => {
    const n = places();
    if (!(await act(event.target, "/yield", { places: n }))) return;
    $("#let-pass").open = false;
    tell("#told", fill(texts.passed, { n }));
  });
  const consequence = () => say($("#passes"), fill(texts.passes, { n: places() }));
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
      tell("#problem", problem.status === 0 ? texts.refused : problem.message);
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
      tell("#problem", problem.status === 0 ? texts.refused : problem.message);
    }
  });
}
