// The lobby manager's tablet: the most urgent first. A ticket is moved by carrying it or by two touches: the ticket,
// then where it shall go. Here the parts come together: the state that was heard, what is chosen, what was touched.

import { get, newKey, post } from "#web/api.js";
import { $, el, given, say } from "#web/dom.js";
import { follow } from "#web/live.js";
import { isIdle, renewing } from "#web/renew.js";
import { _, fill, named } from "#web/words.js";
import { morphChildren } from "../shared/morph.js";
import { ring } from "./cue.js";
import { carry } from "./drag.js";
import { close as answeredNo, confirm } from "./confirm.js";
import { book, drawSlots } from "./branch.js";
import { drawBox, drawHealth, drawLists, isUnmanned } from "./lists.js";
import { drawMap } from "./map.js";
import { ACTS, acknowledge, atCounter, caseOf, lend, notToArea, notToCounter } from "./moves.js";
import { drawAnnounced, unannounce } from "../shared/announced.js";
import { outbox } from "../shared/outbox.js";
import { complain } from "../shared/names.js";
import { shelf } from "../shared/shelf.js";
import { drawCounterPanel, drawTicketPanel, drawUndoOnTicket } from "./panel.js";
import { openTab, tabs } from "./tabs.js";
import { URGENT, stands } from "./advice.js";
import { drawAdvice, drawAge, drawAlerts, drawWorst } from "./todo.js";
import { COMMA, VERBS, hhmm, mins, shape } from "./words.js";
import { handOver } from "../shared/handover.js";
import { undoWords } from "../shared/undo.js";

const ADVICE_MS = 45000;
const NOT_YET_MS = 3000;
const TODAY_MS = 30000;
const SAID_MS = 6000;
const FRESH_MS = 20000;
const STALE_S = 40;
const DAY = {
  close: {
    question: _("Give no more numbers today? Everybody who has one is still served."),
    words: _("No more numbers"),
  },
  open: { question: _("Give numbers again today?"), words: _("Give numbers again") },
};

/** The last state; none until the first came.
    @type {Feed.Hall} */
let hall;
/** @type {Api.OneAdviceOut[]} */
let advice = [];
/** The lobby that the advice is for.
    @type {string | null} */
let advisedAt = null;
/** @type {ReturnType<typeof setTimeout>} */
let adviseTimer;
/** The ticket that waits for its destination, or the counter whose panel is open.
    @type {string | null} */
let chosen = null;
/** @type {string | null} */
let counter = null;
/** What was found by a number, while its card is open, and how the ticket stood then.
    @type {import("./find.js").Found | null} */
let card = null;
let cardStage = "";
/** What finds a ticket comes with the first search: the page opens without.
    @type {typeof import("./find.js") | undefined} */
let finding;
let carried = false;
/** @type {ReturnType<typeof setTimeout>} */
let saidTimer;
let up = false;
let heardAt = Date.now();
const fresh = new Set();
/** The alerts of the last state; null before the first.
    @type {Set<number> | null} */
let known = null;

/** The ticket, counter or area of the last state; what is touched stands there.
    @type {(id: string | null) => Api.HallTicketOut} */
const ticketOf = (id) => present(hall?.tickets.find((one) => one.id === id));
/** The branch's instant, as near as the last state tells. */
const branchNow = () => Date.parse(hall.at) + Date.now() - heardAt;
/** @type {(id: string | null) => Api.CounterOut} */
const counterOf = (id) => present(hall?.counters.find((one) => one.id === id));
/** @template T
    @param {T} one */
const present = (one) => /** @type {NonNullable<T>} */ (one);

const clock = () => hhmm(hall.at);
const box = outbox(shelf(`lobby-outbox:${given.who}`), { post, newKey, changed: draw, done, clock });
addEventListener("online", () => box.flush());

/** The words of the latest act on a ticket or counter that waits for the line.
    @param {"ticket" | "counter"} kind
    @param {string} id */
function pending(kind, id) {
  const act = box
    .acts()
    .filter((one) => one[kind] === id)
    .pop();
  return act?.words.split(" · ").slice(1).join(" · ");
}

