// Any ticket by its number: where it stands or how it ended, and why it was called. One field and no other page: who
// asks stands with a customer.

import { get } from "#web/api.js";
import { $, el, minutes } from "#web/dom.js";
import { _ } from "#web/words.js";
import { morphChildren } from "../shared/morph.js";
import { nameOf } from "../shared/names.js";
import { drawOvertakers, drawSteps, standing, waited } from "../shared/story.js";
import { STATES } from "../shared/words.js";
import { button, inLine, waitOf } from "./words.js";

/** A slip that somebody still has in the pocket is no older, mostly. */
const DAYS_BACK = 30;
const DAY_MS = 24 * 3600 * 1000;

/** What a search found: a story, several tickets to choose from, or nothing, in words.
    @typedef {{ story?: Api.StoryOut, choices?: Api.FoundTicketOut[], said?: string }} Found */

/** The tickets with this number: today's, else those of the latest day before that had one.
    @param {string} number
    @param {string} day
    @returns {Promise<Found>} */
export async function findTicket(number, day) {
  const from = new Date(Date.parse(day) - DAYS_BACK * DAY_MS).toISOString().slice(0, 10);
  /** @type {Api.FoundTicketOut[]} */
  const found = await get(`/api/v1/tickets?${new URLSearchParams({ number, from, to: day })}`);
  const [first, ...more] = found.filter((one) => one.day === found[0].day);
  if (!first)
    return { said: _("There is no ticket {number}, today or in the {n} days before.", { number, n: DAYS_BACK }) };
  if (more.length) return { choices: [first, ...more] };
  return tellTicket(first.id);
}

/** @param {string} id
    @returns {Promise<Found>} */
export const tellTicket = async (id) => ({ story: await get(`/api/v1/tickets/${id}/story`) });

/** By what it is seen that the ticket's story has gone on.
    @param {Api.HallOut} hall
    @param {Found | null} found */
export function stage(hall, found) {
  const one = hall.tickets.find(({ id }) => id === found?.story?.ticket.id);
  return [one?.state, one?.counter, one?.area, one?.service].join("/");
}

/** The card of what was found; nothing is shown without.
    @param {Feed.Hall} hall
    @param {Found | null} found */
export function drawCard(hall, found) {
  $("#card").hidden = !found;
  if (!found) return;
  const { story, choices } = found;
  if (choices) return morphChildren($("#card"), ...drawChoices(hall, choices));
  if (story) return morphChildren($("#card"), ...drawStory(hall, story));
  return morphChildren($("#card"), drawTop(_("Not found"), ""), el("p", {}, found.said ?? ""));
}

/** @param {string} title
    @param {string} state */
const drawTop = (title, state) =>
  el(
    "div.top",
    { "data-key": "top" },
    el("h2", { id: "card-number", tabindex: -1 }, title),
    el("p", {}, state),
    button("✕", { do: "leave", key: "leave" }, "button.tool", { "aria-label": _("Close") }),
  );

/** @param {Feed.Hall} hall
    @param {Api.FoundTicketOut[]} choices */
const drawChoices = (hall, choices) => [
  drawTop(_("Which one?"), ""),
  drawDay(hall, choices[0].day),
  el("ul.choices", { "data-key": "choices" }, ...choices.map(drawChoice)),
];

/** @param {Api.FoundTicketOut} one */
const drawChoice = (one) =>
  el(
    "li",
    { "data-key": one.id },
    button([el("b", {}, one.number), el("span", {}, one.service), el("span.soft", {}, standing(one))], {
      do: "story",
      id: one.id,
    }),
  );

/** Of an earlier day is said of which.
    @param {Feed.Hall} hall
    @param {string} day */
const drawDay = (hall, day) =>
  day !== hall.day && el("p.earlier", { "data-key": "earlier" }, _("This number is of {day}, not of today.", { day }));

/** @param {Feed.Hall} hall
    @param {Api.StoryOut} story */
function drawStory(hall, story) {
  const { ticket, why } = story;
  const live = hall.tickets.find(({ id }) => id === ticket.id);
  return [
    drawTop(ticket.number, live ? STATES[live.state] : standing(ticket)),
    drawDay(hall, ticket.day),
    el("p", { "data-key": "facts" }, facts(ticket, live)),
    why && el("p.why", { "data-key": "why" }, el("b", {}, _("Why it was called")), " ", why),
    el("div.row.quick", { "data-key": "acts" }, ...cardActs(live)),
    el("h3", { "data-key": "visit" }, _("This visit")),
    drawSteps(story),
    el("h3", { "data-key": "before" }, _("Called before it, though they came later")),
    drawOvertakers(story),
  ];
}

/** @param {Api.FoundTicketOut} ticket
    @param {Api.HallTicketOut | undefined} live */
function facts(ticket, live) {
  const parts = live?.state === "waiting" ? inTheLine(live) : [waited(ticket)];
  return [ticket.service, ticket.tier, ...parts].filter(Boolean).join(" · ");
}

/** @param {Api.HallTicketOut} live */
const inTheLine = (live) => [
  nameOf("area", live.area),
  _("{m} of {t} min", { m: minutes(live.age_s), t: minutes(live.target_wait_s) }),
  _("{n} ahead", { n: live.ahead }),
  _("expected wait: {wait}", { wait: waitOf(live) }),
];

/** What may be done from the card; a ticket that ended has its story alone.
    @param {Api.HallTicketOut | undefined} live */
function cardActs(live) {
  if (!live) return [];
  if (inLine(live)) return [button(_("Move or change it"), { do: "show", id: live.id, key: "show" }, "button.primary")];
  return [button(nameOf("counter", live.counter), { do: "show-counter", counter: live.counter, key: "at" })];
}
