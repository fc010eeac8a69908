// The panel of what was chosen: a ticket with all that may be done to it, or a counter.

import { $, $$, el, given, icon, minutes, say } from "#web/dom.js";
import { _, named } from "#web/words.js";
import { nameOf } from "../shared/names.js";
import { morphChildren } from "../shared/morph.js";
import { COMMA, VERBS, button, hhmm, inLine, mins, since, unsent, waitOf } from "./words.js";
import { counterKind, stepWords, tags } from "./map.js";
import { aidsFor } from "../shared/aids.js";
import { secondsLeft, undoWords } from "../shared/undo.js";
import { STATES } from "../shared/words.js";
import { notToArea, notToCounter } from "./moves.js";

/** So long a counter is lent by one touch; another touch lends it anew. */
const LENT_MIN = 30;

/** @param {Feed.Hall} hall
    @param {Api.HallTicketOut | undefined} one
    @param {Pick<import("./map.js").Ui, "pending">} ui */
export function drawTicketPanel(hall, one, { pending }) {
  $("#acts").hidden = !one;
  if (!one) return;
  const waits = pending("ticket", one.id);
  $("#acts").className = `acts ${one.late ? "late" : one.soon ? "soon" : ""}`;
  say($("#acts-number"), one.number);
  say($("#acts-state"), one.late ? _("Past target") : one.soon ? _("Nearly past target") : STATES[one.state]);
  const age = _("{m} of {t} min", { m: minutes(one.age_s), t: minutes(one.target_wait_s) });
  const more = one.state === "waiting" ? _("expected wait: {wait}", { wait: waitOf(one) }) : "";
  say(
    $("#acts-facts"),
    [nameOf("service", one.service), nameOf("area", one.area), age, more].filter(Boolean).join(" · "),
  );
  morphChildren($("#acts-tags"), ...tags(one), ...aidsFor(hall, one));
  $("#acts-story").dataset.do = "story";
  $("#acts-story").dataset.id = one.id;
  say($("#acts-why"), _("Tier by: {rule}", { rule: named(one.rule_words) }));
  showPending($("#acts-pending"), waits);
  for (const move of $$("#acts [data-do=move]")) move.hidden = one.state !== "waiting";
  $("#offer").hidden = !mayBeAsked(one);
  $("#resume").hidden = one.state !== "parked";
  $("#cancel").hidden = one.state === "serving";
  say($("#cancel"), _("Cancel ticket"));
  offer($("#divert"), (id) => hall.areas.some((area) => area.id === id && !notToArea(hall, one, area)));
  offer($("#only"), (id) => hall.counters.some((counter) => counter.id === id && !notToCounter(one, counter)));
  offer($("#transfer"), (id) => id !== one.service);
  offer($("#need"), (id) => inLine(one) && !one.needs.includes(id));
  offer($("#add"), () => inLine(one));
  offer($("#retier"), (id) => id !== one.tier);
  const steps = one.history ?? [];
  $("#acts-history").hidden = !steps.length;
  morphChildren($("#history"), ...steps.map((step) => el("li", {}, stepWords(step))));
}

/** Whether machines do this business, and nobody asked yet. Who has a special need is asked in person alone.
    @param {Api.HallTicketOut} one */
const mayBeAsked = (one) => one.machines && inLine(one) && !(one.needs.length || one.offered || one.declined);

function offer(select, may) {
  for (const option of select.options) if (option.value) option.disabled = !may(option.value);
}

function showPending(place, waits) {
  place.hidden = !waits;
  morphChildren(place, waits && unsent("span", _("Waiting for the connection: {what}", { what: waits })));
}

/** @param {Feed.Hall} hall
    @param {Api.CounterOut | null | undefined} one
    @param {{ pending: import("./map.js").Ui["pending"], now: number }} ui */