// -- what is shown ------------------------------------------------------------------------------------
function draw() {
  if (!hall || carried) return;
  const ui = { chosen: ticketOf(chosen), counter, pending };
  document.body.classList.toggle("choosing", Boolean(ui.chosen));
  document.documentElement.classList.toggle("acting", Boolean(ui.chosen || counterOf(counter) || card));
  drawHealth(hall);
  drawMap(hall, ui);
  const worst = drawWorst(hall);
  morphChildren($("#announced"), ...drawAnnounced(hall, { hides: true }));
  morphChildren($("#alerts"), ...drawAlerts(hall, fresh), ...worst);
  advice = advice.filter((one) => stands(hall, one));
  morphChildren(
    $("#advice"),
    ...advice.map((one, n) => drawAdvice(hall, one, n)),
    advice.length ? drawAge(branchNow(), advisedAt) : "",
  );
  $("#unmanned").hidden = !isUnmanned(hall);
  const burns = hall.alerts.length > 0 || hall.tickets.some((one) => one.late) || advice.length > 0;
  $("#calm").hidden = burns || isUnmanned(hall);
  say($("#calm span"), _("Everybody is within target."));
  drawLists(hall, ui);
  drawTicketPanel(hall, ui.chosen, { pending });
  drawCounterPanel(hall, ui.chosen ? null : counterOf(counter), { pending, now: branchNow() });
  finding?.drawCard(hall, card);
  $("#todo").hidden = $("#side").hidden = Boolean(ui.chosen || counter || card);
  drawUndoOnTicket(hall, branchNow());
  drawBox(box);
  if (ui.chosen) hint(_("{number}: touch where it should go, or drag it there", { number: ui.chosen.number }), true);
}

function hint(words, stays = false) {
  clearTimeout(saidTimer);
  say($("#hint"), words || _("Touch a ticket, then where it should go, or drag it there."));
  if (words && !stays)
    saidTimer = setTimeout(
      () => say($("#hint"), _("Touch a ticket, then where it should go, or drag it there.")),
      SAID_MS,
    );
}

// -- what was heard -----------------------------------------------------------------------------------
function heard(state) {
  const first = !hall;
  hall = state;
  heardAt = Date.now();
  notice(state.alerts);
  if (chosen && !ticketOf(chosen)) chosen = null;
  refreshCard();
  draw();
  if (first) advise();
}

/** New alerts are marked for a while; urgent ones ring. Those that stood when the page opened do not. */
/** @param {Api.HallAlertOut[]} alerts */
function notice(alerts) {
  const before = known;
  const news = before ? alerts.filter((alert) => !before.has(alert.id)) : [];
  known = new Set(alerts.map((alert) => alert.id));
  for (const { id } of news) {
    fresh.add(id);
    setTimeout(() => fresh.delete(id) && draw(), FRESH_MS);
  }
  if (news.some((alert) => URGENT.includes(alert.kind))) ring();
}

/** The branch looks ahead beside its work: what is not ready within a second is asked for again. */
async function advise() {
  clearTimeout(adviseTimer);
  const found = await get("/api/v1/advice").catch(() => null);
  if (found) {
    advice = found.advice;
    advisedAt = found.at;
  }
  if (found && !found.ready) adviseTimer = setTimeout(advise, NOT_YET_MS);
  draw();
}

async function today() {
  if ($("#panel-today").hidden || !hall) return;
  const found = await get("/api/v1/today").catch(() => null);
  const drawing = await import("./today.js").catch(() => null);
  if (!found || !drawing) return;
  const { drawCurves, drawFigures, drawRescue } = drawing;
  morphChildren($("#curves"), ...drawCurves(found, hall.at));
  const report = await get(`/api/v1/reports/day/${hall.day}`).catch(() => null);
  if (report) morphChildren($("#day-figures"), ...drawFigures(report.measures));
  const effectMin = Math.round(Number(given.effectS) / 60);
  morphChildren(
    $("#rescues"),
    ...(found.rescues.length
      ? found.rescues.map((one) => drawRescue(one, effectMin))
      : [el("li.soft.none", {}, _("Nothing has been done yet."))]),
  );
}

