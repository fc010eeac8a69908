// The lobby manager's tablet: where it burns, first. Two touches move a ticket: the ticket, then what to do.

import { fill, get, newKey, post, texts } from "/static/api.js";
import { $, el, minutes, say } from "/static/dom.js";
import { follow } from "/static/live.js";
import { complain, nameOf } from "/static/desk/page.js";

const lang = document.body.dataset.lang;
let hall = null;
let chosen = null;

async function act(path, body) {
  complain(null);
  try {
    await post(path, body, { key: newKey() });
    return true;
  } catch (problem) {
    complain(problem);
    return false;
  }
}

// -- what there is ----------------------------------------------------------------------------------
function draw(state) {
  hall = state;
  const late = state.tickets.filter((one) => one.late).length;
  const trouble = late + state.alerts.length;
  $("#health").classList.toggle("bad", trouble > 0);
  say($("#health"), late ? fill(texts.late, { n: late }) : trouble ? fill(texts.open_alerts, { n: trouble }) : texts.calm);
  say($("#day"), state.open ? texts.close_day : texts.open_day);
  $("#alerts").replaceChildren(...state.alerts.map(drawAlert));
  $("#areas").replaceChildren(...state.areas.map(drawArea));
  drawTickets(state.tickets.filter((one) => ["waiting", "parked"].includes(one.state)));
  $("#counters").replaceChildren(...state.counters.map(drawCounter));
  $("#devices").replaceChildren(...state.printers.map(drawPrinter), ...state.boards.map(drawBoard));
  $("#scores").replaceChildren(...state.forecast.map(drawScore));
  if (chosen && !state.tickets.some((one) => one.id === chosen)) choose(null);
}

function drawAlert(alert) {
  const { board, status, error } = alert.params;
  const names = { counter: nameOf("counter", alert.counter), area: nameOf("area", alert.area), board: nameOf("board", board) };
  const params = { ...alert.params, ...names, error: texts.printers[status] ?? error };
  const text = fill(texts.alerts[alert.kind], params);
  const take = () => act(`/api/v1/alerts/${alert.id}/acknowledge`);
  const again = () => act(`/api/v1/tickets/${alert.ticket}/reprint`).then((done) => done && take());
  return el(
    "li",
    { "data-kind": alert.kind, "data-alert": alert.id },
    el("span", {}, alert.number ? `${alert.number} · ${text}` : text),
    alert.kind === "printer" && alert.ticket && el("button", { type: "button", onclick: again }, texts.reprint),
    el("button", { type: "button", onclick: take }, texts.took),
  );
}

function drawArea(area) {
  const wait = area.self_service ? texts.machines : area.wait_words[lang];
  const spec = area.late ? "li.late" : area.self_service ? "li.machines" : "li";
  return el(
    spec,
    { "data-area": area.id },
    el("span.name", {}, area.name[lang]),
    el("span.number.count", {}, String(area.waiting), el("span", {}, ` ${texts.waiting}`)),
    el("span.wait", {}, wait),
    el("span.over", {}, area.late ? `⚠ ${fill(texts.late, { n: area.late })}` : ""),
  );
}

function drawTickets(tickets) {
  const rows = tickets.map(drawTicket);
  $("#tickets").replaceChildren(...(rows.length ? rows : [el("li.soft", {}, texts.nobody)]));
}

function drawTicket(one) {
  const age = fill(texts.of, { m: minutes(one.age_s), t: minutes(one.target_wait_s) });
  const meter = el("meter", { min: 0, max: one.target_wait_s, value: one.age_s, high: one.target_wait_s * 0.75, "aria-label": age });
  return el(
    one.late ? "li.late" : "li",
    {},
    el(
      "button",
      { type: "button", "aria-pressed": String(one.id === chosen), "data-ticket": one.id, onclick: () => choose(one.id) },
      el("b", {}, one.number),
      el("span", {}, nameOf("service", one.service), el("br"), ...tags(one)),
      el("span.age", {}, one.late ? `⚠ ${age}` : age, meter),
    ),
  );
}

const tags = (one) => [
  el("span.tag", {}, nameOf("tier", one.tier)),
  ...one.needs.map((need) => el("span.tag.need", {}, texts.needs[need])),
  one.state === "parked" ? el("span.tag", {}, texts.states.parked) : null,
].filter(Boolean);

