// The picture of an effect: a measure by day before and after the change, and what can be said of the difference.

import { el } from "#web/dom.js";
import { _, fill } from "#web/words.js";
import { VERDICTS, differenceOf, said, valueOf } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 640;
const HIGH = 220;
const EDGE = { left: 64, right: 12, top: 12, bottom: 28 };
/** Days apart the two sides stand. */
const GAP = 1.5;

function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @param {Api.ActionOut} action
    @param {Api.CourseOut} course */
export function drawEffect(action, course) {
  const measure = action.aim?.measure ?? "";
  return [
    el("h3", {}, said("measure", measure)),
    el("p", { id: "verdict" }, ...sentence(measure, course)),
    course.before.length + course.after.length > 0 && picture(measure, course),
    table(measure, course),
  ].filter(Boolean);
}

/** @param {string} measure
    @param {Api.CourseOut} course */
function sentence(measure, { effect, after: days, wanted }) {
  if (!effect) {
    return [
      el("b", {}, _("It cannot be told yet.")),
      " ",
      _("Working days after the change: {n} of {wanted} are over.", { n: days.length, wanted }),
    ];
  }
  const { lo, hi } = effect;
  const before = effect.before.value;
  const after = effect.after.value;
  const verdict = el(`b.${effect.verdict}`, {}, VERDICTS[effect.verdict]);
  if (lo === null || hi === null || before === null || after === null) return [verdict];
  const values = {
    before: valueOf(measure, before),
    after: valueOf(measure, after),
    difference: differenceOf(measure, after - before),
    lo: differenceOf(measure, lo),
    hi: differenceOf(measure, hi),
  };
  const pattern = _(
    "{before} before, {after} after: {difference}. The true difference lies between {lo} and {hi} (95 %).",
  );
  return [verdict, " ", fill(pattern, values)];
}

/** Dots are days. The dashed line is the mean before; the band on the right is where it would be with the interval of
    the difference: an effect is shown where the band does not touch the line.
    @param {string} measure
    @param {Api.CourseOut} course */
function picture(measure, { before, after, effect, wanted }) {
  const values = [...before, ...after].map((day) => day.value).filter((value) => value !== null);
  const mean = effect?.before.value ?? null;
  const band = bounds(effect);
  const top = Math.max(...values, ...band, 0) || 1;
  const bottom = Math.min(...values, ...band, 0);
  const days = before.length + Math.max(wanted, after.length) + GAP;
  const x = (n) => EDGE.left + ((n + 0.5) / days) * (WIDE - EDGE.left - EDGE.right);
  const y = (value) => HIGH - EDGE.bottom - ((value - bottom) / (top - bottom)) * (HIGH - EDGE.top - EDGE.bottom);
  const change = before.length - 0.5 + GAP / 2;
  const dots = (side, from) =>
    side.flatMap((day, n) =>
      day.value === null
        ? []
        : [svg("circle", { cx: x(from + n), cy: y(day.value), r: 4, class: from ? "after" : "before" })],
    );
  const line = (value, from, to, name) =>
    value === null || value === undefined ? [] : [svg("path", { class: name, d: `M${x(from)} ${y(value)}H${x(to)}` })];
  const last = before.length + GAP + Math.max(wanted, after.length) - 1;
  const start = before.length + GAP;
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-labelledby": "verdict", class: "effect" },
    svg("path", { class: "axis", d: `M${EDGE.left} ${EDGE.top}V${HIGH - EDGE.bottom}H${WIDE - EDGE.right}` }),
    label(EDGE.left - 6, y(top) + 4, "end", valueOf(measure, top)),
    label(EDGE.left - 6, y(bottom) + 4, "end", valueOf(measure, bottom)),
    ...(band.length
      ? [
          svg("rect", {
            class: "range",
            x: x(start) - 6,
            width: x(last) - x(start) + 12,
            y: y(band[1]),
            height: y(band[0]) - y(band[1]),
          }),
        ]
      : []),
    svg("path", { class: "change", d: `M${x(change)} ${EDGE.top}V${HIGH - EDGE.bottom}` }),
    ...line(mean, 0, last, "mean"),
    ...line(effect?.after.value, start, last, "mean after"),
    ...dots(before, 0),
    ...dots(after, start),
    label(x(change), HIGH - 8, "middle", _("change")),
    label(EDGE.left, HIGH - 8, "start", before[0]?.day ?? ""),
    label(WIDE - EDGE.right, HIGH - 8, "end", after[after.length - 1]?.day ?? ""),
  );
}

/** The mean before, moved by either end of the interval.
    @param {Api.EffectOut | null} effect */
function bounds(effect) {
  if (!effect || effect.before.value === null || effect.lo === null || effect.hi === null) return [];
  return [effect.before.value + effect.lo, effect.before.value + effect.hi];
}

const label = (x, y, anchor, text) => svg("text", { x, y, "text-anchor": anchor }, text);

/** The same days in words, for who reads no pictures.
    @param {string} measure
    @param {Api.CourseOut} course */
function table(measure, { before, after }) {
  const row = (side) => (day) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, day.day),
      el("td", {}, side),
      el("td", {}, valueOf(measure, day.value)),
      el("td", {}, String(day.n)),
    );
  const head = [_("Day"), _("Side"), _("Figure"), _("Observations")];
  return el(
    "details",
    {},
    el("summary", {}, _("The days in figures")),
    el(
      "div.scroll",
      {},
      el(
        "table",
        {},
        el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))),
        el("tbody", {}, ...before.map(row(_("before the change"))), ...after.map(row(_("after the change")))),
      ),
    ),
  );
}
