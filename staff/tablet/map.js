// The floor as a map: areas as zones with their counters and the people who wait there. How it stands with the
// promises is said by colour, by shape and in words.

import { $, el, icon, minutes } from "#web/dom.js";
import { _, named } from "#web/words.js";
import { nameOf } from "../shared/names.js";
import { morphChildren } from "../shared/morph.js";
import { NEEDS, STATES } from "../shared/words.js";
import { button, byHeat, heat, hhmm, inLine, mins, shape, since, unsent, waitOf } from "./words.js";
import { notToArea, notToCounter } from "./moves.js";
import { growing, zones } from "./packing.js";

/** How many people are drawn in a zone, by its width in counters. */
const SHOWN = [0, 7, 17, 28, 39];

/** `chosen`: the ticket that waits for its destination; `pending(kind, id)`: the words of an act that waits for the line.
    @typedef {{ chosen?: Api.HallTicketOut, counter: string | null, pending: (kind: "ticket" | "counter", id: string) => string | undefined }} Ui
    @param {Feed.Hall} hall
    @param {Ui} ui */
export function drawMap(hall, ui) {
  const all = zones(hall.areas, (area) => countersOf(hall, area).length);
  $("#areas").style.setProperty("--rows", growing(all));
  morphChildren($("#areas"), ...all.map(({ area, span }) => drawArea(hall, area, span, ui)));
}

/** @param {Feed.Hall} hall
    @param {Api.HallAreaOut} area */
const countersOf = (hall, area) => hall.counters.filter((one) => one.area === area.id);

/** @param {Feed.Hall} hall
    @param {Api.HallAreaOut} area
    @param {number} span
    @param {Ui} ui */
function drawArea(hall, area, span, ui) {
  const people = hall.tickets.filter((one) => one.area === area.id && inLine(one)).sort(byHeat);
  const grade = area.self_service ? "machines" : area.late ? "late" : area.soon ? "soon" : "calm";
  const not = ui.chosen && notToArea(hall, ui.chosen, area);
  const counters = countersOf(hall, area).map((one) => drawCounter(hall, one, ui));
  return el(
    `li.zone.${grade}.w${span}${ui.chosen ? (not ? ".cannot" : ".can") : ""}`,
    { "data-area": area.id, "data-key": area.id },
    el(
      "div.head",
      {},
      el("h2", {}, named(area.name)),
      ...(ui.chosen ? [drawTarget(area, not)] : [drawState(area, grade), ...drawCount(area)]),
    ),
    counters.length > 0 && el("ul.counters", {}, ...counters),
    area.self_service ? "" : drawPeople(people, SHOWN[span], ui),
  );
}

/** Who burns comes first; of a long line the rest is in the list, so that the whole floor stays in sight.
    @param {Api.HallTicketOut[]} people
    @param {number} shown
    @param {Ui} ui */
function drawPeople(people, shown, ui) {
  const rest = people.length - shown;
  const seen = rest > 1 ? people.slice(0, shown) : people;
  const more = rest > 1 && el("li", { "data-key": "more" }, button(_("{n} more", { n: rest }), { do: "line" }));
  return el("ul.people", {}, ...seen.map((one) => drawPerson(one, ui)), more);
}

/** @param {Api.HallAreaOut} area
    @param {string} grade */
function drawState(area, grade) {
  const late = [shape("late"), _("{n} late", { n: area.late })];
  const soon = [shape("soon"), String(area.soon), el(area.late ? "span.more" : "span", {}, " ", _("nearly late"))];
  const parts = [...(area.late ? [late] : []), ...(area.soon ? [soon] : [])];
  if (!parts.length && grade !== "machines") parts.push([shape("calm"), _("calm")]);
  return el("p.grade", {}, ...parts.map((part) => el("span", {}, ...part)));
}

/** @param {Api.HallAreaOut} area */
function drawCount(area) {
  if (area.self_service) return [el("p.words", {}, _("machines"))];
  const count = el("p.count", {}, el("b.number", {}, String(area.waiting)), el("span.more", {}, " ", _("waiting")));
  return [count, el("p.words", {}, area.waiting ? waitOf(area) : "")];
}

