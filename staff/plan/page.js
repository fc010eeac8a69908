// What if: a recorded day again with one thing otherwise, figures side by side, and tomorrow's counters.

import { get } from "#web/api.js";
import { $, el, say } from "#web/dom.js";
import { _ } from "#web/words.js";
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

/** @param {Api.WhatIfOut} answer */
function show({ day, tickets, was, then }) {
  if (!was || !then) return;
  say(
    $("#said"),
    _("{day}, customers: {n}. Lateness score: {was} actual, {then} simulated (0 is best).", {
      day,
      n: tickets,
      was: was.score.toFixed(3),
      then: then.score.toFixed(3),
    }),
  );
  const tiers = Object.keys(was.tiers).filter((tier) => was.tiers[tier].tickets);
  $("#figures").replaceChildren(table(tiers, was.tiers, then.tiers), bars(tiers, was.tiers, then.tiers));
}

/** @typedef {Record<string, Api.TierFiguresOut>} Tiers
    @param {string[]} tiers
    @param {Tiers} was
    @param {Tiers} then */
function table(tiers, was, then) {
  const head = FIGURES.map(([, , name]) => el("th", { scope: "colgroup", colspan: 2 }, name));
  const kinds = FIGURES.flatMap(() => [_("actual"), _("simulated")]).map((kind) => el("th", { scope: "col" }, kind));
  const rows = tiers.map((tier) =>
    el("tr", {}, el("th", { scope: "row" }, nameOf("tier", tier)), ...cells(was[tier], then[tier])),
  );
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, el("th", { scope: "col", rowspan: 2 }, _("Tier")), ...head), el("tr", {}, ...kinds)),
    el("tbody", {}, ...rows),
  );
}

/** @param {Api.TierFiguresOut} was
    @param {Api.TierFiguresOut} then */
const cells = (was, then) =>
  FIGURES.flatMap(([figure, text]) => {
    const less = then[figure] - was[figure];
    const grade = Math.abs(less) < 1e-3 ? "td" : less < 0 ? "td.better" : "td.worse";
    return [el("td", {}, text(was[figure])), el(grade, {}, text(then[figure]))];
  });

/** @param {string[]} tiers
    @param {Tiers} was
    @param {Tiers} then */
function bars(tiers, was, then) {
  const most = Math.max(1, ...tiers.flatMap((tier) => [was[tier].p90_wait_s, then[tier].p90_wait_s]));
  const bar = (kind, tier, label) => {
    const value = kind[tier].p90_wait_s;
    const spec = kind === then ? "progress.then" : "progress";
    return [
      el("span", {}, label),
      el(spec, { max: most, value, "aria-label": `${nameOf("tier", tier)} ${min(value)}` }),
      el("span.amount", {}, min(value)),
    ];
  };
  const rows = tiers.flatMap((tier) => [...bar(was, tier, nameOf("tier", tier)), ...bar(then, tier, "")]);
  return el(
    "figure",
    {},
    el("figcaption", {}, _("Minutes that nine in ten wait at most: actual above, simulated below")),
    el("div.bars", {}, ...rows),
  );
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
    el("span.amount", {}, _("counters: {n}, customers: {a}", { n: row.counters, a: Math.round(row.arrivals) })),
  ]);
  return place.replaceChildren(el("div.bars", {}, ...drawn));
}

$("#whatif").addEventListener("submit", play);
staffing();
document.body.dataset.ready = "yes";