export function drawCounterPanel(hall, one, { pending, now }) {
  $("#at-counter").hidden = !one;
  if (!one) return;
  const kind = counterKind(one);
  say($("#counter-name"), named(one.name));
  say($("#counter-state"), kind === "free" ? _("free") : STATES[kind]);
  const facts = [
    given.staffNumbers && one.person ? _("No. {number} {name}", one.person) : one.teller,
    one.ticket && `${one.ticket.number} ${nameOf("service", one.ticket.service)}`,
    one.since && kind !== "closed" && mins(since(hall, one.since)),
    one.asked_at && _("asked to open at {at}", { at: hhmm(one.asked_at) }),
    !one.asked_at && one.declined_at && one.state !== "open" && _("declined at {at}", { at: hhmm(one.declined_at) }),
    one.lent_until && _("helps {area} until {at}", { area: nameOf("area", one.lent_to), at: hhmm(one.lent_until) }),
    one.kept.length > 0 && _("kept for it: {numbers}", { numbers: one.kept.join(COMMA) }),
  ];
  say($("#counter-facts"), facts.filter(Boolean).join(" · "));
  drawWhy(hall.tickets.find((ticket) => ticket.id === one.ticket?.id));
  showPending($("#counter-pending"), pending("counter", one.id));
  say(
    $("#counter-serves"),
    _("Serves: {services}", { services: one.serves.map((id) => nameOf("service", id)).join(COMMA) }),
  );
  morphChildren(
    $("#counter-acts"),
    ...counterActs(one),
    ...lendActs(one),
    drawUndo(one, now),
    drawUndoLending(one, now),
  );
}

/** Why the ticket at the counter was called, before others that waited.
    @param {Api.HallTicketOut | undefined} ticket */
function drawWhy(ticket) {
  const why = ticket ? named(ticket.call_reason) : "";
  $("#counter-why").hidden = !why;
  morphChildren($("#counter-why"), el("b", {}, _("Why it was called")), " ", why);
}

/** A mistake at this counter is taken back from here too.
    @param {Api.CounterOut} counter
    @param {number} now */
const drawUndo = ({ id, undo }, now) => undoButton(undo, now, { do: "undo", counter: id, key: "undo" });

/** That the counter was lent is taken back apart: its teller worked on meanwhile.
    @param {Api.CounterOut} counter
    @param {number} now */
const drawUndoLending = ({ id, undo_lending: undo }, now) =>
  undoButton(undo, now, { do: "undo-lending", counter: id, key: "undo-lending" });

/** The latest that was done to a ticket and may be taken back; with it gone, the one before.
    @param {Feed.Hall} hall
    @param {number} now */
export function drawUndoOnTicket({ undo }, now) {
  const latest = [...undo].sort((a, b) => b.id - a.id)[0];
  const one = latest && undoButton(latest, now, { do: "undo-ticket", act: latest.id, key: latest.id });
  morphChildren($("#undo"), ...(one ? [one] : []));
}

/** @param {Api.UndoOut | null} undo
    @param {number} now
    @param {object} data */
function undoButton(undo, now, data) {
  const seconds = secondsLeft(undo, now);
  const words = [undo && undoWords(undo), el("b", { "aria-hidden": "true" }, " ", _("{s} s", { s: seconds }))];
  return seconds > 0 && button([icon("undo"), ...words], data, "button.tonal.undo");
}

/** To which areas the counter may be lent for a while, and that it comes back.
    @param {Api.CounterOut} one */
function lendActs(one) {
  if (one.state === "closed") return [];
  const lend = (area) =>
    button(_("Help {area} for {m} min", { area: nameOf("area", area), m: LENT_MIN }), {
      do: "lend",
      counter: one.id,
      area,
      minutes: LENT_MIN,
      key: `lend-${area}`,
    });
  const back = button(_("Back to its own area"), { do: "end-lending", counter: one.id, key: "home" });
  return [...one.lendable.map(lend), ...(one.lent_to ? [back] : [])];
}

/** @param {Api.CounterOut} one */
function counterActs(one) {
  const turn = (verb, spec = "button") => button(VERBS[verb], { do: "turn", verb, counter: one.id, key: verb }, spec);
  const call = button(_("Call next"), { do: "next", counter: one.id, key: "next" }, "button.primary");
  const rest = [
    button(_("Grant"), { do: "grant", counter: one.id, key: "grant" }, "button.primary"),
    button(_("Not now"), { do: "not-now", counter: one.id, key: "not-now" }),
  ];
  const asked = one.break === "asked" ? rest : [];
  if (one.ticket)
    return [
      ...asked,
      button([icon("list"), _("The ticket's story")], { do: "story", id: one.ticket.id, key: "story" }),
      el("p.soft", { "data-key": "busy" }, _("The counter is busy: pause or close it when the customer is done.")),
    ];
  const ask = one.asked_at
    ? button(_("Stop asking"), { do: "opening-withdraw", counter: one.id, key: "ask" })
    : button(_("Ask to open"), { do: "ask-opening", counter: one.id, key: "ask" }, "button.primary");
  const verbs = {
    open: () => [call, turn("pause"), turn("close")],
    paused: () => [ask, turn("resume"), turn("close")],
    closed: () => [ask, turn("open")],
  };
  return [...asked, ...verbs[one.state]()];
}
