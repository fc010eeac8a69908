// How the load is shared: a figure with its interval, in the order of the configuration.

import { el, icon, minutes } from "#web/dom.js";
import { _ } from "#web/words.js";
import { nameOf } from "../shared/names.js";

const hours = (seconds) => (seconds / 3600).toFixed(1);
const COLUMNS = [_("Services"), _("Open, h"), _("Load (95 %)"), _("Verdict"), _("Breaks"), _("Overtime, min")];

/** @param {Api.LoadPersonOut[]} loads
    @param {string | undefined} by */
export function drawLoad(loads, by) {
  if (!loads.length) return el("p.soft", { "data-load": "none" }, _("No services in this time."));
  const head = [_("Who"), ...COLUMNS].map((words) => el("th", { scope: "col" }, words));
  return el(
    "table",
    { "data-load": loads.length },
    el("thead", {}, el("tr", {}, ...head)),
    el("tbody", {}, ...loads.map((one) => drawRow(one, by))),
  );
}

/** @param {Api.LoadPersonOut} one
    @param {string | undefined} by */
function drawRow(one, by) {
  const name = by === "counter" ? nameOf("counter", one.id) : one.name;
  const cells = [
    one.services,
    hours(one.open_s),
    one.value === null ? _("too few") : `${one.value.toFixed(2)} (${one.lo?.toFixed(2)}–${one.hi?.toFixed(2)})`,
    verdict(one),
    `${one.breaks_kept} / ${one.breaks_asked}`,
    minutes(one.overtime_s),
  ];
  return el("tr", {}, el("th", { scope: "row" }, name), ...cells.map((cell) => el("td", {}, cell)));
}

/** @param {Api.LoadPersonOut} one */
function verdict(one) {
  if (one.value === null) return "";
  if (one.ordinary) return el("span.pill.good", {}, icon("check"), _("ordinary"));
  return one.value > 1
    ? el("span.pill.warn", {}, icon("up"), _("carries more"))
    : el("span.pill.info", {}, icon("down"), _("carries less"));
}
