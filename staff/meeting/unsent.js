// What the tablet has kept for more than a day: it is sent, or dropped, by a word.

import { el, icon } from "#web/dom.js";
import { _ } from "#web/words.js";
import { SIDES, VERDICTS } from "./items.js";

/** @typedef {import("../shared/outbox.js").Act} Act */

/** @param {Act[]} acts which are old
    @param {boolean} dropping whether it is asked if they are to be dropped */
export function drawUnsent(acts, dropping) {
  if (acts.length === 0) return [];
  const words = _("Kept here for more than a day and not sent: {n}. What is sent counts for the day of its meeting.", {
    n: acts.length,
  });
  const buttons = dropping
    ? [button("keep", "button.primary", _("Keep them")), button("dropAll", "button.danger", _("Drop them"))]
    : [button("insist", "button.primary", _("Send them")), button("ask", "button", _("Do not send"))];
  return [
    el(
      "section.band.warn.unsent",
      { "data-key": "unsent", role: dropping ? "alertdialog" : "region", "aria-label": words, tabindex: -1 },
      icon("clock"),
      el(
        "div",
        {},
        el("p", {}, words),
        el("ul.scroll", {}, ...acts.map((act) => el("li", { "data-key": act.key }, said(act)))),
        dropping && el("p", {}, el("b", {}, _("Drop them? What was seen is lost, and counts as left out."))),
        el("p.buttons", {}, ...buttons),
      ),
    ),
  ];
}

/** What was wanted, and when.
    @param {Act} act */
function said({ at, clock, words, body = {} }) {
  const { side = "", verdict = "", owner = "" } = /** @type {any} */ (body);
  const day = new Date(at).toLocaleDateString(document.documentElement.lang);
  return [`${day} ${clock}`, words, SIDES[side], VERDICTS[verdict], owner].filter(Boolean).join(" · ");
}

/** @param {string} does
    @param {string} spec
    @param {string} words */
const button = (does, spec, words) => el(spec, { type: "button", "data-do": does }, words);