/** The branch did an act: it is said, and what depends on the floor is asked anew. */
function done(act, answer) {
  const empty = act.path.endsWith("/next") && answer === null;
  hint(fill(empty ? _("{what}: nobody is waiting for this counter") : _("Done: {what}"), { what: act.words }));
  if (!act.alert) Promise.all([advise(), today()]);
}

// -- what is touched ----------------------------------------------------------------------------------
function choose(id, { byKeys = false } = {}) {
  const again = id === chosen;
  [chosen, counter, card] = [again ? null : id, null, null];
  for (const select of Object.keys(PICKED).map((id) => `#${id}`)) $(select).value = "";
  hint("");
  draw();
  if (chosen && byKeys) $("#acts-number").focus();
}

function show(id) {
  [chosen, counter, card] = [null, id === counter ? null : id, null];
  draw();
}

/** Opens the card of what is looked for.
    @param {(by: typeof import("./find.js")) => Promise<import("./find.js").Found>} search */
async function look(search) {
  finding ??= await import("./find.js").catch(() => undefined);
  if (!finding) return complain({ status: 0 });
  const found = await search(finding).catch(complain);
  if (!found) return;
  complain(null);
  [chosen, counter, card, cardStage] = [null, null, found, finding.stage(hall, found)];
  draw();
  $("#card-number").focus();
  if (!found.said) $("#find").reset();
}

/** The open card goes on with its ticket. */
async function refreshCard() {
  const id = card?.story?.ticket.id;
  if (!finding || !id || finding.stage(hall, card) === cardStage) return;
  cardStage = finding.stage(hall, card);
  const found = await finding.tellTicket(id).catch(() => null);
  if (!found || card?.story?.ticket.id !== id) return;
  card = found;
  draw();
}

/** Do something with the chosen ticket, which is then let go. */
function act(...acts) {
  [chosen, counter, card] = [null, null, null];
  box.send(...acts);
}

/** @param {Api.HallTicketOut} one
    @param {string} id */
function toArea(one, id) {
  const area = present(hall.areas.find((other) => other.id === id));
  const not = notToArea(hall, one, area);
  if (not) return hint(`${one.number}: ${not}`);
  const send = () => act(ACTS.divert(one, id));
  // Nobody is sent to machines in passing: the customer says yes first.
  if (!area.self_service) return send();
  return confirm(
    _("Send {number} to the machines? Only if the customer agrees.", { number: one.number }),
    _("Send to the machines"),
    send,
  );
}

/** @param {Api.HallTicketOut} one
    @param {string} id */
function toCounter(one, id) {
  const not = notToCounter(one, counterOf(id));
  return not ? hint(`${one.number}: ${not}`) : act(ACTS.only(one, id));
}

/** @param {string} id */
const alertOf = (id) => present(hall.alerts.find((alert) => alert.id === Number(id)));

