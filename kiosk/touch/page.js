// The touch kiosk: a service, then a number. This puts its parts together.

import { leaveIfShut, post } from "#web/api.js";
import { $, $$, given, say } from "#web/dom.js";
import { lockIn } from "#web/lockin.js";
import { isQuiet, renewing } from "#web/renew.js";
import { _, fill, waitWords } from "#web/words.js";
import { READ_LATE, read, readAnswered } from "./identify.js";
import * as keypad from "./keypad.js";
import * as modes from "./modes.js";
import * as reader from "./reader.js";
import { current, goBack, isAnswered, notice, onShow, placeNeeds, show, showFirst, turnNow } from "./screens.js";
import { serviceName, showTicket } from "./ticket.js";
import * as timer from "./timer.js";
import { ask, forget, sameVisit, visit } from "./visit.js";
import * as voice from "./voice.js";
import {
  OFFLINE,
  areaWait,
  branchTime,
  closedWords,
  drawWait,
  helpState,
  isOpen,
  refresh,
  shutWords,
  waitOf,
} from "./waits.js";

const { lang, home } = given;
const REFRESH_MS = 1500; // who stands here sees a counter open before touching
const FEW = 6;
const MORE_MAX = 4;
const LONG_S = 600;
const HELP_RUNG = _("The lobby manager has been told. Please wait here.");
const HELP_COMES = _("The lobby manager is on the way to you.");
const HELP = { rung: _("Called, please wait"), taken: _("Somebody is coming") };

// -- a visit begins and ends ------------------------------------------------------------------------
function restart() {
  forget();
  modes.reset();
  voice.turnTo(false);
  $("#languages")?.removeAttribute("open");
  notice("");
  showFirst(isOpen() ? "start" : "closed");
  look();
}

function leave() {
  if (lang === home) restart();
  else location.replace(`${location.pathname}?lang=${home}`);
}

/** Whether nothing is to be forgotten: nobody has done anything yet, and no answer to somebody stands there. */
const isFresh = () =>
  (current() === "start" || (current() === "closed" && !isAnswered())) &&
  lang === home &&
  !visit.group &&
  !visit.customer &&
  !visit.needs.size &&
  !modes.simple() &&
  !modes.has("contrast") &&
  !voice.isOn();

function begin() {
  if (current() === "attract") showFirst("start");
}

/** Between visits alone: whoever stands here is never interrupted. */
const isBetween = () => isQuiet() && !visit.busy && (current() === "attract" || isFresh());
const renew = renewing(isBetween);
const whenShut = () => isBetween() && leaveIfShut();
/** @type {Promise<void> | null} */
let looking = null;

/** One question at a time: those that hang would keep the number itself from the line. */
function look() {
  looking ??= lookOnce().finally(() => (looking = null));
  return looking;
}

async function lookOnce() {
  draw(await refresh(whenShut));
  drawHelp();
}

function draw(open) {
  if (open !== null) renew();
  if (open === false && ["start", "attract"].includes(current())) showFirst("closed");
  say($("#closed-text"), closedWords(lang));
  if (open && current() === "closed") showFirst("start");
  for (const clock of $$("#clock, .clock")) say(clock, branchTime());
}

// -- the start page: all services by group, or the groups first -------------------------------------
function arrange() {
  const few = modes.simple() && $$(".service[data-service]").length > FEW && $$(".group").length > 1;
  if (!few) visit.group = "";
  $("#tiles").hidden = !few || Boolean(visit.group);
  $("#group-back").hidden = !visit.group;
  for (const group of $$(".group")) group.hidden = few && group.dataset.groupOf !== visit.group;
  say($("#start-title"), visit.group ? $(`#group-${visit.group}`).textContent : _("What can we do for you?"));
  const telling = tellsMore();
  const first = modes.has("elder") && !modes.has("low") && current() === "start" && !visit.group;
  placeNeeds(first);
  $("#needs").hidden = !first && !telling && current() !== (modes.simple() ? "choose" : "start");
  drawNeedsTitle();
}

function drawNeedsTitle() {
  const asks = tellsMore() ? _("Do you need priority?") : _("Need priority? Touch here first.");
  say($("#needs-title"), visit.needs.size ? _("You go through the green channel because of your need") : asks);
}

function openGroup(id) {
  const inside = $$(`[data-group-of="${id}"] .service`);
  if (inside.length === 1) {
    choose(inside[0]);
    return;
  }
  visit.group = id;
  showFirst("start");
}

function back() {
  if (current() === "start") {
    visit.group = "";
    showFirst("start");
  } else goBack();
}

// -- a service is chosen: the quicker way first, then the number -------------------------------------
function choose(button) {
  visit.service = button.dataset.service;
  visit.also.clear();
  drawOffers(button.dataset);
  const asksNothing = !modes.simple() && !shutWords(visit.service) && ($("#quicker").hidden || $("#go-quicker").hidden);
  if (visit.customer && asksNothing) take();
  else show("choose");
}

