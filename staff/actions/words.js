// What actions are called on this page.

import { $, el } from "#web/dom.js";
import { _ } from "#web/words.js";

export const STATES = {
  open: _("to be done"),
  proved: _("to be checked"),
  checked: _("done"),
  helped: _("helped"),
  reopened: _("to be done again"),
  practice: _("best practice"),
  cancelled: _("cancelled"),
};
const MARKS = {
  open: "info",
  proved: "warn",
  checked: "",
  helped: "good",
  reopened: "bad",
  practice: "good",
  cancelled: "",
};
export const LEVELS = {
  owner: _("with the owner"),
  manager: _("with the lobby manager"),
  office: _("with the service office"),
  head: _("with the head of the branch"),
};
export const SOURCES = {
  case: _("a case"),
  inspection: _("an inspection"),
  panel: _("a customer panel"),
  figure: _("a figure"),
  headquarters: _("headquarters"),
  free: "",
};
export const VERDICTS = {
  helped: _("It helped"),
  no_effect: _("No effect to be seen"),
  worse: _("It became worse"),
  too_few: _("It cannot be told: too few days or observations"),
};
const FORMATS = {
  share: (value) => `${(100 * value).toFixed(1)} %`,
  net: (value) => (100 * value).toFixed(0),
  s: (value) => _("{n} min", { n: (value / 60).toFixed(1) }),
  d: (value) => _("{n} days", { n: value.toFixed(1) }),
  score: (value) => value.toFixed(2),
  count: (value) => value.toFixed(1),
  per_hour: (value) => value.toFixed(1),
};

const names = $("#names").content;
export const said = (kind, key) => names.querySelector(`[data-${kind}="${key}"]`)?.textContent ?? key;

const unitOf = (measure) => names.querySelector(`[data-measure="${measure}"]`)?.dataset.unit;

/** A value of the measure as people read it. */
export function valueOf(measure, value) {
  return value === null ? "–" : (FORMATS[unitOf(measure)] ?? String)(value);
}

const POINTS = ["share", "net"];

/** By how much it differs, with its sign: a share by points, not by percent of itself. */
export function differenceOf(measure, value) {
  const sign = value > 0 ? "+" : value < 0 ? "−" : "";
  const amount = Math.abs(value);
  if (POINTS.includes(unitOf(measure))) return sign + _("{n} points", { n: (100 * amount).toFixed(1) });
  return sign + valueOf(measure, amount);
}

/** The state, and for what is late by how many days. */
/** @param {Api.ActionOut} action */
export function pill(action) {
  if (action.days_late > 0) return el("span.pill.bad", {}, _("late by {n} d", { n: action.days_late }));
  if (action.waiting) return el("span.pill.info", {}, _("waiting for the effect"));
  const mark = MARKS[action.state];
  return el(`span.pill${mark && `.${mark}`}`, {}, STATES[action.state]);
}