function drawCounter(counter) {
  const path = `/api/v1/counters/${counter.id}`;
  const turn = (verb, text) => el("button", { type: "button", "data-verb": verb, onclick: () => act(`${path}/${verb}`) }, text);
  const busy = counter.ticket !== null;
  const buttons = {
    open: busy ? [] : [turn("pause", texts.pause), turn("close", texts.close)],
    paused: [turn("resume", texts.resume), turn("close", texts.close)],
    closed: [turn("open", texts.open)],
  }[counter.state];
  const at = counter.since ? fill(texts.min, { m: minutes((Date.parse(hall.at) - Date.parse(counter.since)) / 1000) }) : "";
  const who = busy ? [el("b", {}, counter.ticket.number), ` ${texts.states[counter.ticket.state]} ${at}`] : [texts.states[counter.state]];
  return el(`li.${counter.state}`, { "data-counter": counter.id }, el("span.who", {}, `${counter.name[lang]} `, el("br"), ...who), ...buttons);
}

function drawPrinter(printer) {
  const well = ["ok", "unknown"].includes(printer.status);
  const queued = printer.queued ? fill(texts.unprinted, { n: printer.queued }) : "";
  return el("li", {}, el("span", {}, printer.id), el("span", {}, queued), el(well ? "span" : "span.bad", {}, texts.printers[printer.status]));
}

function drawBoard(board) {
  const text = board.connected ? fill(texts.connected, { n: board.connected }) : texts.no_board;
  return el("li", {}, el("span", {}, nameOf("board", board.id)), el("span"), el(board.connected ? "span" : "span.bad", {}, text));
}

const drawScore = (one) =>
  el("li", {}, fill(texts.score, { tier: nameOf("tier", one.tier), m: (one.error_s / 60).toFixed(1), c: Math.round(100 * one.covered) }));

// -- what could be done -----------------------------------------------------------------------------
const ADVICE_MS = 45000;

async function advise() {
  const found = await get("/api/v1/advice").catch(() => null);
  if (found) $("#advice").replaceChildren(...found.advice.map(drawAdvice));
}

function drawAdvice(one) {
  const counter = hall?.counters.find((desk) => desk.id === one.counter)?.name[lang] ?? "";
  const [before, after, lo, hi] = [one.before_s, one.after_s, one.saves_lo_s, one.saves_hi_s].map(minutes);
  const text = fill(texts.advice[one.unserved ? "unserved" : one.kind], { counter, before, after, lo, hi, numbers: one.numbers.join(", ") });
  const button = { open_counter: texts.open, self_service: texts.send }[one.kind];
  return el(
    "li",
    { "data-advice": one.kind },
    el("span", {}, text),
    button && el("button", { type: "button", onclick: () => follow_advice(one) }, button),
  );
}

/** One touch; then the advice is asked anew, for the floor is another. */
async function follow_advice(one) {
  const doing =
    one.kind === "open_counter"
      ? [act(`/api/v1/counters/${one.counter}/${hall.counters.find((desk) => desk.id === one.counter).state === "paused" ? "resume" : "open"}`)]
      : one.tickets.map((ticket) => act(`/api/v1/tickets/${ticket}/divert`, { area: one.area }));
  await Promise.all(doing);
  await advise();
}

setInterval(advise, ADVICE_MS);

// -- what is done -----------------------------------------------------------------------------------
function choose(id) {
  chosen = id === chosen ? null : id;
  const one = hall.tickets.find((ticket) => ticket.id === chosen);
  $("#acts").hidden = !one;
  for (const select of ["#divert", "#transfer", "#retier"]) $(select).value = "";
  if (one) {
    say($("#acts-number"), one.number);
    say($("#acts-facts"), `${nameOf("service", one.service)} · ${nameOf("area", one.area)} · ${nameOf("tier", one.tier)}`);
    $("#resume").hidden = one.state !== "parked";
  }
  draw(hall);
}

const onTicket = (verb, body) => act(`/api/v1/tickets/${chosen}/${verb}`, body).then((done) => done && choose(chosen));

$("#divert").addEventListener("change", (event) => onTicket("divert", { area: event.target.value }));
$("#transfer").addEventListener("change", (event) => onTicket("transfer", { service: event.target.value }));
$("#retier").addEventListener("change", (event) => onTicket("retier", { tier: event.target.value, reason: $("#reason").value }));
$("#reprint").addEventListener("click", () => onTicket("reprint"));
$("#resume").addEventListener("click", () => onTicket("resume"));
$("#cancel").addEventListener("click", () => onTicket("cancel"));
$("#leave").addEventListener("click", () => choose(chosen));
$("#day").addEventListener("click", () => act(`/api/v1/day/${hall.open ? "close" : "open"}`));
let advised = false;
follow("/staff", {
  onState: (state) => {
    draw(state);
    if (!advised) advise();
    advised = true;
  },
  onLine: (up, age) => {
    $("#lost").hidden = up;
    if (!up) say($("#lost"), fill(texts.lost, { s: age }));
  },
});
