// What to do first: alerts, many of one kind as one, and advice; each with its answers of one touch.

import { KINDS } from "#web/alerts.js";
import { el, given, icon, minutes } from "#web/dom.js";
import { _, fill, named } from "#web/words.js";
import { nameOf } from "../shared/names.js";
import { URGENT, byKind, openable } from "./advice.js";
import { ALERTS, MANY, REASONS, SIGNS, VISITS } from "./alerts.js";
import { troubleOf } from "./trouble.js";
import { PRINTERS, button, hhmm, since } from "./words.js";

/** In the order in which they burn. */
const ORDER = given.alertKinds.split(" ");
/** Told by their tickets or counters alone; the others need a line each. */
const BY_NAME = ["late", "soon", "idle", "long"];
const NAMES_SHOWN = 3;
const LINES_SHOWN = 3;

/** A card for each kind, in the order in which they burn.
    @param {Api.HallOut} hall
    @param {Set<number>} fresh */
export function drawAlerts(hall, fresh) {
  return byKind(hall.alerts, ORDER).map(({ kind, alerts }) => drawKind(hall, kind, alerts, fresh));
}

/** @param {Api.HallOut} hall
    @param {string} kind
    @param {Api.HallAlertOut[]} alerts
    @param {Set<number>} fresh */
function drawKind(hall, kind, alerts, fresh) {
  const isFresh = alerts.some((alert) => fresh.has(alert.id));
  return el(
    `li.${kind}${isFresh ? ".fresh" : ""}`,
    { "data-kind": kind, "data-alert": alerts[0].id, "data-key": kind },
    el("span.sign", {}, icon(SIGNS[kind])),
    el("div", {}, ...(alerts.length === 1 ? drawOne(hall, alerts[0]) : drawMany(hall, kind, alerts))),
  );
}

/** @param {Api.HallOut} hall
    @param {Api.HallAlertOut} alert */
const drawOne = (hall, alert) => [
  el("p", {}, el("b", {}, KINDS[alert.kind]), " ", wordsOf(hall, alert), drawTime(alert)),
  ...drawFacts(alert),
  el("div.answers", {}, ...answers(hall, [alert])),
];

/** @param {Api.HallOut} hall
    @param {string} kind
    @param {Api.HallAlertOut[]} alerts */
function drawMany(hall, kind, alerts) {
  const title = el("p", {}, el("b", {}, fill(MANY[kind], { n: alerts.length })));
  if (BY_NAME.includes(kind)) {
    const names = alerts.slice(0, NAMES_SHOWN).map((alert) => drawSubject(alert));
    return [
      title,
      el("ul.who", {}, ...names, drawRest(alerts, NAMES_SHOWN)),
      el("div.answers", {}, ...answers(hall, alerts)),
    ];
  }
  const line = (alert) =>
    el(
      "li",
      { "data-key": alert.id },
      el("p", {}, wordsOf(hall, alert), drawTime(alert)),
      ...drawFacts(alert),
      el("div.answers", {}, ...answers(hall, [alert])),
    );
  return [title, el("ul.lines", {}, ...alerts.slice(0, LINES_SHOWN).map(line), drawRest(alerts, LINES_SHOWN))];
}

/** The facts of the visit that an opinion is about, and its reasons.
    @param {Api.HallAlertOut} alert */
function drawFacts({ facts, params }) {
  if (!facts) return [];
  const said = [
    nameOf("service", facts.service),
    facts.counter ? nameOf("counter", facts.counter) : "",
    _("waited {m} of {t} min", { m: minutes(facts.waited_s), t: minutes(facts.target_wait_s) }),
    ...(params.reasons ?? []).map((reason) => REASONS[reason] ?? ""),
  ];
  return [el("p.soft.facts", {}, said.filter(Boolean).join(" · "))];
}

/** @param {Api.HallAlertOut} alert */
const drawTime = (alert) => el("time.soft", {}, ` ${hhmm(alert.at)}`);
const drawRest = (alerts, shown) =>
  alerts.length > shown ? el("li.soft", {}, _("and {n} more", { n: alerts.length - shown })) : "";

const TAKEN = {
  help: _("I'll handle it"),
  feedback: _("I'll handle it"),
  printer: _("I'll handle it"),
  board: _("I'll handle it"),
  kiosk: _("I'll handle it"),
  opinion: _("Answered on the spot"),
  long: _("I look after it"),
};

/** @param {Api.HallOut} hall
    @param {Api.HallAlertOut} alert */