const DO = {
  leave: () => choose(null),
  move: ({ place }) => act(ACTS.move(ticketOf(chosen), place)),
  offer: () => act(ACTS.offer(ticketOf(chosen))),
  resume: () => act(ACTS.resume(ticketOf(chosen))),
  reprint: ({ printer }) => act(ACTS.reprint(ticketOf(chosen), printer)),
  cancel() {
    const one = ticketOf(chosen);
    confirm(
      _("Cancel {number}? After ten seconds the place in line cannot be restored.", { number: one.number }),
      _("Cancel ticket"),
      () => act(ACTS.cancel(one)),
    );
  },
  return: ({ id }) => box.send(ACTS.return(present(hall.missed.find((one) => one.id === id)))),
  show: ({ id }) => ticketOf(id) && choose(id),
  story: ({ id }) => look((by) => by.tellTicket(id)),
  "show-counter": ({ counter: id }) => show(id),
  took: ({ ids }) => ids.split(" ").forEach((id) => box.send(acknowledge(Number(id)))),
  "to-case": ({ ids }) => box.send(caseOf(alertOf(ids)), acknowledge(Number(ids))),
  "print-again": ({ id, ids }) => box.send(ACTS.reprint(ticketOf(id) ?? { id, number: id }), acknowledge(Number(ids))),
  first: ({ id }) => box.send(ACTS.move(ticketOf(id), "first")),
  next: ({ counter: id }) => box.send(seen(atCounter(id, "next", _("Call next")))),
  undo: ({ counter: id }) => box.send(seen(atCounter(id, "undo", undoWords(present(counterOf(id).undo))))),
  "undo-ticket"({ act: id }) {
    const undo = present(hall.undo.find((one) => one.id === Number(id)));
    box.send(ACTS.undo(undo, undoWords(undo)));
  },
  grant: ({ counter: id }) => box.send(atCounter(id, "break/answer", _("Grant"), { granted: true })),
  "not-now": ({ counter: id }) => box.send(atCounter(id, "break/answer", _("Not now"), { granted: false })),
  returned: ({ id }) => box.send({ path: `/api/v1/loans/${id}/return`, words: _("Given back") }),
  arrived: ({ id }) => box.send({ path: `/api/v1/visits/${id}/arrive`, words: _("Is here: give a number") }),
  clock: () => box.send(clockIs(false, _("The time is right: the day goes on"))),
  "new-day": () =>
    confirm(_("Begin the new day? All earlier numbers end."), _("Begin the new day"), () =>
      box.send(clockIs(true, _("Begin the new day"))),
    ),
  turn: ({ counter: id, verb }) => turn(id, verb),
  lend: ({ counter: id, area, minutes }) => box.send(lend(id, area, Number(minutes))),
  "end-lending": ({ counter: id }) => box.send(atCounter(id, "lend/end", _("Back to its own area"))),
  "undo-lending"({ counter: id }) {
    const undo = present(counterOf(id).undo_lending);
    box.send(atCounter(id, "undo", undoWords(undo), { act: undo.id }));
  },
  "ask-opening": ({ counter: id }) => box.send(askOpening(id)),
  "opening-withdraw": ({ counter: id }) => box.send(atCounter(id, "opening/withdraw", _("Stop asking"))),
  advised: ({ n }) => follow_advice(advice[Number(n)]),
  insist: ({ act: key }) => box.insist(key),
  drop: ({ act: key }) => box.drop(key),
  line: () => openTab("line"),
  day() {
    const verb = hall.open ? "close" : "open";
    const { question, words } = DAY[verb];
    const body = hall.open ? undefined : { reason: hall.outside_hours ? $("#day-reason").value : "" };
    confirm(question, words, () => box.send({ path: `/api/v1/day/${verb}`, body, words }));
  },
  book: ({ at }) => book($("#book"), at),
  "cancel-booking"({ id }) {
    const { at } = present(hall.appointments.find((one) => one.id === id));
    const cancel = { path: `/api/v1/appointments/${id}/cancel`, words: _("Cancel") };
    confirm(_("Cancel the appointment at {at}? Somebody else may get the time.", { at: hhmm(at) }), _("Cancel"), () =>
      box.send(cancel),
    );
  },
};

const clockIs = (new_day, words) => ({ path: "/api/v1/day/clock", body: { new_day }, words });

/** Refused when the counter is another by the time the act gets through. */
const seen = (act) => ({ ...act, expects: counterOf(act.counter).turn });

const askOpening = (id) => atCounter(id, "opening/ask", _("Ask to open"));

/** A counter that closes hands on who waits for it alone; one that opens needs somebody there.
    @param {string} id
    @param {string} verb */
function turn(id, verb) {
  const { kept, attended, name } = counterOf(id);
  const send = () => box.send(atCounter(id, verb, VERBS[verb]));
  const values = { counter: named(name), numbers: kept.join(COMMA) };
  if (verb === "close" && kept.length)
    return confirm(
      _("Close {counter}? {numbers} wait for it alone; they go to the other counters.", values),
      _("Close"),
      send,
    );
  if (verb === "open" && attended === false)
    return confirm(_("Nobody is signed on at {counter}. Is a teller there?", values), _("Open"), send);
  return send();
}

/** @param {Api.OneAdviceOut} one */
function follow_advice(one) {
  if (one.kind === "open_counter") return box.send(askOpening(one.counter));
  if (one.kind === "lend_counter") return box.send(lend(present(one.counter), present(one.area), present(one.minutes)));
  return one.tickets.filter(ticketOf).forEach((id) => box.send(ACTS.offer(ticketOf(id))));
}

