// The quiet lists: missed tickets, appointments and the booking form, printers, boards, the forecast's own score.

import { post } from "#web/api.js";
import { $, el, say } from "#web/dom.js";
import { slotsOf } from "#web/slots.js";
import { _ } from "#web/words.js";
import { complain, nameOf } from "../shared/names.js";
import { PRINTERS, button, hhmm } from "./words.js";

const BOOKINGS = { booked: _("expected"), kept: _("came"), cancelled: _("cancelled"), missed: _("did not come") };

/** @param {Api.TicketOut} one */
export function drawMissed(one) {
  const when = one.ended_at ? hhmm(one.ended_at) : "";
  return el(
    "li",
    { "data-key": one.id, "data-missed": one.id },
    el("b", {}, one.number),
    el("span", {}, nameOf("service", one.service), el("span.soft", {}, " ", lostWords(one, when))),
    button(_("Back in line"), { do: "return", id: one.id }),
  );
}

/** @param {Api.TicketOut} one
    @param {string} at */
const lostWords = (one, at) =>
  one.state === "diverted" ? _("to the machines at {at}", { at }) : _("missed at {at}", { at });

/** @param {Api.HallAppointmentOut} one */
export function drawBooked(one) {
  const cancel = button(_("Cancel"), { do: "cancel-booking", id: one.id });
  return el(
    "li",
    { "data-key": one.id, "data-appointment": one.id },
    el("b", {}, hhmm(one.at)),
    el("span", {}, nameOf("service", one.service), el("span.soft", {}, ` ${BOOKINGS[one.state] ?? one.state}`)),
    one.state === "booked" ? cancel : "",
  );
}

/** @param {Api.PrinterOut} printer */
const inTrouble = (printer) => !printer.well;

/** How many devices need a hand; a board or kiosk that never was there is not missed.
    @param {Feed.Hall} hall */
export const troubled = (hall) =>
  hall.printers.filter(inTrouble).length +
  hall.alerts.filter((alert) => ["board", "kiosk"].includes(alert.kind)).length;

/** @param {Feed.Hall} hall */
export const drawDevices = (hall) => [
  ...hall.printers.map(drawPrinter),
  ...(hall.kiosks ?? []).map(drawKiosk),
  ...(hall.boards ?? []).map(drawBoard),
];

/** @param {Api.PrinterOut} printer */
function drawPrinter(printer) {
  const queued = printer.queued ? _("{n} to print", { n: printer.queued }) : "";
  const state = el(inTrouble(printer) ? "span.bad" : "span", {}, PRINTERS[printer.status] ?? printer.status);
  return el(
    "li",
    { "data-key": `printer-${printer.id}` },
    el("span", {}, _("Printer"), " ", printer.id),
    el("span", {}, queued),
    state,
  );
}

/** @param {Feed.Hall["kiosks"][0]} kiosk */
function drawKiosk(kiosk) {
  return el(
    "li",
    { "data-key": `kiosk-${kiosk.id}` },
    el("span", {}, nameOf("kiosk", kiosk.id)),
    el("span"),
    el(kiosk.answers ? "span" : "span.bad", {}, kiosk.answers ? _("answers") : _("no answer")),
  );
}

/** @param {Feed.Hall["boards"][0]} board */
function drawBoard(board) {
  const text = board.connected ? _("{n} connected", { n: board.connected }) : _("not connected");
  return el(
    "li",
    { "data-key": `board-${board.id}` },
    el("span", {}, nameOf("board", board.id)),
    el("span"),
    el(board.connected ? "span" : "span.bad", {}, text),
  );
}

/** @param {Api.ScoreOut} one */
export const drawScore = (one) =>
  el(
    "li",
    {},
    _("Forecast: {tier} off by {m} min, {c} % within the interval", {
      tier: nameOf("tier", one.tier),
      m: (one.error_s / 60).toFixed(1),
      c: Math.round(100 * one.covered),
    }),
  );

// -- booking for a customer ---------------------------------------------------------------------------
/** Times of the chosen day; a touch on one books it. Needs the line: what is promised must be there. Until they are here
    nothing can be touched: the times on the page are another day's. */
export async function drawSlots(form) {
  const { service, day } = /** @type {{ service: string, day: string }} */ (Object.fromEntries(new FormData(form)));
  $("#slots").replaceChildren();
  const found = await slotsOf({ service, day }).catch(complain);
  if (!found) return;
  const slot = ({ at, left }) =>
    el(
      "button",
      { type: "button", "data-do": "book", "data-at": at, disabled: left === 0 },
      hhmm(at),
      el("small", {}, left ? _("{n} left", { n: left }) : _("full")),
    );
  $("#slots").replaceChildren(
    ...(found.slots.length ? found.slots.map(slot) : [el("p.soft", {}, _("No times can be booked on this day."))]),
  );
}

export async function book(form, at) {
  const service = form.elements.service.value;
  try {
    const made = await post("/api/v1/appointments", { service, at, lang: document.body.dataset.lang });
    say(
      $("#book-said"),
      _("Booked: {service}, {at}. Code {code}; the customer types it at the kiosk.", {
        code: made.code,
        service: nameOf("service", service),
        at: `${at.slice(5, 10)} ${hhmm(at)}`,
      }),
    );
    complain(null);
  } catch (problem) {
    complain(problem);
  }
  await drawSlots(form);
}
