// The teller's console: one obvious button for the next right thing, a key for everything.

import { newKey, post } from "#web/api.js";
import { $, $$, given, say } from "#web/dom.js";
import { rest } from "#web/guard.js";
import { follow } from "#web/live.js";
import { isIdle, renewing } from "#web/renew.js";
import { _, fill } from "#web/words.js";
import { drawAnnounced } from "../shared/announced.js";
import { handOver } from "../shared/handover.js";
import { morphChildren } from "../shared/morph.js";
import { complain, mayServe, nameOf } from "../shared/names.js";
import { STATES } from "../shared/words.js";
import { openPanel, pickers, seat } from "./choices.js";
import { listen } from "./keys.js";
import { drawHeld, drawWaiting } from "./lists.js";
import { drawNow, drawUndo, heldS, mayUndo, tick } from "./now.js";
import { practised, rehearse } from "./practice.js";
import { asks, drawPerson, signing } from "./person.js";
import { ownCards } from "./cards.js";
import { recordable, recordingForm } from "./recording.js";

const { practice, counter: id, missed, missedBack, recallMax, visitMax } = given;
const BASE = practice ? "/api/v1/practice" : `/api/v1/counters/${id}`;
/** What the one large button does while nobody is here. */
const PRIMARY = { open: _("Open the counter"), next: _("Call next"), resume: _("Resume") };
const BREAKS = { asked: _("Break asked for"), granted: _("Break after this customer") };
/** What the branch's rule makes of a missed call. */
const MISSED = {
  ends: _("the ticket ends"),
  back: _("back {n} places", { n: missedBack }),
  last: _("to the end of the line"),
  redraw: _("may take a new number"),
};
/** What the console knows: `skew` is the branch's time less this machine's, ms; `turn` and `undo` are those drawn last.
    Until the first state came there is no hall, and `mine` and `ticket` are null.
    @typedef {{ hall: Feed.Hall, mine: Api.CounterOut, ticket: Api.HallTicketOut | null, busy: boolean, skew: number,
                turn?: string, due?: boolean, undo?: string, usual_s?: number }} Here */
/** @type {any} */
const NOTHING = null;
/** @type {Here} */
const here = { hall: NOTHING, mine: NOTHING, ticket: null, busy: false, skew: 0 };

const POSSIBLE = {
  recall: () => here.ticket?.state === "called" && here.ticket.recalls < Number(recallMax),
  "no-show": () => here.ticket?.state === "called" && !heldS(here),
  "put-back": () => here.ticket?.state === "called",
  pause: () => !here.ticket && here.mine.state !== "closed",
  close: () => !here.ticket && here.mine.state !== "closed",
  break: () => here.mine.state === "open" && !here.mine.break,
  hold: () => Boolean(here.ticket),
  transfer: () => Boolean(here.ticket),
  add: () => here.ticket !== null && 1 + here.ticket.done.length + here.ticket.then.length < Number(visitMax),
  undo: () => mayUndo(here),
  "opening/decline": () => Boolean(here.mine.asked_at),
  "recording-form": () => recordable(here),
  "by-number": () => !here.ticket && here.mine.state === "open",
  "sign-off": () => !here.ticket,
};

/** The next right thing at this counter: the verb, and its words. */
function primary() {
  const { mine, ticket } = here;
  if (!ticket) {
    const verb = { open: "next", paused: "resume", closed: "open" }[mine.state];
    return [verb, PRIMARY[verb]];
  }
  if (ticket.state === "called") return ["start", _("Start")];
  if (ticket.recording_due) return ["record", _("Recording, then finish")];
  const [next] = ticket.then;
  if (!next) return ["finish", _("Finish")];
  const words = mine.serves.includes(next) ? _("Finish, go on with {service}") : _("Finish, on to {service}");
  return ["finish", fill(words, { service: nameOf("service", next) })];
}

/** One thing at a time: what is pressed meanwhile does nothing. */
/** @param {string} verb
    @param {object} [body]
    @param {string} [base] */
async function act(verb, body, base = BASE) {
  if (here.busy || !here.mine) return;
  here.busy = true;
  enable();
  complain(null);
  $("#nobody").hidden = true;
  try {
    const answer = await post(`${base}/${verb}`, practice ? { ...body } : body, {
      key: newKey(),
      expects: here.mine.turn,
    });
    $("#nobody").hidden = !(verb === "next" && answer === null);
    openPanel(null);
    if (practice) practised();
  } catch (problem) {
    complain(problem);
  }
  here.busy = false;
  enable();
}

function enable() {
  if (!here.mine) return;
  document.body.classList.toggle("busy", here.busy);
  const resting = here.busy || asks(here);
  $("#primary").disabled = resting;
  for (const button of $$("[data-act], [data-open]")) {
    button.disabled = resting || !POSSIBLE[button.dataset.act ?? button.dataset.open]();
  }
  const callable = !resting && !here.ticket && here.mine.state === "open";
  for (const button of $$(".lists [data-call]")) button.disabled = !callable;
}

/** To which area the counter is lent, and until when.
    @param {Api.CounterOut} mine */
const lentWords = ({ lent_to, lent_until }) =>
  _("This counter helps {area} until {at}.", { area: nameOf("area", lent_to), at: String(lent_until).slice(11, 16) });

