// Today so far: waiting, arrivals and open counters as small curves, and what the manager's acts changed.

import { el, minutes } from "#web/dom.js";
import { _, fill } from "#web/words.js";
import { nameOf } from "../shared/names.js";
import { hhmm, svg } from "./words.js";

const WIDE = 360;
const HIGH = 64;
const LEFT = 26;
const FOOT = 14;
/** @typedef {{ kind: "waiting" | "arrivals" | "open_counters", name: string, said: string,
                of: (slot: Api.SlotOut) => number, most: (slot: Api.SlotOut) => number }} Curve
    `of` is how it stood as a slot ended, `most` the most that there was in it. */
/** @type {Curve[]} */
const CURVES = [
  {
    kind: "waiting",
    name: _("Waiting"),
    said: _("now {now}, at most {most} at {at}"),
    of: (slot) => slot.waiting,
    most: (slot) => slot.most_waiting,
  },
  {
    kind: "arrivals",
    name: _("Arrivals"),
    said: _("{sum} so far, at most {most} in five minutes at {at}"),
    of: (slot) => slot.arrivals,
    most: (slot) => slot.arrivals,
  },
  {
    kind: "open_counters",
    name: _("Counters open"),
    said: _("now {now}, at most {most}"),
    of: (slot) => slot.open_counters,
    most: (slot) => slot.most_open,
  },
];
const RESCUES = {
  divert: _("Diverted"),
  retier: _("Tier corrected"),
  move: _("Moved in line"),
  bring_back: _("Brought back"),
  transfer: _("Transferred"),
  open_counter: _("Opened"),
  close_counter: _("Closed"),
  pause_counter: _("Paused"),
  resume_counter: _("Resumed"),
  answer_break: _("Break answered"),
  lend_counter: _("Lent"),
};

/** @type {[string, string, (value: number) => string][]} */
const FIGURES = [
  ["served", _("Customers served"), String],
  ["wait_p90_s", _("Nine in ten waited at most"), (value) => fill(_("{min} min"), { min: (value / 60).toFixed(1) })],
  ["late_share", _("Share that waited past the target"), (value) => `${(100 * value).toFixed(1)} %`],
];

/** The day's figures so far, by the bulletin's own measures.
    @param {Api.ReportOut["measures"]} measures */
export const drawFigures = (measures) =>
  FIGURES.filter(([id]) => measures[id].value !== null).map(([id, name, words]) =>
    el("li", { "data-key": id }, `${name} `, el("b", {}, words(Number(measures[id].value)))),
  );

/** Three curves over one axis of time, from the first slot to the next full hour.
    @param {Api.TodayOut} today
    @param {string} now */
export function drawCurves({ slots, slot_s }, now) {
  if (!slots.length) return [el("p.soft", {}, _("Nothing has happened today yet."))];
  const hour = 3600 * 1000;
  const zone = slots[0].at.slice(-6);
  const from = Date.parse(slots[0].at);
  const to = Math.ceil((Date.parse(now) + 1) / hour) * hour;
  const x = (at) => LEFT + ((at - from) / (to - from)) * (WIDE - LEFT);
  const whole = Math.ceil(from / hour) * hour;
  const hours = Array.from({ length: (to - whole) / hour }, (_, n) => whole + n * hour);
  const end = (slot) => Math.min(Date.parse(slot.at) + slot_s * 1000, Date.parse(now));
  const axis = { x, end, hours, zone, width: ((slot_s * 1000) / (to - from)) * (WIDE - LEFT), now: x(Date.parse(now)) };
  return [...CURVES.map((curve) => drawCurve(curve, slots, axis)), drawTable(slots)];
}

