// All branches as tiles: grouped by unit, those that burn above all others, each figure with its age.

import { get } from "#web/api.js";
import { $, $$, el, say } from "#web/dom.js";
import { _, named } from "#web/words.js";
import { LIVE_MS, follow } from "../shared/follow.js";
import { completeWords, span, troubleWords } from "../shared/words.js";
import { Store, fits } from "./store.js";
import { drawAge, drawTile, makeCard, makeTile } from "./tile.js";

const TICK_MS = 1000;
/** More tiles than a wall has room for: then only the units that somebody opened are asked for. */
const MANY = 400;
const CARDS = 6;
/** So few tiles may be large. */
const FEW = 40;

const store = new Store();
const tiles = new Map();
const opened = new Set();
const form = $("#filter");
let filter = { text: "", unit: "", show: "" };
/** @type {any} */
let problem = null;
let answeredMs = performance.now();
let cards = "";

const isMany = () => (store.last?.completeness.branches ?? 0) > MANY;

// -- asking -------------------------------------------------------------------------------------------
/** @param {number} offset */
function address(offset) {
  const query = new URLSearchParams({ since: String(store.revision) });
  if (offset) query.set("offset", String(offset));
  if (isMany() && filter.text) query.set("text", filter.text);
  else for (const unit of opened) query.append("only", unit);
  if (isMany() && !opened.size && !filter.text) query.set("limit", "0");
  return `/api/v1/branches?${query}`;
}

async function ask() {
  const since = store.revision;
  let answer = await get(address(0));
  if (answer.completeness.branches > MANY && !isMany()) return first(answer);
  let changed = take(answer, false);
  while (answer.next !== null) {
    const query = address(answer.next).replace(/since=\d+/, `since=${since}`);
    answer = await get(query);
    changed = changed.concat(take(answer, true));
  }
  draw(changed);
}

/** The first answer shows that the province has more than are to be shown at once.
    @param {any} answer */
function first(answer) {
  store.last = answer;
  store.forget();
  return ask();
}

function take(answer, more) {
  answeredMs = performance.now();
  return store.take(answer, answeredMs, more);
}

// -- drawing ------------------------------------------------------------------------------------------
/** @param {string[]} changed */
function draw(changed) {
  const { totals, completeness, units } = store.last;
  drawTotals(completeness.heard ? totals : null);
  say($("#complete"), completeWords(completeness));
  $("#complete").classList.toggle("partly", completeness.heard < completeness.branches);
  $("#empty").hidden = completeness.branches > 0;
  $("#tiles").classList.toggle("few", completeness.branches <= FEW);
  $("#province").hidden = !completeness.branches;
  drawUnits(units);
  for (const [code, item] of tiles) if (!store.branches.has(code)) remove(code, item);
  for (const code of changed) drawBranch(store.branches.get(code));
  drawBurning(units);
  sift();
  tick();
  $("#tiles").setAttribute("aria-busy", "false");
  document.body.dataset.drawn = "yes";
}

/** Of nobody heard the sums are not known: they are no zeros. */
function drawTotals(totals) {
  const shown = {
    waiting: totals?.waiting,
    late: totals?.late,
    longest: totals && span(totals.longest_wait_s),
    counters: totals && `${totals.counters_open}/${totals.counters}`,
    alerts: totals?.alerts,
    served: totals?.served,
  };
  for (const [name, value] of Object.entries(shown)) say($(`[data-figure=${name}]`), value ?? "–");
}

function drawUnits(units) {
  for (const unit of units) {
    const section = sectionOf(unit);
    const { heard, branches } = unit.completeness;
    const count = heard < branches ? `${heard}/${branches}` : branches;
    say($(".count", section), _("{count} · {waiting} waiting", { count, waiting: unit.waiting }));
    section.classList.toggle("closed", isClosed(unit.id));
    $("button", section).setAttribute("aria-expanded", String(!isClosed(unit.id)));
  }
  const select = form.elements.unit;
  if (select.options.length !== units.length + 1) {
    const options = units.map((unit) => el("option", { value: unit.id }, named(unit.name)));
    select.replaceChildren(select.options[0], ...options);
    select.closest("label").hidden = units.length < 2;
  }
}

