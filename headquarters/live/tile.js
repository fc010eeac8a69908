// One branch as a tile, and as a card among those that burn. A tile is made once; what changes is put into it.

import { KINDS } from "#web/alerts.js";
import { el, icon, say } from "#web/dom.js";
import { _, named } from "#web/words.js";
import { ALARMS, HEATS, STATES, span } from "../shared/words.js";
import { lookOf } from "./store.js";

const hrefOf = (branch) => `/branch/${branch.code}`;
const part = (tile, name) => tile.querySelector(`[data-part=${name}]`);

/** @param {any} branch */
export function makeTile(branch) {
  const tile = el(
    "a",
    { href: hrefOf(branch), "data-code": branch.code },
    // a wall has room for the beginning of a long name: the whole of it is the tile's title
    el(
      "span.top",
      {},
      el("span.name", { "data-part": "name", "data-spare": true }),
      el("span.age", { "data-part": "age" }),
    ),
    el(
      "span.figures",
      {},
      el("b.number", { "data-part": "waiting" }),
      el("span.late", { "data-part": "late" }, icon("clock"), el("span")),
      el("span.alerts", { "data-part": "alerts" }, icon("bell"), el("span")),
      el("span.faults", { "data-part": "faults" }, icon("warning"), el("span")),
      el("span.open", { "data-part": "open" }, icon("counter"), el("span")),
      el("span.word", { "data-part": "word" }),
    ),
  );
  drawTile(tile, branch);
  return el("li", {}, tile);
}

/** @param {HTMLElement} tile
    @param {any} branch */
export function drawTile(tile, branch) {
  const look = lookOf(branch);
  const figures = branch.figures;
  tile.className = `tile ${look}`;
  tile.classList.toggle("alerted", Boolean(branch.worst_alert));
  tile.setAttribute("aria-label", spoken(branch));
  tile.title = spoken(branch);
  say(part(tile, "name"), named(branch.name));
  say(part(tile, "word"), wordOf(branch, look));
  say(part(tile, "waiting"), figures ? figures.waiting : "–");
  fillIn(part(tile, "late"), figures?.late);
  fillIn(part(tile, "alerts"), figures?.alerts);
  fillIn(part(tile, "faults"), branch.alarms.length);
  fillIn(part(tile, "open"), figures && `${figures.counters_open}/${figures.counters}`);
}

/** What of a branch has to be read: that it burns, its state where it is not live, else what headquarters has to see of
    it, else its most urgent alert. */
function wordOf(branch, look) {
  if (look === "burning") return HEATS.burning;
  if (STATES[look]) return STATES[look];
  return branch.alarms.length ? _("{n} alarms", { n: branch.alarms.length }) : alertOf(branch);
}

/** The most urgent alert in words; empty where there is none. */
const alertOf = ({ worst_alert: kind }) => (kind ? (KINDS[kind] ?? kind) : "");

/** How many alerts there are, and which is the most urgent. */
function alertsWords(branch) {
  const words = _("{n} alerts", { n: branch.figures.alerts });
  const worst = alertOf(branch);
  return worst ? _("{alerts}, first: {worst}", { alerts: words, worst }) : words;
}

function fillIn(target, value) {
  target.hidden = !value;
  if (value) say(target.lastElementChild, value);
}

/** The age of the figures, which goes on without an answer.
    @param {HTMLElement} tile
    @param {any} branch
    @param {number} nowMs */
export function drawAge(tile, branch, nowMs) {
  say(part(tile, "age"), branch.heardMs === null ? "" : span((nowMs - branch.heardMs) / 1000));
}

/** @param {any} branch */
function spoken(branch) {
  const words = [named(branch.name), branch.state === "live" ? HEATS[branch.heat] : STATES[branch.state]];
  if (branch.figures) {
    words.push(
      _("{n} waiting", { n: branch.figures.waiting }),
      _("{n} past target", { n: branch.figures.late }),
      _("{open} of {n} counters open", { open: branch.figures.counters_open, n: branch.figures.counters }),
      alertsWords(branch),
    );
  }
  for (const { kind } of branch.alarms) words.push(ALARMS[kind]?.[0] ?? kind);
  return words.join(_(", "));
}

/** A branch that burns, in words.
    @param {any} branch
    @param {string} unit */
export function makeCard(branch, unit) {
  const { waiting, late, longest_wait_s: longest, counters_open: open, counters, alerts } = branch.figures;
  const facts = [_("{n} waiting", { n: waiting }), _("{open} of {n} counters open", { open, n: counters })];
  if (alerts) facts.push(alertsWords(branch));
  return el(
    "li",
    {},
    el(
      "a.urgent",
      { href: hrefOf(branch) },
      el("span.flag", {}, icon("warning"), el("span", {}, HEATS.burning)),
      el("span.who", {}, el("b", {}, named(branch.name)), el("span", {}, unit)),
      el("span.why", {}, why(late, longest)),
      el("span.open", {}, facts.join(" · ")),
    ),
  );
}

function why(late, longest) {
  const words = [];
  if (late) words.push(_("{n} past target", { n: late }));
  words.push(_("longest {span}", { span: span(longest) }));
  return words.join(" · ");
}