document.addEventListener("click", (event) => {
  if (!hall) return;
  const touched = ["[data-ticket]", "#counters [data-counter]", "#areas [data-area]", "[data-do]"];
  const [ticket, at, area, does] = touched.map((place) => /** @type {any} */ (event.target).closest(place));
  if (ticket) choose(ticket.dataset.ticket, { byKeys: event.detail === 0 });
  else if (chosen && at) toCounter(ticketOf(chosen), at.dataset.counter);
  else if (chosen && area) toArea(ticketOf(chosen), area.dataset.area);
  else if (at) show(at.dataset.counter);
  else if (does) DO[does.dataset.do](does.dataset);
});

$("#find").addEventListener("submit", (event) => {
  event.preventDefault();
  const number = $("#find").number.value.trim();
  if (hall && number) look((by) => by.findTicket(number, hall.day));
});

const PICKED = {
  divert: (one, to) => toArea(one, to),
  only: (one, to) => toCounter(one, to),
  transfer: (one, to) => act(ACTS.transfer(one, to)),
  need: (one, to) => act(ACTS.need(one, to)),
  add: (one, to) => act(ACTS.add(one, to)),
  retier: (one, to) => act(ACTS.retier(one, to, $("#reason").value || _("identified by the lobby manager"))),
};

for (const [id, pick] of Object.entries(PICKED)) {
  const select = $(`#${id}`);
  select.addEventListener("change", () => {
    if (select.value) pick(ticketOf(chosen), select.value);
    select.value = "";
  });
  // An arrow opens the list instead of choosing at once: nothing happens before Enter.
  select.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    select.showPicker?.();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || answeredNo() || !(chosen || counter || card)) return;
  const back = chosen;
  choose(null);
  $(`[data-ticket="${back}"]`)?.focus();
});

carry($("#map"), {
  lifted(id) {
    [chosen, counter, card] = [id, null, null];
    draw();
    carried = true;
    document.body.classList.add("carrying");
  },
  over(place) {
    for (const one of document.querySelectorAll(".aimed")) one.classList.remove("aimed");
    place?.closest("#counters [data-counter], #areas [data-area]")?.classList.add("aimed");
  },
  dropped(place) {
    carried = false;
    document.body.classList.remove("carrying");
    const [at, area, one] = [
      place?.closest("#counters [data-counter]"),
      place?.closest("#areas [data-area]"),
      ticketOf(chosen),
    ];
    if (one && at) toCounter(one, at.dataset.counter);
    else if (one && area && area.dataset.area !== one.area) toArea(one, area.dataset.area);
    draw();
  },
});

// -- the line -----------------------------------------------------------------------------------------
/** States come at least every 15 s: a line that is silent for longer is none, whatever the socket believes. */
function showLine() {
  const age = Math.round((Date.now() - heardAt) / 1000);
  const stale = !up || age > STALE_S;
  $("#lost").hidden = !stale;
  document.documentElement.classList.toggle("stale", stale);
  const old = age < 120 ? _("{s} s", { s: age }) : mins(age);
  if (stale)
    say($("#lost"), _("No connection. What you see is {age} old; what you do is kept and sent later.", { age: old }));
  const words = stale ? _("no connection") : _("live {at}", { at: hall ? hhmm(hall.at) : "" });
  morphChildren($("#line"), shape(stale ? "late" : "calm"), el("span", {}, words));
}

const renew = renewing(() => isIdle() && !carried && !chosen && !counter && !card && !box.acts().length);

function online(now) {
  if (now && !up) {
    box.flush();
    renew();
  }
  up = now;
  showLine();
}

tabs((tab) => {
  if (tab === "today") today();
  if (tab === "booked") drawSlots($("#book"));
});
$("#book")?.addEventListener("change", () => drawSlots($("#book")));
$("#book")?.addEventListener("submit", (event) => event.preventDefault());
unannounce((path) => post(path).catch(complain));
openTab("line");
hint("");
handOver({});
setInterval(advise, ADVICE_MS);
setInterval(today, TODAY_MS);
setInterval(() => {
  showLine();
  if (counterOf(counter)?.undo || counterOf(counter)?.undo_lending || hall?.undo.length) draw();
}, 1000);
follow("/staff", { onState: heard, onLine: online });
document.body.dataset.ready = "yes";
