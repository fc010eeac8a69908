// The teller's console: one obvious button for the next right thing, a key for everything.

import { fill, newKey, post, texts } from "/static/api.js";
import { $, $$, clock, el, minutes, say } from "/static/dom.js";
import { follow } from "/static/live.js";
import { complain, nameOf } from "/static/desk/page.js";

const { counter: id, lang, recallMax } = document.body.dataset;
let hall = null;
let mine = null;
let ticket = null;
let busy = false;
let skew = 0;

const PRIMARY = { called: "start", serving: "finish" };
const WHEN = { recall: ["called"], "no-show": ["called"], park: ["called", "serving"] };

/** The next right thing at this counter. */
function nextAct() {
  if (ticket) return PRIMARY[ticket.state];
  return { open: "next", paused: "resume", closed: "open" }[mine.state];
}

async function act(verb, body, base = `/api/v1/counters/${id}`) {
  if (busy) return;
  busy = true;
  enable();
  complain(null);
  try {
    const answer = await post(`${base}/${verb}`, body, { key: newKey() });
    if (verb === "next" && answer === null) complain(texts.nobody);
  } catch (problem) {
    complain(problem);
  }
  busy = false;
  enable();
}

function enable() {
  if (!mine) return;
  $("#primary").disabled = busy;
  for (const button of $$("[data-act]")) button.disabled = busy || !WHEN[button.dataset.act].includes(ticket?.state);
  if (ticket && ticket.recalls >= Number(recallMax)) $('[data-act="recall"]').disabled = true;
  $("#transfer").disabled = busy || !ticket;
  $("#pause").disabled = busy || Boolean(ticket) || mine.state === "closed";
  $("#close").disabled = busy || Boolean(ticket) || mine.state === "closed";
  for (const button of $$(".lists button")) button.disabled = busy || Boolean(ticket) || mine.state !== "open";
}

function draw(state) {
  hall = state;
  skew = Date.parse(state.at) - Date.now();
  mine = state.counters.find((one) => one.id === id);
  ticket = mine.ticket && state.tickets.find((one) => one.id === mine.ticket.id);
  document.body.dataset.ticket = ticket?.number ?? "";
  say($("#state"), texts.states[mine.state]);
  say($("#primary span"), texts[nextAct()]);
  say($("#pause span"), mine.state === "paused" ? texts.resume : texts.pause);
  drawTicket();
  drawLists();
  if (!ticket) openPicker(false);
  enable();
}

function drawTicket() {
  const idle = { open: texts.idle, paused: texts.paused, closed: texts.closed }[mine.state];
  $("#number").classList.toggle("none", !ticket);
  say($("#number"), ticket ? ticket.number : idle);
  say($("#ticket-state"), ticket ? texts.states[ticket.state] : "");
  say($("#facts"), ticket ? `${nameOf("service", ticket.service)} · ${fill(texts.waited, { m: minutes(ticket.age_s) })}` : "");
  $("#tags").replaceChildren(...(ticket ? tagsOf(ticket) : []));
  say($("#why"), ticket?.call_reason[lang] ?? "");
  say($("#recalls"), ticket ? `${ticket.recalls}/${recallMax}` : "");
  tick();
}

const tagsOf = (one) => [
  el("span.tag", {}, nameOf("tier", one.tier)),
  ...one.needs.map((need) => el("span.tag.need", {}, texts.needs[need])),
];

function mayServe(one) {
  const inArea = one.area === mine.area || mine.helps.includes(one.area);
  const tier = mine.tiers.length === 0 || mine.tiers.includes(one.tier);
  return inArea && tier && mine.serves.includes(one.service) && [null, id].includes(one.only_counter);
}

function drawLists() {
  const parked = hall.tickets.filter((one) => one.state === "parked" && one.counter === id);
  const waiting = hall.tickets.filter((one) => one.state === "waiting" && mayServe(one));
  $("#parked").replaceChildren(...parked.map(row));
  say($("#waiting-title"), fill(texts.waiting, { n: waiting.length }));
  $("#waiting").replaceChildren(...waiting.slice(0, 12).map(row));
}

function row(one) {
  const call = () => act("call", { ticket: one.id });
  return el(
    one.late ? "li.late" : "li",
    {},
    el("b", {}, one.number),
    el("span", {}, `${nameOf("service", one.service)} `, el("span.soft", {}, fill(texts.waited, { m: minutes(one.age_s) }))),
    el("button", { type: "button", onclick: call, "aria-label": `${texts.states.called} ${one.number}` }, "▶"),
  );
}

function tick() {
  const running = ticket && mine.since;
  say($("#timer"), running ? clock((Date.now() + skew - Date.parse(mine.since)) / 1000) : "");
}

function openPicker(open) {
  $("#services").hidden = !open;
  $("#transfer").setAttribute("aria-expanded", open);
}

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const onButton = event.target.closest("button, a, input");
  if (event.key === "1" || (["Enter", " "].includes(event.key) && !onButton)) {
    event.preventDefault();
    $("#primary").click();
  } else $(`[data-key="${event.key}"]:not(:disabled)`)?.click();
}

$("#primary").addEventListener("click", () => mine && act(nextAct()));
for (const button of $$("[data-act]")) button.addEventListener("click", () => act(button.dataset.act));
$("#transfer").addEventListener("click", () => openPicker($("#services").hidden));
for (const button of $$(".picker button")) {
  button.addEventListener("click", () => act("transfer", { service: button.dataset.service }));
}
$("#pause").addEventListener("click", () => act(mine.state === "paused" ? "resume" : "pause"));
$("#close").addEventListener("click", () => act("close"));
document.addEventListener("keydown", onKey);
setInterval(tick, 1000);
follow("/staff", {
  onState: draw,
  onLine: (up, age) => {
    $("#lost").hidden = up;
    if (!up) say($("#lost"), fill(texts.lost, { s: age }));
  },
});