/** The zone as a destination: a button where the ticket may go, else why it may not. */
function drawTarget(area, not) {
  if (not) return el("p.target.not", { "data-key": "target" }, not);
  return button(
    area.self_service ? _("Send to the machines") : _("Move here"),
    { do: "here", key: "target" },
    "button.target",
  );
}

/** @param {Feed.Hall} hall
    @param {Api.CounterOut} counter
    @param {Ui} ui */
function drawCounter(hall, counter, ui) {
  const not = ui.chosen && notToCounter(ui.chosen, counter);
  const waits = ui.pending("counter", counter.id);
  const kind = counterKind(counter);
  const spec = `li.counter.${counter.state}.${kind}${ui.chosen ? (not ? ".cannot" : ".can") : ""}`;
  const label = ui.chosen && !not ? { "aria-label": _("to {to}", { to: named(counter.name) }) } : {};
  const pressed = ui.chosen ? {} : { "aria-pressed": String(ui.counter === counter.id) };
  return el(
    spec,
    { "data-counter": counter.id, "data-key": counter.id },
    button(
      [
        el(
          "span.name",
          {},
          named(counter.name),
          counter.break === "asked" ? el("em", {}, _("asks for a break")) : "",
          counter.asked_at ? el("em", {}, _("asked to open")) : declined(counter),
        ),
        ...(not ? [el("span.not", {}, not)] : whoIsThere(hall, counter, kind)),
        counter.lent_until ? el("span.lent", {}, lentWords(counter)) : "",
        waits ? unsent("span.pending", waits) : "",
      ],
      { do: "counter", key: "face" },
      "button",
      { ...label, ...pressed, "aria-disabled": Boolean(not) && "true" },
    ),
  );
}

/** Who said no is told until something changes there: the request, or the counter.
    @param {Api.CounterOut} counter */
export function declined({ state, declined_at, since }) {
  const isOver = state === "open" || !declined_at || (since && Date.parse(since) > Date.parse(declined_at));
  return isOver ? "" : el("em", {}, _("declined, {at}", { at: hhmm(declined_at) }));
}

/** Until when first: that is what is looked for, and a long name may be cut.
    @param {Api.CounterOut} counter */
const lentWords = ({ lent_to, lent_until }) =>
  _("until {at}: {area}", { at: hhmm(lent_until), area: nameOf("area", lent_to) });

/** @param {Api.CounterOut} counter */
export const counterKind = (counter) => (counter.state === "open" ? (counter.ticket?.state ?? "free") : counter.state);

/** @param {Feed.Hall} hall
    @param {Api.CounterOut} counter
    @param {string} kind */
function whoIsThere(hall, counter, kind) {
  const at = counter.since ? since(hall, counter.since) : 0;
  const word = el("span.word", {}, kind === "free" ? _("free") : STATES[kind]);
  if (!counter.ticket) return [word, counter.state === "closed" ? "" : el("span.for", {}, mins(at))];
  const usual_s = hall.services.find((one) => one.id === counter.ticket?.service)?.usual_s;
  const over = kind === "serving" && usual_s && at > usual_s;
  const time = usual_s
    ? _("{m} min, usually {u}", { m: minutes(at), u: Math.max(1, Math.round(usual_s / 60)) })
    : mins(at);
  return [
    el("b.number", {}, counter.ticket.number),
    word,
    el(over ? "span.for.over" : "span.for", {}, kind === "serving" ? time : calledWords(counter, at)),
    kind === "serving" && usual_s
      ? el("progress", {
          max: Math.round(usual_s * 2),
          value: Math.round(Math.min(at, usual_s * 2)),
          "aria-hidden": "true",
        })
      : "",
  ];
}

/** Since when, and by which rule.
    @param {Api.CounterOut} counter
    @param {number} at */
const calledWords = ({ why }, at) => [mins(at), why && named(why)].filter(Boolean).join(" · ");

/** @param {Api.HallTicketOut} one
    @param {Ui} ui */
