// What if: a recorded day again with one thing otherwise, figures side by side, and tomorrow's counters.

import { get } from "#web/api.js";
import { $, el, say } from "#web/dom.js";
import { _, fill } from "#web/words.js";
import { complain, nameOf } from "../shared/names.js";
import "#web/guard.js";

const AGAIN_MS = 1000;
const min = (seconds) => (seconds / 60).toFixed(1);
const percent = (share) => `${(100 * share).toFixed(1)} %`;
/** @type {["p50_wait_s" | "p90_wait_s" | "max_wait_s" | "over_target_share", (value: number) => string, string][]} */
const FIGURES = [
  ["p50_wait_s", min, _("median, min")],
  ["p90_wait_s", min, _("nine in ten, min")],
  ["max_wait_s", min, _("longest, min")],
  ["over_target_share", percent, _("over target")],
];

/** One day at a time: a second press while one is played is none. */
async function play(event) {
  event.preventDefault();
  const button = $("#whatif button");
  button.disabled = true;
  await playDay(event);
  button.disabled = false;
}

async function playDay(event) {
  const { target_min, ...wish } = Object.fromEntries(
    [...new FormData(event.target)].filter(([, value]) => value !== ""),
  );
  const target = target_min ? { target_wait_s: String(60 * Number(target_min)) } : {};
  const asked = /** @type {Record<string, string>} */ ({ ...wish, ...target });
  complain(null);
  say($("#said"), _("Replaying the day …"));
  try {
    show(await played(asked));
  } catch (problem) {
    say($("#said"), "");
    $("#figures").replaceChildren();
    complain(problem);
  }
}

/** The branch plays the day beside its work, for some seconds: it is asked until the day is played as it was at first.
    @param {Record<string, string>} asked
    @returns {Promise<Api.WhatIfOut>} */
async function played(asked) {
  const answer = await get(`/api/v1/whatif?${new URLSearchParams(asked)}`);
  if (answer.ready) return answer;
  await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  return played({ ...asked, since: asked.since ?? answer.at });
}

/** @typedef {Record<string, Api.TierFiguresOut>} Tiers */
/** The three days beside each other, and by which sign each is told.
    @typedef {{ name: string, tiers: Tiers, like?: Tiers, bar: string }} Told */

/** @param {Api.WhatIfOut} answer */
function show({ day, at, tickets, was, again, then }) {
  if (!was || !again || !then) return;
  const isOver = day < at.slice(0, 10);
  const scores = { was: was.score.toFixed(3), again: again.score.toFixed(3), then: then.score.toFixed(3) };
  say(
    $("#said"),
    [
      isOver ? "" : _("The day goes on: figures as of {at}.", { at: at.slice(11, 16) }),
      _(
        "{day}, customers: {n}. Lateness score: {was} actual, {again} simulated, {then} simulated with the change (0 is best).",
        { day, n: tickets, ...scores },
      ),
    ]
      .filter(Boolean)
      .join(" "),
  );
  /** @type {Told[]} */
  const told = [
    { name: _("actual (journal)"), tiers: was.tiers, bar: "progress" },
    { name: _("simulated, nothing changed"), tiers: again.tiers, bar: "progress.again" },
    { name: _("simulated, with the change"), tiers: then.tiers, like: again.tiers, bar: "progress.then" },
  ];
  const tiers = Object.keys(was.tiers).filter((tier) => was.tiers[tier].tickets);
  const hint = _(
    "Breaks, and the tellers' pauses between two customers, are played as they were. Compare the last two: what a simulation does not know, such as a customer who went on at another counter, is missing from both.",
  );
  $("#figures").replaceChildren(table(tiers, told), el("p.soft", {}, hint), bars(tiers, told));
}

/** @param {string[]} tiers
    @param {Told[]} told */
function table(tiers, told) {
  const [first, ...figures] = [_("Tier"), ...FIGURES.map(([, , name]) => name)].map((name) =>
    el("th", { scope: "col" }, name),
  );
  const row = (tier, one, n) =>
    el(
      "tr",
      {},
      n ? "" : el("th", { scope: "rowgroup", rowspan: told.length }, nameOf("tier", tier)),
      el("th", { scope: "row" }, one.name),
      ...cells(one.tiers[tier], one.like?.[tier]),
    );
  const groups = tiers.map((tier) => el("tbody", {}, ...told.map((one, n) => row(tier, one, n))));
  return el(
    "div.scroll",
    { tabindex: 0, role: "group", "aria-label": _("What if") },
    el("table", {}, el("thead", {}, el("tr", {}, first, el("td"), ...figures)), ...groups),
  );
}

/** @param {Api.TierFiguresOut} figures
    @param {Api.TierFiguresOut} [like] what they are better or worse than */
const cells = (figures, like) =>
  FIGURES.map(([figure, text]) => {
    const more = like ? figures[figure] - like[figure] : 0;
    const grade = Math.abs(more) < 1e-3 ? "td" : more < 0 ? "td.better" : "td.worse";
    return el(grade, {}, text(figures[figure]));
  });

/** @param {string[]} tiers
    @param {Told[]} told */
function bars(tiers, told) {
  const most = Math.max(1, ...tiers.flatMap((tier) => told.map((one) => one.tiers[tier].p90_wait_s)));
  const bar = (one, tier, label) => {
    const value = one.tiers[tier].p90_wait_s;
    const name = `${nameOf("tier", tier)}, ${one.name}: ${min(value)}`;
    return [
      el("span", {}, label),
      el(one.bar, { max: most, value, "aria-label": name }),
      el("span.amount", {}, min(value)),
    ];
  };
  const rows = tiers.flatMap((tier) => told.flatMap((one, n) => bar(one, tier, n ? "" : nameOf("tier", tier))));
  const said = _("Minutes that nine in ten wait at most: actual, simulated, simulated with the change");
  return el("figure", {}, el("figcaption", {}, said), el("div.bars", {}, ...rows));
}

async function staffing() {
  const place = $("#staffing");
  const found = await get(`/api/v1/staffing/${place.dataset.day}`).catch(() => null);
  const rows = found?.half_hours ?? [];
  if (!rows.length) return place.replaceChildren(el("p.soft", {}, _("No days are recorded yet.")));
  const most = Math.max(...rows.map((row) => row.counters));
  const drawn = rows.flatMap((row) => [
    el("span", {}, row.at),
    el("progress", { max: most, value: row.counters, "aria-label": `${row.at} ${row.counters}` }),
    el("span.amount", {}, needed(row)),
  ]);
  return place.replaceChildren(el("div.bars", {}, ...drawn));
}

/** @param {{ arrivals: number, counters: number, enough: boolean }} row */
const needed = ({ arrivals, counters, enough }) =>
  fill(enough ? _("counters: {n}, customers: {a}") : _("all {n} counters, and some wait past target; customers: {a}"), {
    n: counters,
    a: arrivals,
  });

$("#whatif").addEventListener("submit", play);
staffing();
document.body.dataset.ready = "yes";
