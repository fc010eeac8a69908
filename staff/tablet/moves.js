// Where a ticket may go, and why not elsewhere; and the acts that bring it there.

import { _ } from "#web/words.js";
import { mayServe, nameOf } from "../shared/names.js";
import { NEEDS } from "../shared/words.js";
import { inLine } from "./words.js";

const doesNot = (ticket) => _("No {service} here", { service: nameOf("service", ticket.service) });

/** Why the ticket cannot go to the area; null when it can.
    @param {Api.HallOut} hall
    @param {Api.HallTicketOut} ticket
    @param {Api.HallAreaOut} area */
export function notToArea(hall, ticket, area) {
  if (!inLine(ticket)) return _("Called already");
  if (ticket.area === area.id) return _("Waits here");
  if (area.self_service || hall.counters.some((counter) => mayServe(counter, ticket, area.id))) return null;
  return doesNot(ticket);
}

/** Why the ticket cannot be kept for the counter; null when it can.
    @param {Api.HallTicketOut} ticket
    @param {Api.CounterOut} counter */
export function notToCounter(ticket, counter) {
  if (!inLine(ticket)) return _("Called already");
  if (ticket.only_counter === counter.id) return _("Kept for this counter");
  if (!mayServe(counter, ticket, counter.area)) return doesNot(ticket);
  return counter.state === "closed" ? _("Counter closed") : null;
}

const on = (ticket, verb, body, words) => ({
  path: `/api/v1/tickets/${ticket.id}/${verb}`,
  body,
  ticket: ticket.id,
  words: `${ticket.number} · ${words}`,
});

const PLACES = { first: _("to be called first"), last: _("last in line") };

export const ACTS = {
  divert: (ticket, area) => on(ticket, "divert", { area }, _("to {to}", { to: nameOf("area", area) })),
  offer: (ticket) => on(ticket, "offer", {}, _("ask about the machines")),
  only: (ticket, counter) =>
    on(ticket, "transfer", { service: ticket.service, counter }, _("to {to}", { to: nameOf("counter", counter) })),
  transfer: (ticket, service) => on(ticket, "transfer", { service }, _("to {to}", { to: nameOf("service", service) })),
  retier: (ticket, tier, reason) =>
    on(ticket, "retier", { tier, reason }, _("tier {tier}", { tier: nameOf("tier", tier) })),
  need: (ticket, need) => on(ticket, "amend", { needs: [need] }, NEEDS[need]),
  add: (ticket, service) =>
    on(ticket, "amend", { add: [service] }, _("and {service}", { service: nameOf("service", service) })),
  move: (ticket, place) => on(ticket, "move", { place }, PLACES[place]),
  reprint: (ticket, printer) => on(ticket, printer ? `reprint?printer=${printer}` : "reprint", undefined, _("Reprint")),
  resume: (ticket) => on(ticket, "resume", undefined, _("Back in line")),
  return: (ticket) => on(ticket, "return", undefined, _("Back in line")),
  undo: ({ id, ticket, number }, words) => on({ id: ticket, number }, "undo", { act: id }, words),
  cancel: (ticket) => on(ticket, "cancel", undefined, _("Cancel ticket")),
};

export const atCounter = (counter, verb, words, body) => ({
  path: `/api/v1/counters/${counter}/${verb}`,
  body,
  counter,
  words: `${nameOf("counter", counter)} · ${words}`,
});

/** A counter helps another area for a while.
    @param {string} counter
    @param {string} area
    @param {number} minutes */
export const lend = (counter, area, minutes) =>
  atCounter(counter, "lend", _("help {area} for {m} min", { area: nameOf("area", area), m: minutes }), {
    area,
    minutes,
  });

/** What a customer said while waiting, as a case with the facts of the visit.
    @param {Api.HallAlertOut} alert */
export const caseOf = ({ ticket, params }) => ({
  path: "/api/v1/cases",
  words: _("Make it a case"),
  body: { channel: "on_the_spot", reply_by: "none", ticket, text: params.text, mine: true },
});

export const acknowledge = (alert) => ({ path: `/api/v1/alerts/${alert}/acknowledge`, words: _("alert taken"), alert });
