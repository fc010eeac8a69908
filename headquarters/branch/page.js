// One branch, from its last word: what waits, what is open, what burns. Ages go on between two words.

import { KINDS } from "#web/alerts.js";
import { get } from "#web/api.js";
import { $, el, given, icon, say } from "#web/dom.js";
import { _, named } from "#web/words.js";
import { LIVE_MS, follow } from "../shared/follow.js";
import { ALARMS, HEATS, STATES, span, timeOfDay, troubleWords } from "../shared/words.js";

const TICK_MS = 1000;
const COUNTERS = { open: _("open"), paused: _("paused"), closed: _("closed") };
/** @type {any} */
let last = null;
/** @type {any} */
let problem = null;
let answeredMs = performance.now();
let drawn = "";

async function ask() {
  last = await get(`/api/v1/branches/${given.code}`);
  answeredMs = performance.now();
  draw();
}

/** Seconds since an instant that the branch told, by its own clock: that of the figures plus what has passed since. */
const sinceS = (at) => (Date.parse(last.snapshot.at) - Date.parse(at)) / 1000 + ageS();
const ageS = () => (last.branch.age_s ?? 0) + (performance.now() - answeredMs) / 1000;

// -- what changes with a word ---------------------------------------------------------------------------
function draw() {
  const { branch, snapshot } = last;
  drawState(branch);
  drawAlarms(branch.alarms);
  drawFacts(branch, snapshot);
  const now = JSON.stringify(snapshot);
  if (snapshot && now !== drawn) {
    drawFigures(branch.figures);
    drawFloor(snapshot);
    drawMore(branch.figures.waiting - snapshot.queue.length);
    drawn = now;
  }
  $("#floor").hidden = !snapshot;
  $("#totals").hidden = !snapshot;
  tick();
  document.body.dataset.drawn = "yes";
}

const TONES = { burning: "bad", strained: "warn", calm: "good" };

function drawState(branch) {
  const live = branch.state === "live";
  document.body.dataset.state = branch.state;
  say($("#state"), live ? HEATS[branch.heat] : STATES[branch.state]);
  $("#state").className = `pill ${live ? TONES[branch.heat] : branch.state === "quarantined" ? "bad" : ""}`;
  const words = lastWords(branch);
  say($("#last-word span"), words);
  $("#last-word").hidden = !words;
}

function lastWords(branch) {
  if (branch.state === "never") {
    return _("Nothing was heard of this branch yet. Start lobby ship on its computer.");
  }
  if (branch.state === "quarantined") {
    return _("More than one computer speaks for this branch: what is below may be of either.");
  }
  if (branch.state === "closed") return _("The branch gives no numbers now.");
  if (branch.state !== "cut") return "";
  if (!branch.at) return _("Its events are here, and no word of its lobby since headquarters was started anew.");
  return _(
    "Nothing is heard of it. This is its last word, of {at}. If only its line is cut, the branch goes on working.",
    { at: timeOfDay(branch.at) },
  );
}

function drawAlarms(alarms) {
  $("#alarms").hidden = !alarms.length;
  $("#alarms").replaceChildren(...alarms.map(alarm));
}

function alarm({ kind, since }) {
  const [what, todo] = ALARMS[kind] ?? [kind, ""];
  const from = _("since {time}", { time: timeOfDay(since) });
  const words = el("span", {}, el("b", {}, what), ` · ${from} `, el("span.todo", {}, todo));
  return el("li.band.bad", {}, icon("warning"), words);
}

function drawFigures(figures) {
  const shown = {
    ...figures,
    longest: span(figures.longest_wait_s),
    counters: `${figures.counters_open}/${figures.counters}`,
  };
  for (const [name, value] of Object.entries(shown)) {
    const target = $(`[data-figure=${name}]`);
    if (target) say(target, value);
  }
  $("[data-figure=late]").classList.toggle("bad", figures.late > 0);
}