/** @param {Feed.Hall} state */
function draw(state) {
  const before = here.mine?.person?.number;
  here.hall = state;
  here.skew = Date.parse(state.at) - Date.now();
  here.mine = state.counters.find((one) => one.id === id) ?? NOTHING;
  here.ticket = state.tickets.find((one) => one.id === here.mine.ticket?.id) ?? null;
  const { mine, ticket } = here;
  settle(mine, Boolean(ticket?.recording_due));
  if (before !== mine.person?.number && mine.person) handed();
  Object.assign(document.body.dataset, { ticket: ticket?.number ?? "", state: ticket?.state ?? mine.state });
  say($("#state"), STATES[mine.state]);
  say($("#primary span"), primary()[1]);
  say($('[data-act="pause"] .words'), mine.state === "paused" ? _("Resume") : _("Pause"));
  say($('[data-act="break"] .words'), mine.break ? BREAKS[mine.break] : _("Ask for a break"));
  // Never possible together: they have one place.
  $('[data-act="put-back"]').hidden = !ticket;
  $('[data-open="by-number"]').hidden = Boolean(ticket);
  say($("#recalls"), ticket ? `${ticket.recalls}/${recallMax}` : "");
  sayMissed();
  $("#asked").hidden = !mine.asked_at;
  morphChildren($("#announced"), ...drawAnnounced(state));
  if (ticket || state.tickets.some((one) => one.state === "waiting" && mayServe(mine, one))) $("#nobody").hidden = true;
  $("#lent").hidden = !mine.lent_until;
  say($("#lent"), mine.lent_until ? lentWords(mine) : "");
  drawPerson(here);
  drawNow(here);
  drawUndo(here);
  drawHeld(here, { call, wake });
  drawWaiting(here);
  const open = $(".picker:not([hidden])")?.id;
  if (open && !POSSIBLE[open]()) openPanel(null);
  enable();
}

/** What a no-show does, or for how long there is none: the customer is on the way. */
function sayMissed() {
  const s = heldS(here);
  const rule = here.ticket?.state === "called" ? MISSED[missed] : "";
  say($("#missed-words"), s ? _("in {s} s", { s }) : rule);
}

/** Where a button means another act from now on, a press meant for the former one does nothing. */
function settle({ turn, undo }, due) {
  if (here.turn && (here.turn !== turn || here.due !== due)) rest($("#primary"));
  if (here.undo && undo && here.undo !== undo.until) rest($("#undo"));
  [here.turn, here.due, here.undo] = [turn, due, undo?.until];
}

function pressPrimary() {
  const [verb] = primary();
  if (verb === "record") openPanel("recording-form");
  else act(verb);
}

const call = (one) => act("call", { ticket: one.id });
const wake = (one) =>
  practice ? act("wake", { ticket: one.id }) : act(`${one.id}/resume`, undefined, "/api/v1/tickets");

function callByNumber(text) {
  const number = text.trim().toUpperCase();
  const one = here.hall.tickets.find((ticket) => ticket.number === number);
  if (one) call(one);
  else complain(_("{number} is not in the lobby.", { number }));
}

/** Who waits for this counter alone is told before it closes: a second press closes it. */
let warned = "";
function close() {
  const numbers = here.mine.kept.join(_(", "));
  if (!numbers || warned === numbers) {
    warned = "";
    act("close");
    return;
  }
  warned = numbers;
  rest($('[data-act="close"]'));
  complain(
    _("Kept for this counter: {numbers}. Once it closes, other counters call them. Press again to close.", { numbers }),
  );
}

const press = { close, pause: () => act(here.mine.state === "paused" ? "resume" : "pause") };

$("#asked-yes").addEventListener("click", () => here.mine && pressPrimary());
$("#primary").addEventListener("click", () => here.mine && pressPrimary());
for (const button of $$("[data-act]")) {
  const verb = button.dataset.act;
  button.addEventListener("click", press[verb] ?? (() => act(verb)));
}
pickers({
  hold: (kind) => act("park", { hold: kind }),
  transfer: (service) => act("transfer", { service, counter: $("#to-counter").value || null, place: seat() }),
  add: (service) => act("add", { service }),
  byNumber: callByNumber,
});
recordingForm({ record: (sale) => act("recordings", sale), refuse: (why) => act("recordings/refused", why) });
/** Another person has other notes to read. */
const handed = practice ? () => {} : handOver({ counter: id, opens: true });
signing((number) => act("sign-on", { staff_number: number }));
listen();
ownCards();
setInterval(() => {
  tick(here);
  drawUndo(here);
  if (here.ticket?.coming) {
    sayMissed();
    enable();
  }
}, 1000);
const renew = renewing(() => isIdle() && !here.busy && !$(".picker:not([hidden])"));
/** Follows the branch, or the lobby to practise in. */
const line = practice ? rehearse : (options) => follow("/staff", options);
line({
  onState: draw,
  onLine: (up, age) => {
    $("#lost").hidden = up;
    if (up) renew();
    else say($("#lost"), _("No connection. This is {s} s old.", { s: age }));
  },
});
document.body.dataset.ready = "yes";