function drawChoice() {
  const { dataset } = $(`[data-service="${visit.service}"]`);
  say($("#choose-title"), dataset.name);
  drawWait($("#choose-wait"), visit.service);
  const services = [...visit.also].map(serviceName).join(" · ");
  $("#choose-also").hidden = !services;
  say($("#choose-also"), _("On the same number: {services}", { services }));
  drawOffers(dataset);
  for (const button of $$("#take, #and-more")) button.hidden = Boolean(shutWords(visit.service));
}

/** Offered, never pressed, and never to elders or to whoever has a special need, but where nobody serves the business
    today. */
function drawOffers(dataset) {
  const wait = waitOf(visit.service);
  const machines = dataset.machines === "yes";
  const there = areaWait(dataset.quickerArea);
  const area = dataset.quicker && (machines || (there && wait && there.wait_p50_s < wait.wait_p50_s));
  const booking = dataset.bookable && wait && (!wait.open || wait.wait_p50_s >= LONG_S);
  const may = shutWords(visit.service) || (!modes.has("elder") && !visit.needs.size && !visit.also.size);
  $("#quicker").hidden = !may || !(area || booking);
  $("#go-quicker").hidden = !area;
  $("#go-appointment").hidden = !booking;
  if (!area) return;
  const values = { way: dataset.quickerWay, wait: there ? waitWords(there) : "" };
  say($("#quicker-name"), dataset.quicker);
  say($("#quicker-text"), fill(machines ? _("Usually no wait. {way}") : _("There: {wait}. {way}"), values));
}

function showWay() {
  const { quicker, quickerWay } = $(`[data-service="${visit.service}"]`).dataset;
  say($("#way-title"), _("Please go to: {area}", { area: quicker }));
  say($("#way-text"), quickerWay);
  show("way");
}

/** Whether the number was drawn, and more is told of it. */
const tellsMore = () => current() === "also" && Boolean(visit.ticket);

function drawAlso() {
  say(
    $("#also-words"),
    visit.ticket
      ? _("Choose more business, touch a need below, or swipe your card now. You keep your number.")
      : _("Choose up to four more. You keep one number for all of them."),
  );
  for (const button of $$("[data-also]")) {
    const on = visit.also.has(button.dataset.also);
    const had = [visit.ticket?.service ?? visit.service, ...(visit.ticket?.then ?? [])];
    button.hidden = had.includes(button.dataset.also) || Boolean(shutWords(button.dataset.also));
    button.disabled = !on && visit.also.size + (visit.ticket?.then.length ?? 0) >= MORE_MAX;
    modes.press(button, on);
  }
}

function toggleAlso(id) {
  visit.also[visit.also.has(id) ? "delete" : "add"](id);
  drawAlso();
}

// -- the number -------------------------------------------------------------------------------------
/** @type {() => Promise<void>} */
let last;

async function obtain(path, body, again = () => obtain(path, body)) {
  last = again;
  document.body.classList.add("busy");
  try {
    const ticket = await ask(path, body);
    if (ticket) showNumber(ticket, body?.customer ?? visit.customer);
  } catch (problem) {
    say($("#refused-text"), problem.message);
    show(problem.status === 0 ? "offline" : "refused");
  } finally {
    if (!visit.busy) document.body.classList.remove("busy");
  }
}

const asked = () => ({ needs: [...visit.needs], lang, ...(modes.has("elder") && { large_print: true }) });

function showNumber(ticket, customer) {
  visit.ticket = ticket;
  visit.also.clear();
  showTicket(ticket, ticket.then ?? []);
  if (visit.customer !== customer) notice(READ_LATE);
  visit.customer = "";
}

/** What a reader is still reading goes along, unless it has led to another screen. */
async function take() {
  const shut = shutWords(visit.service);
  if (shut) return void notice(shut);
  const isSame = sameVisit();
  const turn = turnNow();
  document.body.classList.add("busy");
  await reader.readWhole();
  await readAnswered();
  if (isSame() && turn === turnNow()) await takeNow();
  else if (!visit.busy) document.body.classList.remove("busy");
}

function takeNow() {
  const { service, also, customer } = visit;
  const then = also.size ? { then: [...also] } : {};
  return obtain("/api/v1/tickets", { service, customer, ...asked(), ...then }, take);
}

/** More is told of the number that is shown: each after the one before, so that none is lost.
    @param {{ needs?: string[], add?: string[], customer?: string }} more
    @returns {Promise<boolean>} whether it was taken */
function amend(more) {
  const isSame = sameVisit();
  visit.amending = visit.amending.then(() => isSame() && amendNow(more));
  return visit.amending;
}

function addChosen() {
  const add = [...visit.also];
  visit.also.clear();
  amend({ add });
}

/** Where to wait and how long follow at once. What was refused is said below the number, which stays.
    @param {{ needs?: string[], add?: string[], customer?: string }} more */