function wordsOf(hall, { kind, params, number, day, area, counter, ticket }) {
  const one = hall.tickets.find((other) => other.id === ticket);
  const at = hall.counters.find((other) => other.id === counter);
  const values = {
    ...params,
    text: params.missing ? named(params.missing) : (params.text ?? ""),
    kiosk: params.name?.zh ? named(params.name) : "",
    error: troubleOf(params, PRINTERS),
    visit: VISITS[params.visit] ?? "",
    board: params.board ? nameOf("board", params.board) : "",
    number,
    way: params.by_s > 0 ? _("ahead") : _("back"),
    span: spanOf(params.by_s ?? 0),
    n: hall.areas.find((other) => other.id === area)?.waiting ?? "",
    area: area ? nameOf("area", area) : "",
    counter: counter ? nameOf("counter", counter) : "",
    m: minutes(kind === "late" || kind === "soon" ? (one?.age_s ?? 0) : at?.since ? since(hall, at.since) : 0),
    t: one ? minutes(one.target_wait_s) : "",
    service: nameOf("service", one?.service ?? params.service),
    thing: params.thing ? [named(params.thing), params.number].filter(Boolean).join(" ") : "",
    time: hhmm(params.at ?? params.due ?? ""),
  };
  const words = values.visit ? "feedback_apart" : kind === "help" && values.kiosk ? "help_at" : kind;
  const said = fill(ALERTS[words] ?? "", values).replace(/[:：]\s*$/, "");
  const date = day && day !== hall.day ? `${day.slice(5)} ` : "";
  return ["printer", "feedback", "opinion"].includes(kind) && number ? `${date}${number} · ${said}` : `${date}${said}`;
}

/** The ticket or counter that an alert of a group is about: a touch chooses it.
    @param {Api.HallAlertOut} alert */
function drawSubject(alert) {
  if (alert.kind === "idle" || !alert.ticket) {
    return el(
      "li",
      { "data-key": alert.id },
      button(nameOf("counter", alert.counter), { do: "show-counter", counter: alert.counter }),
    );
  }
  const where = alert.kind === "long" && alert.counter ? ` · ${nameOf("counter", alert.counter)}` : "";
  return el("li", { "data-key": alert.id }, button(`${alert.number ?? ""}${where}`, { do: "show", id: alert.ticket }));
}

/** @param {Api.HallOut} hall
    @param {Api.HallAlertOut[]} group */
function answers(hall, group) {
  if (group[0].kind === "clock") return clockAnswers(hall, group[0]);
  const ids = group.map((alert) => alert.id).join(" ");
  return [
    ...ownAnswers(hall, group[0]),
    button(
      TAKEN[group[0].kind] ?? _("Seen"),
      { do: "took", ids, key: "took" },
      URGENT.includes(group[0].kind) ? "button.primary" : "button",
    ),
  ];
}

/** A clock that was set has one question, and no other answer makes it go away.
    @param {Api.HallOut} hall
    @param {Api.HallAlertOut} alert */
function clockAnswers(hall, alert) {
  const goesOn = button(_("The time is right: the day goes on"), { do: "clock", key: "goes-on" }, "button.primary");
  const sameDay = hall.at.slice(0, 10) === alert.params.day;
  return sameDay ? [goesOn] : [goesOn, button(_("Begin the new day"), { do: "new-day", key: "new-day" })];
}

/** By how much a clock was set, roughly. */
function spanOf(seconds) {
  const hours = Math.round(Math.abs(seconds) / 3600);
  return hours < 48 ? _("{n} h", { n: hours }) : _("{n} d", { n: Math.round(hours / 24) });
}

/** @param {Api.HallOut} hall
    @param {Api.HallAlertOut} alert */
function ownAnswers(hall, alert) {
  const one = hall.tickets.find((ticket) => ticket.id === alert.ticket);
  const by = { counter: alert.counter };
  switch (alert.kind) {
    case "printer":
      return alert.ticket
        ? [button(_("Reprint"), { do: "print-again", id: alert.ticket, ids: alert.id, key: "again" }, "button.primary")]
        : [];
    case "opinion":
      return [button(_("Make it a case"), { do: "to-case", ids: alert.id, key: "case" })];
    case "late":
    case "soon":
      return one && !one.first
        ? [
            button(
              _("Call {number} first", { number: one.number }),
              { do: "first", id: one.id, key: "first" },
              "button.primary",
            ),
          ]
        : [];
    case "idle":
      return [
        button(
          _("Call for {counter}", { counter: nameOf("counter", alert.counter) }),
          { do: "next", ...by, key: "next" },
          "button.primary",
        ),
      ];
    case "break":
      return [
        button(_("Grant"), { do: "grant", ...by, key: "grant" }, "button.primary"),
        button(_("Not now"), { do: "not-now", ...by, key: "not-now" }),
      ];
    case "loan":
      return [button(_("Given back"), { do: "returned", id: alert.subject, key: "back" }, "button.primary")];
    case "visit":
      return [button(_("Is here: give a number"), { do: "arrived", id: alert.subject, key: "here" }, "button.primary")];
    case "crowded":
      return opening(hall, alert.area);
    default:
      return [];
  }
}

/** @param {Api.HallOut} hall
    @param {string | null} area */
