// Finds a ticket of any day by its number, and tells its whole story.

import { get, post } from "#web/api.js";
import { $, el, given, icon } from "#web/dom.js";
import { _ } from "#web/words.js";
import { morphChildren } from "../shared/morph.js";
import { complain } from "../shared/names.js";
import { drawOvertakers, drawSteps, standing, waited } from "../shared/story.js";
import { STATES } from "../shared/words.js";
import "#web/guard.js";

const time = (at) => at.slice(11, 16);

/** Does it, and tells what was refused. */
async function asking(work) {
  complain(null);
  try {
    return await work();
  } catch (problem) {
    complain(problem);
    return null;
  }
}

async function find() {
  const asked = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData($("#find"))));
  const found = await asking(() => get(`/api/v1/tickets?${new URLSearchParams(asked)}`));
  if (!found) return;
  const none = el("li.soft", {}, _("No ticket with this number on these days."));
  morphChildren($("#found"), ...(found.length ? found.map(drawFound) : [none]));
  document.body.dataset.drawn = "yes";
}

/** @param {Api.FoundTicketOut} one */
const drawFound = (one) =>
  el(
    "li",
    { "data-key": one.id },
    el(
      "button",
      { type: "button", "data-id": one.id },
      el("b", {}, one.number),
      el("span", {}, `${one.day} ${time(one.issued_at)} · ${one.service}`),
      el("span.soft", {}, standing(one)),
    ),
  );

/** @param {string} id */
async function tell(id) {
  const story = await asking(() => get(`/api/v1/tickets/${id}/story`));
  if (!story) return;
  const { ticket } = story;
  const head = [ticket.day, ticket.service, ticket.tier, STATES[ticket.state], waited(ticket)];
  morphChildren(
    $("#story"),
    el("p.head", { "data-story": id }, el("b", {}, ticket.number), head.filter(Boolean).join(" · ")),
    drawSteps(story),
    el("h3", {}, _("Called before it, though they came later")),
    drawOvertakers(story),
    el("h3", {}, _("Feedback card")),
    drawCard(story.card, id),
  );
  $("#story-title").focus();
}

/** @param {Api.CardOut | null} card
    @param {string} id */
function drawCard(card, id) {
  if (!card) return el("p.soft", {}, _("None."));
  const read = card.written && given.quality && el("button", { type: "button", "data-words": id }, _("Read the words"));
  return el("p.head", { id: "card" }, icon("chat"), _("{score} of 5", { score: card.score }), read);
}

async function open(id) {
  const words = await asking(() => post(`/api/v1/tickets/${id}/words`, {}));
  if (words) morphChildren($("#card"), icon("chat"), el("span.words", {}, words.text));
}

$("#find").addEventListener("submit", (event) => {
  event.preventDefault();
  find();
});
document.addEventListener("click", (event) => {
  const { id, words } = /** @type {any} */ (event.target).closest("[data-id], [data-words]")?.dataset ?? {};
  if (id) tell(id);
  if (words) open(words);
});
const wished = new URLSearchParams(location.search).get("number");
if (wished) {
  $("#find").number.value = wished;
  find();
}
document.body.dataset.ready = "yes";
