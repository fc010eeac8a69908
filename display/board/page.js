// A wall board: draws the last whole state, shows and speaks each call once, says when its line is lost.

import { $, given, say } from "#web/dom.js";
import { follow } from "#web/live.js";
import { lockIn } from "#web/lockin.js";
import { renewing } from "#web/renew.js";
import { Announcer } from "./announcer.js";
import { drawAreas } from "./areas.js";
import { drawCalls, drawCounter } from "./calls.js";
import { moveAgainstBurnIn } from "./burn-in.js";
import { fit, refit } from "./fit.js";
import { Slides } from "./slides.js";
import { WAITS_MS, endTest, showTest } from "./trial.js";
import { Voice } from "./voice.js";
import { _, ago, both, dated, idleWords } from "./words.js";

const { board, zone, counter, voice } = given;
const FEW = 3;
const UNCERTAIN_S = 60;
const speaker = new Voice(voice === "on");
const announcer = new Announcer(speaker, { draw, announced });
const slides = new Slides();
const renew = renewing();
/** @type {Api.BoardOut} */
let state;
/** The test that waits for its turn.
    @type {Feed.Test | null} */
let asked = null;
let askedAt = 0;
let skew = 0;
let connected = false;

/** For who watches over the board. */
function announced({ number }, n) {
  Object.assign(document.body.dataset, { callsPlayed: n, lastCall: number });
}

function draw() {
  if (!state) return;
  document.body.classList.toggle("calling", announcer.now !== null);
  const calls = counter ? drawOne() : drawMany();
  const restful = !calls && !state.areas.some((area) => area.waiting > 0);
  document.body.classList.toggle("restful", restful && slides.any);
  document.body.classList.toggle("night", restful && isShut());
  slides.show(calls <= FEW + 1);
  if (asked && !announcer.now) {
    if (Date.now() - askedAt < WAITS_MS) showTest(asked, speaker, $("#clock").textContent);
    asked = null;
  }
  fit();
}

/** How many calls the board has to show, the one being announced among them. */
function drawMany() {
  const { calls } = state;
  drawAreas(state.areas);
  drawCalls(calls, announcer.now, announcer.pending);
  const none = !calls.length && !announcer.now;
  $("#idle").hidden = !none;
  if (none) sayBoth($("#idle"), idleWords(state));
  const { now } = announcer;
  return calls.length + (now && !calls.some((call) => call.counter === now.counter) ? 1 : 0);
}

function drawOne() {
  drawCounter(state, announcer.now);
  return state.calls.length || announcer.now ? FEW + 2 : 0;
}

/** Screen readers hear changes alone.
    @param {string[]} words */
function sayBoth(target, words) {
  if (target.textContent !== words.join(" ")) target.replaceChildren(...both(words));
}

function isShut() {
  return state.counter
    ? state.counter.state === "closed"
    : !state.areas.some((area) => area.open_counters > 0 || area.self_service);
}

function onState(now) {
  skew = Date.parse(now.at) - Date.now();
  const first = !state;
  state = now;
  given.seq = String(now.seq);
  speaker.volume = now.volume;
  slides.learn(now.slides, draw);
  announcer.heard(now, first);
  draw();
}

/** @param {Feed.Call} call */
function onCall(call) {
  endTest();
  announcer.call(call);
}

/** After the call that is being announced.
    @param {Feed.Test} test */
function onTest(test) {
  asked = test;
  askedAt = Date.now();
  draw();
}

/** After a cut the branch may have been set up anew: then this page is another. */
function onLine(up, age) {
  document.body.classList.toggle("stale", !up);
  document.body.classList.toggle("uncertain", !up && age > UNCERTAIN_S);
  $("#lost").hidden = up;
  if (!up) {
    sayBoth($("#lost span"), _("No connection. This is {age} old.", { age: ago(age) }));
  } else if (connected) {
    renew();
  }
  connected ||= up;
  fit(); // the band took room, or gave it back
}

/** The branch's time, whatever this screen's own clock says. */
function tick() {
  const now = new Date(Date.now() + skew);
  say(
    $("#clock"),
    now.toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hour12: false }),
  );
  const days = dated(now, { timeZone: zone, month: "long", day: "numeric", weekday: "long" });
  say($("#date"), days.join(" "));
}

moveAgainstBurnIn();
lockIn();
setInterval(tick, 1000);
tick();
addEventListener("resize", refit);
follow("/board", { join: ["join", { board }], onState, events: { call: onCall, test: onTest }, onLine });
document.body.dataset.ready = "yes";