function opening(hall, area) {
  const best = openable(hall, area);
  if (!best) return [];
  const words = best.attended === false ? _("Find a teller for {counter}") : _("Ask {counter} to open");
  const ask = { do: "ask-opening", counter: best.id, key: "open" };
  return [button(fill(words, { counter: named(best.name) }), ask, "button.primary")];
}

// -- what could be done -----------------------------------------------------------------------------
const ANSWER = { open_counter: _("Ask to open"), self_service: _("Ask them"), lend_counter: _("Lend it") };
const ADVICE = {
  open_counter: _(
    "With {counter} open, nine in ten of its customers wait {after} min at most instead of {before} ({less} min less)",
  ),
  open_counter_unserved: _(
    "Open {counter}: nobody serves its customers now; with it nine in ten of them wait {after} min at most",
  ),
  self_service_unserved: _("Ask {numbers} whether self-service suits them: nobody serves their area now"),
  close_counter: _("{counter} can close in 20 min: nine in ten of its customers would still wait {after} min at most"),
  self_service: _(
    "Ask {numbers} whether self-service suits them: if so, nine in ten in their area wait {after} min at most instead of {before}",
  ),
  lend_counter: _(
    "{counter} is free: with it lent to {area} for {m} min, nine in ten there wait {after} min at most instead of {before} ({less} min less)",
  ),
  lend_counter_unserved: _(
    "{counter} is free and nobody serves {area}: with it lent there for {m} min, nine in ten wait {after} min at most",
  ),
};

/** Whole minutes that a wait stays below; none is shorter than one. */
const within = (seconds) => Math.max(1, Math.ceil(seconds / 60));

/** The minutes that are saved: never more than are waited, and no figure below that nobody is sure of.
    @param {Api.OneAdviceOut} one */
function lessWords(one) {
  const [lo, hi] = [one.saves_lo_s, Math.min(one.saves_hi_s, one.before_s)].map(minutes);
  return lo > 0 && lo < hi ? `${lo}–${hi}` : _("up to {m}", { m: Math.max(1, hi) });
}

/** @param {Api.HallOut} hall
    @param {Api.OneAdviceOut} one
    @param {number} n */
export function drawAdvice(hall, one, n) {
  const counter = hall.counters.find(({ id }) => id === one.counter);
  const values = {
    counter: counter ? named(counter.name) : "",
    area: one.area ? nameOf("area", one.area) : "",
    before: within(one.before_s),
    after: within(one.after_s),
    less: lessWords(one),
    m: one.minutes ?? "",
    numbers: one.numbers.join(_(", ")),
  };
  return el(
    "li.advice",
    { "data-advice": one.kind, "data-key": `${one.kind}-${one.counter ?? one.area}` },
    el("span.sign", {}, icon("lamp")),
    el(
      "div",
      {},
      el("p", {}, fill(ADVICE[one.unserved ? `${one.kind}_unserved` : one.kind], values)),
      one.kind === "open_counter" && one.attended === false
        ? el("p.soft", {}, _("Nobody is signed on there: a teller is needed."))
        : "",
      ANSWER[one.kind] ? el("div.answers", {}, button(ANSWER[one.kind], { do: "advised", n }, "button.primary")) : "",
    ),
  );
}

/** The worst of those whose alert somebody took: it stays in sight as long as it waits past the promise.
    @param {Api.HallOut} hall */
export function drawWorst(hall) {
  const late = hall.tickets.filter((one) => one.late && one.taken);
  if (!late.length) return [];
  const over = (one) => one.age_s / one.target_wait_s;
  const [worst] = late.sort((a, b) => over(b) - over(a));
  const values = { number: worst.number, m: minutes(worst.age_s), t: minutes(worst.target_wait_s), n: late.length - 1 };
  const words =
    late.length > 1 ? _("{number} has waited {m} of {t} min; also late: {n}") : _("{number} has waited {m} of {t} min");
  const first = button(
    _("Call {number} first", { number: worst.number }),
    { do: "first", id: worst.id, key: "first" },
    "button.primary",
  );
  const show = button(_("Show"), { do: "show", id: worst.id, key: "show" });
  return [
    el(
      "li.late.taken",
      { "data-kind": "worst", "data-key": "worst" },
      el("span.sign", {}, icon(SIGNS.late)),
      el(
        "div",
        {},
        el("p", {}, el("b", {}, _("Taken on, still late")), " ", fill(words, values)),
        el("div.answers", {}, ...(worst.first ? [] : [first]), show),
      ),
    ),
  ];
}

const OLD_MS = 90000;

/** Advice that was made a while ago says so.
    @param {number} now
    @param {string | null} at */
export const drawAge = (now, at) =>
  at && now - Date.parse(at) > OLD_MS
    ? el("li.soft.age", { "data-key": "age" }, _("Advice as of {at}", { at: hhmm(at) }))
    : "";
