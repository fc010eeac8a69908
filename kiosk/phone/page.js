// The ticket on the customer's phone: draws its state as it comes in, and once from the page before the line is up.

import { $, $$, el, given, icon, say } from "#web/dom.js";
import { acts, card, openCard } from "./acts.js";
import { away } from "./away.js";
import { notices } from "./notice.js";
import { hush, ring } from "./ring.js";
import { follow } from "#web/live.js";
import { _, fill, named, waitWords } from "#web/words.js";

const { token } = given;
/** @type {Api.TicketOut | null} */
const first = JSON.parse(given.ticket);
const names = JSON.parse(given.things);
const DOTS_MAX = 12;
const number = $("#ticket .number").textContent;
let state = "";

/** @param {Record<string, string> | null} name */
const inWords = (name) => (name ? named(name) : "");
const HEADLINES = {
  waiting: _("Waiting"),
  next: _("You are next"),
  called: _("It is your turn"),
  serving: _("Being served"),
  parked: _("Your place is kept"),
  served: _("Served. Thank you for coming."),
  missed: _("Your number was called"),
  cancelled: _("Cancelled"),
};
const NOTES = {
  next: _("Please stay near the counters: you may be called any moment."),
  serving: _("Keep this page: your opinion counts when you are done."),
  cancelled: _("You left the line. Come again at any time and take a new number at the kiosk."),
  diverted: _("There is no wait there, and somebody is glad to help you."),
};
const HOLDS = {
  any: _("Come back to any counter or the lobby manager and show this number."),
  same: _("When you are ready, please come back to {counter}."),
  step: _("When that step is done, please tell the lobby manager: you will be called."),
};
const shows = (view) => (part) => {
  part.hidden = !part.dataset.in.split(" ").includes(view);
};

/** The ticket's state as the customer sees it.
    @param {Api.TicketOut} ticket */
function viewOf(ticket) {
  if (ticket.state === "waiting") return ticket.ahead ? "waiting" : "next";
  return ticket.state === "no_show" ? "missed" : ticket.state;
}

/** @param {Api.TicketOut} ticket
    @param {string} view */
function headline(ticket, view) {
  const between = ticket.state === "waiting" && ticket.done?.length;
  if (view === "diverted") return _("Please go to {area}", { area: names.areas[ticket.area]?.name });
  return between && view === "waiting" ? _("One more to go") : HEADLINES[view];
}

/** @param {Api.TicketOut} ticket
    @param {string} view */
function note(ticket, view) {
  const counter = inWords(ticket.counter_name);
  if (view === "parked") return fill(HOLDS[ticket.hold ?? "any"], { counter });
  if (view === "called" && ticket.coming) return _("The teller knows that you are coming.");
  if (view === "missed" && ticket.redrawn_as) return _("You have a new number.");
  if (view === "missed")
    return ticket.returns
      ? _("You did not come in time. Take a new number: the time you waited counts.")
      : _("You did not come in time. Please speak to the lobby manager.");
  if (view === "waiting" && ticket.done?.length)
    return _("{service} is next. Your waiting so far counts.", { service: names.services[ticket.service] });
  if (view === "next" && ticket.wait_said?.kind === "unknown") return _("You are called when a counter opens.");
  return NOTES[view] ?? "";
}

/** Where to go: the counter, and the way to where it stands.
    @param {Api.TicketOut} ticket
    @param {string} view */
function target(ticket, view) {
  if (view === "diverted") return ["", names.areas[ticket.area]?.way ?? ""];
  if (!["called", "serving"].includes(view) || !ticket.counter_name) return ["", ""];
  const counter = inWords(ticket.counter_name);
  if (view === "serving") return [_("At {counter}", { counter }), ""];
  return [_("Please go to {counter}", { counter }), names.areas[names.counters[String(ticket.counter)]]?.way ?? ""];
}

function tell(selector, text) {
  $(selector).hidden = !text;
  say($(selector), text);
}

/** @param {Api.TicketOut} ticket */
function place(ticket) {
  say($("#ahead"), ticket.ahead ? _("{n} ahead", { n: ticket.ahead }) : _("No one ahead"));
  say($("#wait"), waitWords(ticket));
  const line = $("#line");
  const dots = Math.min(ticket.ahead, DOTS_MAX);
  while (line.childElementCount > dots + 1) line.firstChild.remove();
  while (line.childElementCount < dots + 1) line.prepend(icon("person"));
  say($("#area"), names.areas[ticket.area]?.name);
  say($("#area-way"), names.areas[ticket.area]?.way);
}

/** Whether the machines are a quicker way is the customer's to say.
    @param {Api.TicketOut} ticket
    @param {string} view */
function offer({ offered }, view) {
  const asked = offered && ["waiting", "next", "parked"].includes(view);
  const isNew = asked && $("#offer").hidden && state;
  $("#offer").hidden = !asked;
  if (!asked) return;
  say(
    $("#offer-words"),
    _("{area} can do this without a wait. Would you like to go there?", { area: names.areas[offered]?.name }),
  );
  if (isNew) scrollTo(0, 0);
}

/** @param {Api.TicketOut} ticket */
function visit(ticket) {
  const done = (ticket.done ?? []).map((id) => [id, "done", "check"]);
  const then = (ticket.then ?? []).map((id) => [id, "then", "clock"]);
  const now = ticket.state === "served" ? [] : [[ticket.service, "now", "arrow"]];
  const steps = [...done, ...now, ...then];
  const list = $("#visit");
  list.hidden = steps.length < 2;
  const key = steps.join();
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(
    ...steps.map(([id, when, mark]) => {
      const current = when === "now" && { "aria-current": "step" };
      return el(`li.${when}`, current || {}, icon(mark), el("span", {}, names.services[id] ?? id));
    }),
  );
}

/** @param {Api.TicketOut} ticket */
function draw(ticket) {
  const view = viewOf(ticket);
  document.body.dataset.state = ticket.state;
  document.body.dataset.view = view;
  $$("[data-in]").forEach(shows(view));
  say($("#state"), headline(ticket, view));
  const [counter, way] = target(ticket, view);
  tell("#counter", counter);
  tell("#way", way);
  tell("#note", note(ticket, view));
  offer(ticket, view);
  if (ticket.coming) $("#coming").hidden = true;
  $("#redraw").hidden = !(view === "missed" && ticket.returns);
  if (ticket.state === "waiting" && ticket.wait_said) place(ticket);
  visit(ticket);
  openCard(ticket.feedback_open, token);
  if (ticket.state === "waiting") away(ticket);
  if (view === "called" && state && state !== "called") {
    scrollTo(0, 0);
    ring();
  }
  if (view !== "called") hush();
  if (ticket.redrawn_as && !$("#renewed") && !document.body.dataset.moving) location.reload();
  const said = counter || (ticket.state === "waiting" ? $("#ahead").textContent : headline(ticket, view));
  document.title = view === "called" ? `▶ ${said} · ${number}` : `${number} · ${said}`;
  state = view;
}

card(token);
if (first) {
  draw(first);
  acts(first.id, token, draw);
  notices(first.id, token);
  const socket = follow("/ticket", {
    auth: { token },
    onState: (ticket) => ticket.state !== "over" && draw(ticket),
    onLine: (up, age) => {
      $("#lost").hidden = up || age < 2;
      if (!up) say($("#lost"), _("No connection. This is {s} s old.", { s: age }));
    },
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !socket.connected) socket.connect();
  });
}
document.body.dataset.ready = "yes";