/** @param {Curve} curve */
function drawCurve({ kind, name, said: pattern, of, most: mostOf }, slots, axis) {
  const values = slots.map(of);
  const peaks = slots.map(mostOf);
  const highest = Math.max(...peaks);
  const said = fill(highest ? pattern : _("none yet"), {
    now: values[values.length - 1],
    most: highest,
    at: hhmm(slots[peaks.indexOf(highest)].at),
    sum: values.reduce((a, b) => a + b, 0),
  });
  // An axis needs a height, where nothing was counted too.
  const most = Math.max(1, highest);
  const y = (value) => HIGH - FOOT - (value / most) * (HIGH - FOOT - 6);
  const base = y(0);
  return el(
    `figure.${kind}`,
    { "data-key": kind },
    el("figcaption", {}, el("b", {}, name), ` ${said}`),
    svg(
      "svg",
      { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": `${name}: ${said}` },
      svg("path", { class: "grid", d: `M${LEFT} ${base}H${WIDE}M${LEFT} ${y(most)}H${WIDE}` }),
      ...ticks(axis, base),
      text(LEFT - 4, y(most) + 4, most, "end"),
      text(LEFT - 4, base, 0, "end"),
      ...SHAPES_OF[kind](slots, of, axis, y),
      svg("path", { class: "now", d: `M${axis.now.toFixed(1)} 2V${base}` }),
    ),
  );
}

const text = (x, y, value, anchor = "middle") => {
  const made = svg("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor });
  made.textContent = value;
  return made;
};

/** Every full hour, or every second one on a long day. */
function ticks({ x, hours, zone }, base) {
  const step = Math.ceil(hours.length / 9);
  const minutesEast = (zone[0] === "-" ? -1 : 1) * (60 * Number(zone.slice(1, 3)) + Number(zone.slice(4, 6)));
  const label = (at) => new Date(at + (Number.isNaN(minutesEast) ? 0 : minutesEast) * 60000).getUTCHours();
  return hours.filter((_, n) => n % step === 0).map((at) => text(x(at), base + 11, label(at)));
}

/** How it stood when each slot ended; the last one has not ended, so it is now. */
const points = (slots, of, { x, end }, y) =>
  slots.map((slot) => `${x(end(slot)).toFixed(1)},${y(of(slot)).toFixed(1)}`);

const SHAPES_OF = {
  waiting(slots, of, axis, y) {
    const line = points(slots, of, axis, y);
    const [first, [last, height]] = [line[0].split(",")[0], line[line.length - 1].split(",")];
    const area = `${first},${y(0)} ${line.join(" ")} ${last},${y(0)}`;
    const here = svg("circle", { cx: last, cy: height, r: 2.5 });
    return [
      svg("polygon", { points: area }),
      svg("polyline", { "data-curve": "waiting", points: line.join(" ") }),
      here,
    ];
  },
  arrivals(slots, of, axis, y) {
    const wide = Math.max(1, axis.width - 0.8);
    return slots.map((slot) =>
      svg("rect", {
        "data-curve": "arrivals",
        x: axis.x(Date.parse(slot.at)).toFixed(1),
        y: y(of(slot)).toFixed(1),
        width: wide.toFixed(1),
        height: (y(0) - y(of(slot))).toFixed(1),
      }),
    );
  },
  open_counters(slots, of, axis, y) {
    const steps = points(slots, of, axis, y).map((point) => `V${point.split(",")[1]}H${point.split(",")[0]}`);
    return [svg("path", { "data-curve": "open_counters", d: `M${LEFT} ${y(0)}${steps.join("")}` })];
  },
};

/** The same as figures, for who does not see curves; by the hour's end.
    @param {Api.SlotOut[]} slots */
function drawTable(slots) {
  const hourly = slots.filter(
    (slot, n) => n === slots.length - 1 || slots[n + 1].at.slice(0, 13) !== slot.at.slice(0, 13),
  );
  const arrived = (slot) =>
    slots.filter((one) => one.at.slice(0, 13) === slot.at.slice(0, 13)).reduce((sum, one) => sum + one.arrivals, 0);
  const row = (slot) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, hhmm(slot.at)),
      el("td", {}, String(slot.waiting)),
      el("td", {}, String(arrived(slot))),
      el("td", {}, String(slot.open_counters)),
    );
  const head = [_("Time"), ...CURVES.map(({ name }) => name)].map((name) => el("th", { scope: "col" }, name));
  return el(
    "table.visually-hidden",
    { "data-key": "table" },
    el("caption", {}, _("Today by hour")),
    el("thead", {}, el("tr", {}, ...head)),
    el("tbody", {}, ...hourly.map(row)),
  );
}

/** 10:42 Open counter 2: 14 → 6 waiting, nine in ten wait at most 32 → 12 min.
    @param {Api.InterventionOut} one
    @param {number} effectMin */
export function drawRescue(one, effectMin) {
  const what = [RESCUES[one.act] ?? one.act, one.number, one.counter ? nameOf("counter", one.counter) : ""]
    .filter(Boolean)
    .join(" ");
  const { before, after } = one;
  const better = after && after.wait_p90_s <= before.wait_p90_s && after.late <= before.late;
  const was = { a: before.waiting, x: minutes(before.wait_p90_s), m: before.late };
  const effect = after
    ? _("{a} → {b} waiting, late {m} → {n}, nine in ten wait at most {x} → {y} min", {
        ...was,
        b: after.waiting,
        y: minutes(after.wait_p90_s),
        n: after.late,
      })
    : _("{a} waiting then, nine in ten {x} min at most; the effect shows after {e} min", { ...was, e: effectMin });
  return el(
    "li",
    { "data-rescue": one.seq, "data-key": one.seq },
    el("time", {}, hhmm(one.at)),
    el("span", {}, el("b", {}, what), ` ${nameOf("area", one.area)}`),
    el(after ? (better ? "span.effect.better" : "span.effect") : "span.effect.soft", {}, effect),
  );
}
