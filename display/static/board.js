// A wall board: draws the last whole state, shows and speaks each call once, says when its line is lost.

import { $, el, say } from "/static/dom.js";
import { follow } from "/static/live.js";
import { Voice } from "/static/display/voice.js";

const { board, zone, counter, voice } = document.body.dataset;
const FLASH_MS = 5000;
const HURRIED_MS = 2200;
const MANY = 4;
const SHIFT_MS = 60000;
const speaker = new Voice(voice === "on", $("#sound"));
const shown = [];
let spoken = 0;

function two(name, tag = "span") {
  return [name.zh, el(tag, {}, ` ${name.en}`)];
}

function drawCalls(calls) {
  const list = $("#calls");
  list.classList.toggle("many", calls.length > MANY);
  list.replaceChildren(
    ...calls.map((call) =>
      el(`li.${call.state}`, {}, el("span.number", {}, call.number), el("span.arrow", {}, "▶"), el("span.to", {}, ...two(call.counter_name))),
    ),
  );
  $("#no-calls").hidden = calls.length > 0;
  list.hidden = calls.length === 0;
}

function drawAreas(areas) {
  $("#areas").replaceChildren(...areas.map(drawArea));
}

function drawArea(area) {
  const open = area.open_counters > 0;
  const wait = open ? two(area.wait_words) : ["暂未开放", el("span", {}, " not open now")];
  return el(
    "li",
    { "data-area": area.id },
    el("p.name", {}, ...two(area.name)),
    el("p.people", {}, el("b", {}, String(area.waiting)), " 人等候 ", el("span.soft", {}, "waiting")),
    el("p.wait", {}, ...wait),
    area.next.length ? el("p.next", {}, "下一位 Next", ...area.next.map((number) => el("b", {}, number))) : el("p.next", {}, area.way.zh),
  );
}

const COUNTER_SAYS = { open: "请稍候 Please wait", paused: "暂停服务 Back soon", closed: "暂未开放 Closed" };

function drawOne(state) {
  const call = state.calls.find((one) => one.counter === counter);
  say($("#one-number"), call?.number ?? "");
  const serving = call?.state === "serving" ? "办理中 Being served" : "请到本柜台 Please come to this counter";
  say($("#one-say"), call ? serving : COUNTER_SAYS[state.counter.state]);
}

function onState(state) {
  document.body.dataset.seq = state.seq;
  if (counter) drawOne(state);
  else {
    drawCalls(state.calls);
    drawAreas(state.areas);
  }
}

function onCall(call) {
  if (call.seq <= spoken) return;
  spoken = call.seq;
  shown.push(call);
  if (shown.length === 1) showNext();
  speaker.call(call);
}

/** The cue for the eye: one call after the other, each long enough to be read. */
function showNext() {
  const call = shown[0];
  const flash = $("#flash");
  flash.hidden = !call;
  if (!call) return;
  say($(".number", flash), call.number);
  $(".where", flash).replaceChildren("请到 ", ...two(call.counter_name));
  setTimeout(() => {
    shown.shift();
    showNext();
  }, shown.length > 1 ? HURRIED_MS : FLASH_MS);
}

function onLine(up, age) {
  document.body.classList.toggle("stale", !up);
  const lost = $("#lost");
  lost.hidden = up;
  if (!up) say(lost, `与分行的连接中断,画面为 ${age} 秒前 · Line lost, this picture is ${age} s old`);
}

function tick() {
  const now = new Date();
  say($("#clock"), now.toLocaleTimeString("zh-CN", { timeZone: zone, hour: "2-digit", minute: "2-digit", hour12: false }));
  const zh = now.toLocaleDateString("zh-CN", { timeZone: zone, month: "long", day: "numeric", weekday: "long" });
  const en = now.toLocaleDateString("en-GB", { timeZone: zone, weekday: "short", day: "numeric", month: "short" });
  say($("#date"), `${zh} ${en}`);
}

/** A pixel or two every minute, so that nothing burns in. */
function shift() {
  const step = Math.floor(Date.now() / SHIFT_MS) % 4;
  document.body.style.translate = `${[0, 2, 2, 0][step]}px ${[0, 0, 2, 2][step]}px`;
}

setInterval(tick, 1000);
setInterval(shift, SHIFT_MS);
tick();
follow("/board", { join: ["join", { board }], onState, events: { call: onCall }, onLine });
