// One item of a sample as a card: what is to be so, why it was drawn, and who says what.

import { el, icon } from "#web/dom.js";
import { _ } from "#web/words.js";
import { markOf } from "./sample.js";

/** @typedef {import("./sample.js").Item} Item */
/** What is asked about an item now: why its mark is changed, or a note.
    @typedef {{ item: string, side?: string, verdict?: string } | null} Asking */

export const VERDICTS = { kept: _("kept"), broken: _("not kept"), absent: _("does not apply") };
const SIDES = { self: _("Self-check"), peer: _("Peer check"), inspector: _("Inspection") };
const langOf = document.documentElement.lang.slice(0, 2);

/** @param {Record<string, string>} words by language */
const said = (words) => words[langOf] ?? words.en;

/** @param {Item} item
    @param {any} standard none where the catalogue has changed since
    @param {Asking} asking
    @param {string} action where its corrective action is, or is begun; empty: nowhere */
export function drawItem(item, standard, asking, action) {
  const state = item.differs ? "differs" : (item.verdict ?? "open");
  const asked = asking?.item === item.id ? asking : null;
  return el(
    `li.card.item.${state}`,
    { "data-key": item.id, "data-item": item.id },
    el(
      "div",
      {},
      el("p.facts", {}, el("span", {}, item.id), standard && el("span", {}, said(standard.item)), ...why(item)),
      el("p.content", {}, standard ? said(standard.content) : item.id),
      standard && el("p.facts", {}, el("span", {}, said(standard.evidence))),
    ),
    el("div.sides", {}, ...item.sides.map((side) => drawSide(item, side))),
    item.differs && drawTalk(item),
    item.marks.length > 0 && !asked && drawMore(item, action),
    asked && (asked.verdict ? drawCorrection() : drawNote()),
  );
}

/** Why it was drawn.
    @param {Item} item */
function why(item) {
  const seen = item.days === null ? _("never looked at") : _("looked at {n} days ago", { n: item.days });
  const risk = item.risk === 3 ? [el("span.pill.warn", {}, icon("warning"), _("high risk"))] : [];
  return [el("span", {}, seen), ...risk];
}

/** @param {Item} item
    @param {string} does
    @param {string} verdict
    @param {Record<string, string>} more */
const choice = (item, does, verdict, more) =>
  el(
    "button",
    { type: "button", "data-do": does, "data-item": item.id, "data-verdict": verdict, ...more },
    VERDICTS[verdict],
  );

/** @param {Item} item
    @param {string} side */
function drawSide(item, side) {
  const mark = markOf(item, side);
  const buttons = Object.keys(VERDICTS).map((verdict) =>
    choice(item, "mark", verdict, { "data-side": side, "aria-pressed": String(mark?.verdict === verdict) }),
  );
  const name = mark?.by ? `${SIDES[side]} · ${mark.by}` : SIDES[side];
  return el(
    "div.side",
    {},
    el("span", {}, name),
    el("div.segmented", { role: "group", "aria-label": `${item.id} ${SIDES[side]}` }, ...buttons),
  );
}

/** @param {Item} item */
function drawTalk(item) {
  return el(
    "div.band.warn.talk",
    {},
    icon("chat"),
    el("span", {}, _("Self-check and peer check differ. Talk it over, then choose what both stand by.")),
    ...Object.keys(VERDICTS).map((verdict) => choice(item, "agree", verdict, {})),
  );
}

/** @param {Item} item
    @param {string} action */
function drawMore(item, action) {
  const photos = item.marks.filter((mark) => mark.photo).length;
  const words = photos ? _("Note or photo ({n} photos)", { n: photos }) : _("Note or photo");
  return el(
    "p.more",
    {},
    el("button.quiet", { type: "button", "data-do": "note", "data-item": item.id }, icon("camera"), words),
    action && el("a.button", { href: action }, icon("repeat"), _("Corrective action")),
  );
}

const cancel = () => el("button", { type: "button", "data-do": "cancel" }, _("Go back"));

function drawNote() {
  const photo = { name: "photo", type: "file", accept: "image/*", capture: "environment" };
  return el(
    "form.ask",
    { "data-ask": "note" },
    el("label", {}, _("Note"), el("input", { name: "note", maxlength: 500, autocomplete: "off" })),
    el("label", {}, _("Photo"), el("input", photo)),
    el("button.primary", {}, _("Add")),
    cancel(),
  );
}

/** Asks why a mark is changed. */
function drawCorrection() {
  const reason = { name: "reason", maxlength: 500, required: true, autocomplete: "off" };
  return el(
    "form.ask",
    { "data-ask": "reason" },
    el("label", {}, _("Why is the mark changed?"), el("input", reason)),
    el("button.primary", {}, _("Correct it")),
    cancel(),
  );
}
