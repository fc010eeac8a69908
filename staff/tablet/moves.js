// Where a ticket may go, and why not elsewhere; and the acts that bring it there.

import { fill, texts } from "#web/api.js";
import { mayServe, nameOf } from "../shared/names.js";
import { inLine } from "./words.js";

const doesNot = (ticket) => fill(texts.cannot.service, { service: nameOf("service", ticket.service) });

/** Why the ticket cannot go to the area; null when it can.
    @param {Api.HallOut} hall
    @param {Api.HallTicketOut} ticket
    @param {Api.HallAreaOut} area */
export function notToArea(hall, ticket, area) {
  if (!inLine(ticket)) return texts.cannot.called;
  if (ticket.area === area.id) return texts.cannot.here;
  if (area.self_service || hall.counters.some((counter) => mayServe(counter, ticket, area.id))) return null;
  return doesNot(ticket);
}

/** Why the ticket cannot be kept for the counter; null when it can.
    @param {Api.HallTicketOut} ticket
    @param {Api.CounterOut} counter */
export function notToCounter(ticket, counter) {
  if (!inLine(ticket)) return texts.cannot.called;
  if (ticket.only_counter === counter.id) return texts.cannot.kept;
  if (!mayServe(counter, ticket, counter.area)) return doesNot(ticket);
  return counter.state === "closed" ? texts.cannot.closed : null;
}

const on = (ticket, verb, body, words) => ({
  path: `/api/v1/tickets/${ticket.id}/${verb}`,
  body,
  ticket: ticket.id,
  words: `${ticket.number} · ${words}`,
});

export const ACTS = {
  divert: (ticket, area) => on(ticket, "divert", { area }, fill(texts.acts.to, { to: nameOf("area", area) })),
  only: (ticket, counter) =>
    on(
      ticket,
      "transfer",
      { service: ticket.service, counter },
      fill(texts.acts.to, { to: nameOf("counter", counter) }),
    ),
  transfer: (ticket, service) =>
    on(ticket, "transfer", { service }, fill(texts.acts.to, { to: nameOf("service", service) })),
  retier: (ticket, tier, reason) =>
    on(ticket, "retier", { tier, reason }, fill(texts.acts.tier, { tier: nameOf("tier", tier) })),
  move: (ticket, place) => on(ticket, "move", { place }, texts.acts[place]),
  reprint: (ticket, printer) =>
    on(ticket, printer ? `reprint?printer=${printer}` : "reprint", undefined, texts.reprint),
  resume: (ticket) => on(ticket, "resume", undefined, texts.acts.resume),
  return: (ticket) => on(ticket, "return", undefined, texts.acts.resume),
  cancel: (ticket) => on(ticket, "cancel", undefined, texts.acts.cancel),
};

export const atCounter = (counter, verb, words, body) => ({
  path: `/api/v1/counters/${counter}/${verb}`,
  body,
  counter,
  words: `${nameOf("counter", counter)} · ${words}`,
});

export const acknowledge = (alert) => ({ path: `/api/v1/alerts/${alert}/acknowledge`, words: texts.acts.took, alert });