const folded = new Set();
/** Where not all are here, those that were found are shown wherever they stand. */
const isClosed = (unit) => (isMany() ? !opened.has(unit) && !filter.text : folded.has(unit));

function sectionOf(unit) {
  const found = $$("#tiles > section").find((section) => section.dataset.unit === unit.id);
  if (found) return found;
  const made = el(
    "section.unit",
    { "data-unit": unit.id },
    el(
      "h2",
      {},
      el(
        "button",
        { type: "button", onclick: () => toggle(unit.id) },
        el("span.unit-name", {}, named(unit.name)),
        el("span.count"),
      ),
    ),
    el("ul", { role: "list" }),
  );
  $("#tiles").append(made);
  return made;
}

function toggle(unit) {
  const set = isMany() ? opened : folded;
  if (set.has(unit)) set.delete(unit);
  else set.add(unit);
  if (isMany()) {
    store.forget();
    askNow();
  }
  drawUnits(store.last.units);
}

function drawBranch(branch) {
  const known = tiles.get(branch.code);
  if (known) {
    drawTile(known.firstElementChild, branch);
    return;
  }
  const section = sectionOf({ id: branch.unit, name: branch.name });
  const item = makeTile(branch);
  tiles.set(branch.code, item);
  $("ul", section).append(item);
}

function remove(code, item) {
  item.remove();
  tiles.delete(code);
}

function drawBurning(units) {
  const burning = store.burning();
  const names = new Map(units.map((unit) => [unit.id, named(unit.name)]));
  const shown = burning.slice(0, CARDS);
  const now = JSON.stringify(shown.map((branch) => [branch.code, branch.figures, branch.name]));
  if (now !== cards) {
    cards = now;
    $("#burning").replaceChildren(...shown.map((branch) => makeCard(branch, names.get(branch.unit) ?? "")));
  }
  const more = store.last.burning.length - shown.length;
  const words = _("{n} urgent now", { n: store.last.burning.length });
  const further = _("{n} more below", { n: more });
  say($("#urgent-title"), more > 0 ? `${words} · ${further}` : words);
  $("#urgent").hidden = !shown.length;
  $("#calm").hidden = Boolean(shown.length) || !store.last.completeness.heard;
  say($("#calm span"), _("No branch is urgent"));
}

// -- the filter ---------------------------------------------------------------------------------------
function sift() {
  let shown = 0;
  for (const [code, item] of tiles) {
    const branch = store.branches.get(code);
    item.hidden = !fits(branch, filter, named(branch.name));
    shown += item.hidden ? 0 : 1;
  }
  const filtering = Boolean(filter.text || filter.unit || filter.show);
  for (const section of $$("#tiles > section")) {
    section.hidden = filtering && !$$("li", section).some((item) => !item.hidden);
  }
  $("#none").hidden = shown > 0 || !filtering;
}

function refilter() {
  const { text, unit, show } = form.elements;
  filter = { text: text.value.trim(), unit: unit.value, show: show.value };
  if (!store.last) return;
  if (isMany()) askFiltered();
  sift();
}

/** Of a large province the branches that fit are asked for. */
function askFiltered() {
  if (filter.unit) opened.add(filter.unit);
  store.forget();
  drawUnits(store.last.units);
  askNow();
}

form.addEventListener("input", refilter);
form.addEventListener("submit", (event) => event.preventDefault());

// -- time ---------------------------------------------------------------------------------------------
function tick() {
  const now = performance.now();
  for (const [code, item] of tiles) if (!item.hidden) drawAge(item.firstElementChild, store.branches.get(code), now);
  const words = troubleWords(problem, store.last?.reading, (now - answeredMs) / 1000);
  say($("#trouble"), words);
  $("#trouble").hidden = !words;
}

const askNow = follow(LIVE_MS, ask, (told) => {
  problem = told;
  tick();
});
setInterval(tick, TICK_MS);
document.body.dataset.ready = "yes";