async function amendNow(more) {
  const { ticket } = visit;
  const isSame = sameVisit();
  const token = String(ticket.links.status).split("/").pop();
  try {
    const amended = await ask(`/api/v1/tickets/${ticket.id}/amend?token=${token}`, { ...more, new_slip: true });
    if (!isSame()) return false;
    if (!amended && more.customer) notice(READ_LATE);
    if (!amended) return false;
    visit.ticket = amended;
    visit.hadCard ||= Boolean(more.customer);
    showTicket(amended, amended.then ?? []);
    notice(_("Noted. Your number stays; the place and the wait are up to date."));
    return true;
  } catch (problem) {
    if (isSame()) notice(problem.message || OFFLINE, true);
  }
  return false;
}

/** Those that the visit has; of a number that was drawn none can be taken back here. */
function drawNeeds() {
  for (const button of $$("[data-need]")) modes.press(button, visit.needs.has(button.dataset.need));
}

const checkIn = (code) => obtain("/api/v1/appointments/check-in", { code, ...asked() });
const redraw = () => obtain(`/api/v1/tickets/${visit.mine.id}/redraw?token=${visit.mine.token}`);

// -- what every screen has --------------------------------------------------------------------------
async function ring() {
  try {
    await post("/api/v1/help", { kiosk: "" });
    notice(HELP_RUNG);
    look();
  } catch (problem) {
    notice(problem.message || OFFLINE, true);
  }
}

/** That the lobby manager was told, and that somebody comes once somebody took the call: each for as long as it is so. */
function drawHelp() {
  const words = $("#help span");
  words.dataset.usual ??= words.textContent;
  say(words, HELP[helpState()] ?? words.dataset.usual);
  const told = [HELP_RUNG, HELP_COMES].includes($("#notice").textContent ?? "");
  if (told && helpState() === "taken") notice(HELP_COMES);
  if (told && helpState() === "none") notice("");
}

async function toggleNeed(button) {
  if (tellsMore()) return void addNeed(button.dataset.need);
  const on = !modes.pressed(button);
  modes.press(button, on);
  visit.needs[on ? "add" : "delete"](button.dataset.need);
  drawNeedsTitle();
  if (current() === "choose") drawChoice();
  await look();
  if (current() === "choose") drawChoice();
}

async function addNeed(need) {
  const { needs } = visit;
  if (needs.has(need)) return;
  needs.add(need);
  drawNeeds();
  if (!(await amend({ needs: [need] }))) needs.delete(need);
  drawNeeds();
}

function keys(event) {
  document.body.classList.add("by-keys");
  if (current() === "attract") begin();
  else if (event.key === "Escape" && $("#languages[open]")) $("#languages").open = false;
  else if (event.key === "Escape" && ["result", "closed"].includes(current())) leave();
  else if (event.key === "Escape") back();
  // a heading has the focus when a screen comes: Enter there does what the screen is for
  else if (event.key === "Enter" && event.target.id === "choose-title") take();
}

const on = (selector, act) => {
  for (const element of $$(selector)) element.addEventListener("click", () => act(element));
};

document.addEventListener(
  "click",
  () => {
    if (current() === "attract") begin();
  },
  true,
);
document.addEventListener("keydown", keys);
document.addEventListener("pointerdown", () => document.body.classList.remove("by-keys"), true);
on(".service[data-service]", choose);
on("[data-group]", (tile) => openGroup(tile.dataset.group));
on(".back", back);
on(".leave", leave);
on("#take, #take-anyway, .take-anyway", take);
on("#retry", () => last());
on("#redraw", redraw);
on("#go-quicker", showWay);
on("#go-appointment", () => show("book"));
on("#and-more", () => show("also"));
on("[data-also]", (button) => toggleAlso(button.dataset.also));
on("#tell-more", () => show("also"));
on(".to-keypad", () => show("keypad"));
on("#how", () => show("rule"));
on("#help", ring);
on("[data-need]", toggleNeed);
onShow(arrange);
onShow((screen) => screen === "choose" && drawChoice());
onShow((screen) => screen === "also" && drawAlso());
onShow((screen) => screen === "result" && visit.also.size && visit.ticket && addChosen());
onShow(() => {
  keypad.clear();
  timer.renew();
});
modes.listen(() => {
  arrange();
  timer.renew();
  if (current() === "choose") drawChoice();
  voice.readScreen();
});
voice.listen();
const identify = (text, turn) => read(text, turn, { take, checkIn, amend, begin, restart });
keypad.listen(identify);
reader.listen(identify, (key) => current() === "keypad" && keypad.key(key), turnNow);
forget();
modes.reset();
arrange();
for (const wish of modes.fromHash()) {
  if (wish === "voice") voice.turnTo(true);
  else if (wish === "shown")
    notice(_("Please show your card or code once more: nothing of it is kept when the language changes."));
  else $(`#${wish}, [data-need="${wish}"]`)?.click();
}
onShow(voice.readScreen);
lockIn();
timer.start({ onEnd: leave, onIdle: () => showFirst("attract"), isFresh });
setInterval(look, REFRESH_MS);
look();
document.body.dataset.ready = "yes";
performance.mark("ready");
