// The touch kiosk: start -> choose -> number. One idempotency key a visit, so a double touch is one ticket.

import { fill, get, newKey, post, texts } from "/static/api.js";
import { $, $$, say } from "/static/dom.js";
import { waitWords } from "/static/words.js";
import { listen } from "/static/kiosk/reader.js";

const LANG = document.body.dataset.lang;
const SCREENS = ["start", "choose", "way", "result", "closed", "offline", "refused"];
const CHOOSE_S = 40;
const RESULT_S = 25;
const MORE_S = 30;
const PATIENCE_S = 6;
const REFRESH_MS = 10000;
const visit = {};
let left = 0;
let printing = 0;

function show(screen) {
  for (const id of SCREENS) $(`#${id}`).hidden = id !== screen;
  document.body.dataset.screen = screen;
  if (screen !== "start") $(`#${screen}`).querySelector("button, [tabindex]")?.focus({ preventScroll: true });
}

const elder = () => document.body.classList.contains("elder");
const patient = (seconds) => (elder() ? 2 * seconds : seconds);

/** A new visit: everything the last customer did is forgotten. */
function restart() {
  Object.assign(visit, { service: null, customer: "", key: newKey(), needs: new Set(), wish: null, busy: false });
  clearInterval(printing);
  left = LANG === "zh" ? 0 : CHOOSE_S;
  document.body.classList.remove("elder");
  for (const button of $$("[aria-pressed]")) button.setAttribute("aria-pressed", "false");
  notice("");
  show("start");
  refresh();
}

function leave() {
  if (LANG === "zh") restart();
  else location.replace("/kiosk?lang=zh");
}

function notice(text, down = false) {
  const line = $("#notice");
  line.hidden = !text;
  line.classList.toggle("down", down);
  say(line, text);
}

// -- the start page ---------------------------------------------------------------------------------
async function refresh() {
  try {
    const hall = await get("/api/v1/services");
    const screen = document.body.dataset.screen;
    if (hall.open ? screen === "closed" : screen === "start") show(hall.open ? "start" : "closed");
    if ($("#notice").classList.contains("down")) notice("");
    hall.services.forEach(drawWait);
  } catch (problem) {
    if (problem.status === 0) notice(texts.offline, true);
  }
}

function drawWait(service) {
  const place = $(`[data-service="${service.id}"] .wait`);
  const ahead = service.ahead ? fill(texts.ahead, { n: service.ahead }) : texts.nobody;
  if (place) say(place, service.open ? `${ahead} · ${waitWords(service)}` : texts.closed);
}

function choose(button) {
  visit.service = button;
  if (visit.customer) {
    take();
    return;
  }
  say($("#choose-title"), button.dataset.name);
  const offer = button.dataset.quicker && !elder() && visit.needs.size === 0;
  $("#quicker").hidden = !offer;
  if (offer) say($("#quicker-text"), fill(texts.quicker, { area: button.dataset.quicker }));
  show("choose");
  left = patient(CHOOSE_S);
}

function showWay() {
  const { quicker, quickerWay } = visit.service.dataset;
  say($("#way-title"), fill(texts.go, { area: quicker }));
  say($("#way-text"), quickerWay);
  show("way");
  left = patient(CHOOSE_S);
}

function read(text) {
  if (!["start", "choose"].includes(document.body.dataset.screen)) return;
  visit.customer = text;
  if (document.body.dataset.screen === "choose") take();
  else notice(texts.read);
  left = patient(CHOOSE_S);
}

// -- the number -------------------------------------------------------------------------------------
async function take() {
  if (visit.busy) return;
  visit.busy = true;
  // kept until it is answered: trying again asks the same under the same key, so that it is one ticket
  visit.wish ??= { service: visit.service.dataset.service, needs: [...visit.needs], customer: visit.customer, lang: LANG };
  visit.customer = "";
  try {
    showTicket(await post("/api/v1/tickets", visit.wish, { key: visit.key }));
    visit.wish = null;
  } catch (problem) {
    refuse(problem);
  }
  visit.busy = false;
}

function refuse(problem) {
  say($("#refused-text"), problem.message);
  show(problem.status === 0 ? "offline" : "refused");
  left = patient(CHOOSE_S);
}

function showTicket(ticket) {
  const area = $("#area-names").content.querySelector(`[data-area="${ticket.area}"]`);
  notice("");
  say($("#number"), ticket.number);
  say($("#service-name"), visit.service.dataset.name);
  say($("#area"), area.textContent);
  say($("#area-way"), area.dataset.way);
  say($("#ahead"), ticket.ahead);
  say($("#wait"), waitWords(ticket));
  const token = ticket.links.status.split("/").pop();
  $("#qr").src = `/qr/${token}.svg`;
  $("#code").hidden = false;
  show("result");
  $("#result").focus();
  left = patient(RESULT_S);
  watchPrinting(ticket, token);
}

function watchPrinting(ticket, token) {
  const since = Date.now();
  drawPrinting(ticket.print.state, 0);
  printing = setInterval(async () => {
    const now = await get(`/api/v1/tickets/${ticket.id}?token=${token}`).catch(() => null);
    if (document.body.dataset.screen !== "result") clearInterval(printing);
    else drawPrinting(now?.print.state ?? "queued", (Date.now() - since) / 1000);
    if (now?.print.state === "printed") clearInterval(printing);
  }, 700);
}

function drawPrinting(state, seconds) {
  const failed = state === "failed" || state === "none" || (state !== "printed" && seconds > PATIENCE_S);
  const line = $("#printing");
  line.classList.toggle("failed", failed);
  say(line, failed ? texts.failed : state === "printed" ? texts.printed : texts.queued);
}

// -- what every screen has --------------------------------------------------------------------------
function tick() {
  if (left <= 0) return;
  left -= 1;
  say($("#countdown"), fill(texts.back, { s: left }));
  if (left === 0) leave();
}

function toggle(button) {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", on);
  return on;
}

async function ring() {
  try {
    await post("/api/v1/help", { kiosk: "" });
    notice(texts.help);
  } catch (problem) {
    notice(problem.message || texts.offline, true);
  }
}

for (const button of $$(".service")) button.addEventListener("click", () => choose(button));
for (const button of $$(".back")) button.addEventListener("click", leave);
$("#take").addEventListener("click", take);
$("#take-anyway").addEventListener("click", take);
$("#retry").addEventListener("click", take);
$("#go-quicker").addEventListener("click", showWay);
$("#help").addEventListener("click", ring);
$("#more").addEventListener("click", () => {
  left += MORE_S;
});
$("#elder").addEventListener("click", (event) => document.body.classList.toggle("elder", toggle(event.currentTarget)));
for (const button of $$("[data-need]")) {
  button.addEventListener("click", () => visit.needs[toggle(button) ? "add" : "delete"](button.dataset.need));
}
document.addEventListener("pointerdown", () => {
  // whoever turned something on and walked away leaves nothing to the next customer
  if (document.body.dataset.screen === "start") left = patient(CHOOSE_S);
});
listen(read);
setInterval(tick, 1000);
setInterval(refresh, REFRESH_MS);
restart();
document.body.dataset.ready = "yes";
