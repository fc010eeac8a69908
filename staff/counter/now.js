// The customer at the counter: number, visit, needs, and the time that runs.

import { $, clock, el, given, icon, minutes, say } from "#web/dom.js";
import { _, fill } from "#web/words.js";
import { nameOf } from "../shared/names.js";
import { morphChildren } from "../shared/morph.js";
import { secondsLeft, undoWords } from "../shared/undo.js";
import { aidsFor } from "../shared/aids.js";
import { NEEDS, STATES } from "../shared/words.js";
import { drawRecording } from "./recording.js";

const { lang } = given;
const WALK_S = 60;
const HISTORY = {
  issued: _("took the number"),
  called: _("called"),
  recalled: _("called again"),
  started: _("started"),
  finished: _("finished"),
  continued: _("went on"),
  parked: _("on hold"),
  resumed: _("back in line"),
  transferred: _("transferred"),
  moved: _("moved in line"),
  missed: _("missed the call"),
  returned: _("back in line"),
  undone: _("undone"),
  diverted: _("diverted"),
  retiered: _("tier corrected"),
  amended: _("added something"),
};

/** @param {import("./page.js").Here} here */
export function drawNow(here) {
  const { hall, mine, ticket } = here;
  const idle = {
    open: _("Nobody at the counter"),
    paused: _("The counter is paused"),
    closed: _("The counter is closed"),
  }[mine.state];
  $("#number").classList.toggle("none", !ticket);
  say($("#number"), ticket ? ticket.number : idle);
  say($("#ticket-state"), ticket ? STATES[ticket.state] : "");
  const waited = ticket && _("waited {m} of {t} min", { m: minutes(ticket.age_s), t: minutes(ticket.target_wait_s) });
  say($("#facts"), ticket ? `${nameOf("service", ticket.service)} · ${waited}` : "");
  say($("#why"), ticket?.call_reason[lang] ?? "");
  drawRecording(here);
  morphChildren($("#visit"), ...(ticket ? visitOf(ticket) : []));
  morphChildren($("#tags"), ...(ticket ? [...tagsOf(ticket), ...aidsFor(hall, ticket)] : []));
  $("#history").hidden = !ticket;
  morphChildren($("#history ol"), ...(ticket ? ticket.history.map(step) : []));
  here.usual_s = hall.services.find((one) => one.id === ticket?.service)?.usual_s ?? 0;
  tick(here);
}

/** Done, now, to come; nothing for a visit of one service.
    @param {Api.HallTicketOut} ticket */
function visitOf({ done, service, then }) {
  if (!done.length && !then.length) return [];
  const part = (id, kind, mark) =>
    el(`li.${kind}`, kind === "current" ? { "aria-current": "step" } : {}, mark, nameOf("service", id));
  return [
    ...done.map((id) => part(id, "done", icon("check"))),
    part(service, "current", icon("person")),
    ...then.map((id) => part(id, "coming", icon("next"))),
  ];
}

/** @param {Api.HallTicketOut} one */
function tagsOf(one) {
  const said =
    one.lang === "en"
      ? _("Speaks English")
      : one.lang !== "zh" && _("Speaks another language: {lang}", { lang: one.lang });
  return [
    one.coming && el("span.tag.need", {}, icon("walk"), _("Says: I am coming")),
    el("span.tag", { title: one.rule_words[lang] }, nameOf("tier", one.tier)),
    ...one.needs.map((need) => el("span.tag.need", {}, icon(need), NEEDS[need])),
    said && el("span.tag", {}, icon("globe"), said),
    one.appointment && el("span.tag", {}, icon("calendar"), _("Appointment")),
    one.large_print && el("span.tag", {}, icon("text-size"), _("Large print")),
    one.redrawn_from && el("span.tag", {}, icon("repeat"), _("New number after a missed call")),
    one.missed > 0 && el("span.tag", {}, icon("undo"), _("Missed calls: {n}", { n: one.missed })),
  ];
}

/** @param {Api.StepOut} step */
function step({ at, what, counter, service }) {
  const place = counter ? ` · ${nameOf("counter", counter)}` : "";
  return el(
    "li",
    {},
    el("time", {}, at.slice(11, 16)),
    el("span", {}, `${HISTORY[what]} · ${nameOf("service", service)}${place}`),
  );
}

/** For how many seconds who said to be coming is no no-show yet.
    @param {import("./page.js").Here} here */
export function heldS({ hall, ticket, skew }) {
  if (!ticket?.held_s) return 0;
  const since_s = (Date.now() + skew - Date.parse(hall.at)) / 1000;
  return Math.max(0, Math.ceil(ticket.held_s - since_s));
}

/** @param {import("./page.js").Here} here */
const left = ({ mine, skew }) => secondsLeft(mine?.undo, Date.now() + skew);

/** @param {import("./page.js").Here} here */
export const mayUndo = (here) => left(here) > 0;

/** The act that may be taken back, and for how many seconds yet.
    @param {import("./page.js").Here} here */
export function drawUndo(here) {
  const seconds = left(here);
  $("#undo").hidden = !seconds;
  if (!here.mine?.undo || !seconds) return;
  say($("#undo .words"), undoWords(here.mine.undo));
  say($("#undo b"), _("{s} s", { s: seconds }));
}

/** Once a second: how long since the call, or how the service stands against its usual time.
    @param {import("./page.js").Here} here */
export function tick({ mine, ticket, skew, usual_s: usual = 0 }) {
  const running = mine?.since && (ticket || mine.state === "paused") ? mine.since : null;
  const seconds = running ? Math.max(0, (Date.now() + skew - Date.parse(running)) / 1000) : 0;
  const serving = ticket?.state === "serving";
  $("#pace").hidden = !running;
  $("#pace progress").hidden = !serving;
  say($("#timer"), running ? clock(seconds) : "");
  if (serving) {
    const meter = $("#pace progress");
    meter.value = Math.min(1, seconds / usual);
    meter.classList.toggle("warn", seconds > usual);
    meter.setAttribute("aria-label", words(seconds, usual));
  }
  say($("#timer-words"), beside(ticket, serving, seconds, usual));
}

function beside(ticket, serving, seconds, usual) {
  if (serving) return words(seconds, usual);
  if (ticket) return seconds > WALK_S ? _("Nobody came? Call again, then no-show.") : "";
  return seconds ? _("Paused for {m} min", { m: minutes(seconds) }) : "";
}

const words = (seconds, usual) =>
  fill(seconds > usual ? _("longer than usual ({u})") : _("usually {u}"), { u: clock(usual) });