function drawFloor({ areas, counters, queue, alerts }) {
  $("#areas").replaceChildren(...areas.map(area));
  $("#counters").replaceChildren(...counters.map(counter));
  $("#queue").replaceChildren(...queue.map(ticket));
  $("#alerts").replaceChildren(...alerts.map(alert));
  if (!alerts.length) $("#alerts").append(el("li.soft", {}, _("No alerts.")));
  if (!queue.length) $("#queue").append(el("tr", {}, el("td.soft", { colspan: 5 }, _("Nobody waits."))));
}

/** A snapshot tells only so many of those who wait. */
function drawMore(more) {
  $("#queue-more").hidden = more <= 0;
  say($("#queue-more"), more > 0 ? _("and {n} more people", { n: more }) : "");
}

function area({ name, waiting, late, longest_wait_s: longest }) {
  const facts = [_("{n} waiting", { n: waiting })];
  if (late) facts.push(_("{n} past target", { n: late }));
  if (waiting) facts.push(_("longest {span}", { span: span(longest) }));
  return el(late ? "li.late" : "li", {}, el("b", {}, named(name)), el("span", {}, facts.join(" · ")));
}

function counter({ name, state, number, since }) {
  return el(
    `li.counter.${state}`,
    {},
    el("b", {}, named(name)),
    el("span.number", {}, number ?? ""),
    el("span", {}, COUNTERS[state] ?? state, since ? el("span.since", { "data-since": since }) : null),
  );
}

function ticket({ number, service, tier, issued_at: at, target_wait_s: target, late }) {
  return el(
    late ? "tr.late" : "tr",
    {},
    el("th.number", { scope: "row" }, number),
    el("td", {}, named(service)),
    el("td", {}, named(tier)),
    el("td", {}, el("span", { "data-since": at }), late ? el("span.pill.bad", {}, _("past target")) : null),
    el("td", {}, span(target)),
  );
}

function alert({ kind, at, number, counter: at_counter }) {
  const about = [number, at_counter && _("counter {id}", { id: at_counter })].filter(Boolean).join(" · ");
  return el(
    "li",
    {},
    icon("bell"),
    el("b", {}, KINDS[kind] ?? kind),
    about ? ` ${about}` : "",
    el("span.since", { "data-since": at }),
  );
}

function drawFacts(branch, snapshot) {
  say($("#cursor"), [eventsWords(branch.seq), begunWords(branch)].filter(Boolean).join(" · "));
  say($("#known"), snapshot ? knownWords(branch, snapshot) : "–");
  say($("#clock"), clockWords(branch.clock_off_s));
}

const eventsWords = (seq) => _("events: {n}", { n: seq.toLocaleString("en") });

/** When the branch's newest stretch of journal began, as the province has it. */
function begunWords({ epoch_at: at }) {
  return at ? _("its newest epoch began {at}", { at: `${at.slice(0, 10)} ${timeOfDay(at)}` }) : "";
}

function knownWords(branch, snapshot) {
  const other = snapshot.epoch === branch.epoch ? "" : _("of another epoch than the journal here");
  return [eventsWords(snapshot.seq), other].filter(Boolean).join(" · ");
}

function clockWords(off) {
  if (off === null) return "–";
  const seconds = Math.abs(off);
  if (seconds < 2) return _("right");
  const words = _("off by {span}", { span: span(seconds) });
  const left = _("It is left out of comparisons.");
  return seconds > Number(given.clockS) ? `${words}. ${left}` : words;
}

// -- time -----------------------------------------------------------------------------------------------
function tick() {
  const words = troubleWords(problem, last?.reading, (performance.now() - answeredMs) / 1000);
  say($("#trouble"), words);
  $("#trouble").hidden = !words;
  if (!last?.snapshot) return;
  say($("#age"), _("as it was {span} ago", { span: span(ageS()) }));
  const running = last.branch.state === "live";
  for (const target of document.querySelectorAll("[data-since]")) {
    const seconds = sinceS(/** @type {HTMLElement} */ (target).dataset.since) - (running ? 0 : ageS());
    say(target, span(seconds));
  }
}

follow(LIVE_MS, ask, (told) => {
  problem = told;
  tick();
});
setInterval(tick, TICK_MS);
document.body.dataset.ready = "yes";
