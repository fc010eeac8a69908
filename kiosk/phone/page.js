// The ticket on the customer's phone: draws its state as it comes in, and once from the page before the line is up.

import { fill, texts } from "#web/api.js";
import { $, $$, el, given, icon, say } from "#web/dom.js";
import { acts } from "./acts.js";
import { away } from "./away.js";
import { card, openCard } from "./card.js";
import { hush, ring } from "./ring.js";
import { follow } from "#web/live.js";
import { named, waitWords } from "#web/words.js";

const { token } = given;
/** @type {Api.TicketOut | null} */
const first = JSON.parse(given.ticket);
const names = JSON.parse(given.things);
const DOTS_MAX = 12;
const number = $("#ticket .number").textContent;
let state = "";

/** @param {Record<string, string> | null} name */
const inWords = (name) => (name ? named(name) : "");
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
  if (view === "diverted") return fill(texts.diverted, { area: names.areas[ticket.area]?.name });
  return between && view === "waiting" ? texts.between : texts[view];
}

/** @param {Api.TicketOut} ticket
    @param {string} view */
function note(ticket, view) {
  const counter = inWords(ticket.counter_name);
  if (view === "parked") return fill(texts[`note_parked_${ticket.hold ?? "any"}`], { counter });
  if (view === "missed" && ticket.redrawn_as) return texts.note_redrawn;
  if (view === "missed") return ticket.returns ? texts.note_missed : texts.note_missed_ends;
  if (view === "waiting" && ticket.done?.length)
    return fill(texts.note_between, { service: names.services[ticket.service] });
  return texts[`note_${view}`] ?? "";
}

/** Where to go: the counter, and the way to where it stands.
    @param {Api.TicketOut} ticket
    @param {string} view */
function target(ticket, view) {
  if (view === "diverted") return ["", names.areas[ticket.area]?.way ?? ""];
  if (!["called", "serving"].includes(view) || !ticket.counter_name) return ["", ""];
  const counter = inWords(ticket.counter_name);
  if (view === "serving") return [fill(texts.at, { counter }), ""];
  return [fill(texts.go, { counter }), names.areas[names.counters[String(ticket.counter)]]?.way ?? ""];
}

function tell(selector, text) {
  $(selector).hidden = !text;
  say($(selector), text);
}

/** @param {Api.TicketOut} ticket */
function place(ticket) {
  say($("#ahead"), ticket.ahead ? fill(texts.ahead, { n: ticket.ahead }) : texts.nobody);
  say($("#wait"), waitWords(ticket));
  const line = $("#line");
  const dots = Math.min(ticket.ahead, DOTS_MAX);
  while (line.childElementCount > dots + 1) line.firstChild.remove();
  while (line.childElementCount < dots + 1) line.prepend(icon("person"));
  say($("#area"), names.areas[ticket.area]?.name);
  say($("#area-way"), names.areas[ticket.area]?.way);
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
  $("#redraw").hidden = !(view === "missed" && ticket.returns);
  if (ticket.state === "waiting" && ticket.wait_said) place(ticket);
  visit(ticket);
  openCard(ticket.feedback_open);
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
  const socket = follow("/ticket", {
    auth: { token },
    onState: (ticket) => ticket.state !== "over" && draw(ticket),
    onLine: (up, age) => {
      $("#lost").hidden = up || age < 2;
      if (!up) say($("#lost"), fill(texts.lost, { s: age }));
    },
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !socket.connected) socket.connect();
  });
}
document.body.dataset.ready = "yes";