function drawPerson(one, ui) {
  const kind = one.state === "parked" ? "parked" : heat(one);
  const waits = ui.pending("ticket", one.id);
  const marks = [one.needs.length > 0 && "+", one.only_counter && `→${nameOf("counter", one.only_counter)}`].filter(
    Boolean,
  );
  return el(
    `li.${kind}${waits ? ".unsent" : ""}`,
    { "data-key": one.id },
    button(
      [
        el("b", {}, SHAPED.includes(kind) ? shape(kind) : "", one.number),
        el(
          "span",
          {},
          waits ? icon("clock") : one.state === "parked" ? _("on hold") : mins(one.age_s),
          marks.length ? el("i.mark", {}, marks[0]) : "",
        ),
      ],
      { ticket: one.id },
      "button",
      { "aria-pressed": String(ui.chosen?.id === one.id), "aria-label": aloud(one, waits) },
    ),
  );
}

const SHAPED = ["late", "soon"];

/** What a screen reader says of a ticket in the map.
    @param {Api.HallTicketOut} one
    @param {string} [waits] */
export const aloud = (one, waits) =>
  [
    one.number,
    nameOf("service", one.service),
    one.late ? _("Past target") : one.soon ? _("Nearly past target") : "",
    _("{m} of {t} min", { m: minutes(one.age_s), t: minutes(one.target_wait_s) }),
    ...one.needs.map((need) => NEEDS[need]),
    waits ?? "",
  ]
    .filter(Boolean)
    .join(" · ");

/** The ticket as a row of the list.
    @param {Api.HallTicketOut} one
    @param {Ui} ui */
export function drawRow(one, ui) {
  const kind = one.state === "parked" ? "parked" : heat(one);
  const age = _("{m} of {t} min", { m: minutes(one.age_s), t: minutes(one.target_wait_s) });
  const waits = ui.pending("ticket", one.id);
  return el(
    `li.${kind}`,
    { "data-key": one.id },
    button(
      [
        el("b", {}, SHAPED.includes(kind) ? shape(kind) : "", one.number),
        el(
          "span.what",
          {},
          nameOf("service", one.service),
          el("span.tags", {}, ...tags(one), waits ? unsent("span.tag.pending", waits) : ""),
        ),
        el(
          "span.age",
          {},
          el("span", {}, age),
          el("progress", {
            max: one.target_wait_s,
            value: Math.min(one.age_s, one.target_wait_s),
            "aria-hidden": "true",
          }),
        ),
      ],
      { ticket: one.id },
      "button",
      { "aria-pressed": String(ui.chosen?.id === one.id) },
    ),
  );
}

/** @param {Api.HallTicketOut} one */
export const tags = (one) => [
  el("span.tag", {}, nameOf("tier", one.tier)),
  ...one.needs.map((need) => el("span.tag.need", {}, NEEDS[need])),
  one.state === "parked" ? el("span.tag", {}, _("on hold")) : "",
  one.appointment ? el("span.tag", {}, _("appointment")) : "",
  one.recorded ? el("span.tag", {}, _("recorded in sound and picture")) : "",
  one.first ? el("span.tag", {}, _("called first")) : "",
  one.offered ? el("span.tag", {}, _("asked about the machines")) : "",
  one.declined ? el("span.tag", {}, _("prefers to wait, no machines")) : "",
  one.only_counter ? el("span.tag", {}, `→ ${nameOf("counter", one.only_counter)}`) : "",
];

const STEPS = {
  issued: _("number taken"),
  called: _("called"),
  recalled: _("called again"),
  started: _("service began"),
  finished: _("service ended"),
  parked: _("on hold"),
  resumed: _("back in line"),
  transferred: _("transferred"),
  moved: _("moved in line"),
  missed: _("did not come"),
  returned: _("back in line"),
  undone: _("undone"),
  diverted: _("diverted"),
  retiered: _("tier corrected"),
  amended: _("added something"),
  continued: _("next business"),
};

/** @param {Api.StepOut} step */
export const stepWords = (step) =>
  [
    hhmm(step.at),
    STEPS[step.what] ?? step.what,
    step.counter ? nameOf("counter", step.counter) : "",
    step.service ? nameOf("service", step.service) : "",
  ]
    .filter(Boolean)
    .join(" · ");
