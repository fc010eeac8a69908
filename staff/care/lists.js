// The rows of the page of care.

import { el, given, icon } from "#web/dom.js";
import { _, fill, named } from "#web/words.js";
import { nameOf } from "../shared/names.js";
import { NEEDS } from "../shared/words.js";

const STATES = { out: _("lent"), lost: _("lost"), returned: _("given back") };
const ENDS = { out: _("back by {time}"), lost: _("lost {time}"), returned: _("given back {time}") };
const VISITS = { announced: _("awaited"), arrived: _("is here"), cancelled: _("called off") };
const hhmm = (at) => at.slice(11, 16);
/** The time of today, of another day with its date. */
const when = (at) => (at.startsWith(given.today) ? hhmm(at) : `${at.slice(5, 10)} ${hhmm(at)}`);
const button = (words, data, spec = "button") =>
  el(spec, { type: "button", ...Object.fromEntries(Object.entries(data).map(([k, v]) => [`data-${k}`, v])) }, words);
const pill = (kind, mark, words) => el(`span.pill.${kind}`, {}, icon(mark), words);
const actions = (...acts) => el("p.buttons", {}, ...acts);

/** What was opened, in one line.
    @param {Record<string, string>} words */
export const wordsOf = (words) => Object.values(words).filter(Boolean).join(" · ");

/** @param {Api.ThingOut} thing
    @param {boolean} chosen */
export function drawThing(thing, chosen) {
  const words = thing.left ? _("{n} of {all} left", { n: thing.left, all: thing.number }) : _("none left");
  return el(
    "li",
    { "data-key": thing.id },
    el(
      "button.tile",
      {
        type: "button",
        "data-do": "lend",
        "data-id": thing.id,
        "data-name": named(thing.name),
        disabled: !thing.left,
        "aria-pressed": String(chosen),
      },
      el("b", {}, named(thing.name)),
      el("span", {}, words),
    ),
  );
}

/** @param {Api.LoanOut} loan
    @param {Map<string, string>} opened */
export function drawLoan(loan, opened) {
  const words = opened.get(loan.id);
  const grade = loan.overdue || loan.state === "lost" ? "bad" : loan.state === "out" ? "info" : "good";
  const mark = loan.overdue ? "warning" : loan.state === "out" ? "clock" : loan.state === "lost" ? "close" : "check";
  const due = fill(ENDS[loan.state], { time: when(loan.ended_at ?? loan.due) });
  return el(
    `li${loan.overdue ? ".overdue" : ""}`,
    { "data-key": loan.id, "data-loan": loan.id },
    el(
      "p.head",
      {},
      el("b", {}, named(loan.thing_name)),
      pill(grade, mark, loan.overdue ? _("overdue") : STATES[loan.state]),
      loan.number && el("span.tag", {}, loan.number),
    ),
    el("p.soft", {}, [_("lent {time}", { time: when(loan.lent_at) }), due].join(" · ")),
    words && el("p.words", {}, words),
    actions(
      loan.state === "out" && button(_("Given back"), { do: "return", id: loan.id }, "button.primary"),
      loan.state === "lost" && button(_("Found or replaced"), { do: "return", id: loan.id }),
      loan.described && !words && button(_("Who has it?"), { do: "borrower", id: loan.id }),
      loan.state === "out" && given.manager && button(_("Lost"), { do: "lost", id: loan.id }),
    ),
  );
}

/** @param {Api.VisitOut} visit
    @param {Map<string, string>} opened */
export function drawVisit(visit, opened) {
  const words = opened.get(visit.id);
  const expected = visit.state === "announced";
  const grade = visit.late ? "warn" : { announced: "info", arrived: "good", cancelled: "" }[visit.state];
  const mark = visit.late ? "warning" : { announced: "calendar", arrived: "check", cancelled: "close" }[visit.state];
  return el(
    "li",
    { "data-key": visit.id, "data-visit": visit.id },
    el(
      "p.head",
      {},
      el("b", {}, when(visit.at)),
      nameOf("service", visit.service),
      pill(grade || "none", mark, visit.late ? _("not here yet") : VISITS[visit.state]),
      visit.number && el("span.tag", {}, visit.number),
    ),
    el(
      "p.head",
      {},
      ...visit.needs.map((need) => el("span.tag.need", {}, icon(need), NEEDS[need])),
      ...visit.aids.map((aid) => el("span.tag", {}, nameOf(/** @type {any} */ ("aid"), aid))),
    ),
    words && el("p.words", {}, words),
    actions(
      expected && button(_("Is here: give a number"), { do: "arrive", id: visit.id }, "button.primary"),
      visit.named && !words && button(_("Who comes?"), { do: "visitor", id: visit.id }),
      expected && button(_("Is not coming"), { do: "cancel", id: visit.id }),
    ),
  );
}

/** @param {Api.AidOut} aid */
export function drawAid(aid) {
  const people = aid.people.map(({ name, here }) => (here ? name : _("{name} (not here)", { name })));
  const counters = aid.counters.map((id) => nameOf("counter", id));
  const left = aid.left === null ? [] : [_("{n} left", { n: aid.left })];
  const ticks = given.manager ? aid.people.map(tick) : [];
  return el(
    "li",
    { "data-key": aid.id, "data-aid": aid.id },
    el(
      "p.head",
      {},
      el("b", {}, named(aid.name)),
      aid.at_hand ? pill("good", "check", _("at hand")) : pill("warn", "warning", _("not at hand")),
    ),
    el("p.soft", {}, [...people, ...counters, ...left].join(" · ")),
    ticks.length > 0 && actions(...ticks),
  );
}

/** The morning's tick.
    @param {Api.AidPersonOut} person */
const tick = ({ number, name, here }) =>
  here
    ? button(_("{name} is not here today", { name }), { do: "here", id: number, here: "no" })
    : button(_("{name} is here today", { name }), { do: "here", id: number, here: "yes" });
