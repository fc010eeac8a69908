// One item of a sample as a card: what is to be so, why it was drawn, and who says what.

import { el, icon } from "#web/dom.js";
import { _ } from "#web/words.js";
import { leftPill, ownerControl } from "../shared/people.js";
import { markOf } from "./sample.js";

/** @typedef {import("./sample.js").Item} Item */
/** What is asked about an item now: why the mark of a side is changed, and to what where no `verdict` was touched; who
    owns it; or a note.
    @typedef {{ item: string, side?: string, verdict?: string, owns?: boolean } | null} Asking */
/** What may follow: `action`, where the corrective action for what was not kept is or is begun (empty: nowhere), and who
    may own the finding (null: who is signed in names nobody) until which day. `ended`: marks are corrected alone.
    @typedef {{ action: string, owners: Owners | null, ended: boolean }} Following */
/** `me` and `due` are offered, `today` to `latest` can be chosen.
    @typedef {{ me: string, today: string, due: string, latest: string }} Owners */

export const VERDICTS = { kept: _("kept"), broken: _("not kept"), absent: _("does not apply") };
export const SIDES = { self: _("Self-check"), peer: _("Peer check"), inspector: _("Inspection") };
/** Who looked, where the tablet goes from hand to hand. */
const BY_NUMBER = { self: _("Self-check by (staff number)"), peer: _("Peer check by (staff number)") };
const NUMBER = { name: "marker", maxlength: 20, required: true, autocapitalize: "characters", spellcheck: false };
const langOf = document.documentElement.lang.slice(0, 2);

/** @param {Record<string, string>} words by language */
const said = (words) => words[langOf] ?? words.en;

/** A standard in few words; nothing where no catalogue has it.
    @param {any} standard */
export const nameOfStandard = (standard) => (standard ? said(standard.item) : "");

/** @param {Item} item
    @param {any} standard none where no catalogue has it
    @param {Asking} asking
    @param {Following} following */
export function drawItem(item, standard, asking, following) {
  const state = item.differs ? "differs" : (item.verdict ?? "open");
  const asked = asking?.item === item.id ? asking : null;
  return el(
    `li.card.item.${state}`,
    { id: `item-${item.id}`, "data-key": item.id, "data-item": item.id, tabindex: -1 },
    el(
      "div",
      {},
      el("p.facts", {}, el("span", {}, item.id), standard && el("span", {}, said(standard.item)), ...why(item)),
      el("p.content", {}, standard ? said(standard.content) : item.id),
      standard && el("p.facts", {}, el("span", {}, said(standard.evidence))),
    ),
    el("div.sides", {}, ...item.sides.map((side) => drawSide(item, side, following.ended))),
    item.differs && drawTalk(item),
    item.finding && drawFinding(item.finding),
    item.marks.length > 0 && !asked && drawMore(item, following),
    asked && drawAsked(item, asked, following.owners),
  );
}

/** @param {Item} item
    @param {NonNullable<Asking>} asked
    @param {Owners | null} owners */
function drawAsked(item, asked, owners) {
  if (asked.owns && owners) return drawOwner(item, owners);
  return asked.side ? drawCorrection(item, asked) : drawNote();
}

/** Who puts it right, until when.
    @param {NonNullable<Item["finding"]>} finding */
function drawFinding({ owner_name: owner, owner_left: left, due, settled_at: settled }) {
  const until = _("{who} puts it right until {day}", { who: owner, day: due });
  return el(
    "p.facts.finding",
    {},
    icon("person"),
    el("span", {}, settled ? _("put right") : until),
    leftPill(left && !settled),
  );
}

/** Why it was drawn.
    @param {Item} item */
function why(item) {
  const seen = item.marks.length ? now(item) : before(item);
  const risk = item.risk === 3 ? [el("span.pill.warn", {}, icon("warning"), _("high risk"))] : [];
  return [el("span", {}, seen), ...risk];
}

/** @param {Item} item */
const before = ({ days }) => (days === null ? _("never looked at") : _("looked at {n} d ago", { n: days }));

/** How far it is by now, where two are to look.
    @param {Item} item */
function now(item) {
  const seen = item.sides.filter((side) => markOf(item, side));
  if (seen.length === item.sides.length) return _("looked at");
  const sides = seen.map((side) => SIDES[side]).join(_(", "));
  return _("looked at so far: {sides}", { sides });
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
    @param {string} side
    @param {boolean} ended */
function drawSide(item, side, ended) {
  const mark = markOf(item, side);
  const name = mark?.by ? `${SIDES[side]} · ${mark.by_name}` : SIDES[side];
  return el("div.side", {}, el("span", {}, name), ended ? drawSeen(item, side) : drawChoice(item, side));
}

/** @param {Item} item
    @param {string} side */
function drawChoice(item, side) {
  const mark = markOf(item, side);
  const buttons = Object.keys(VERDICTS).map((verdict) =>
    choice(item, "mark", verdict, { "data-side": side, "aria-pressed": String(mark?.verdict === verdict) }),
  );
  return el("div.segmented", { role: "group", "aria-label": `${item.id} ${SIDES[side]}` }, ...buttons);
}

/** What was seen, and the way to correct it.
    @param {Item} item
    @param {string} side */
function drawSeen(item, side) {
  const mark = markOf(item, side);
  const name = `${item.id} ${SIDES[side]}`;
  const corrects = { type: "button", "data-do": "change", "data-item": item.id, "data-side": side };
  return el(
    "div.seen",
    {},
    el("b", {}, mark ? VERDICTS[mark.verdict] : _("not looked at")),
    el("button", corrects, mark ? _("Correct") : _("Add"), el("span.visually-hidden", {}, ` ${name}`)),
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
    @param {Following} following */
function drawMore(item, { action, owners, ended }) {
  const photos = item.marks.filter((mark) => mark.photo).length;
  const words = photos ? _("Note or photo (photos: {n})", { n: photos }) : _("Note or photo");
  const notes = { type: "button", "data-do": "note", "data-item": item.id };
  if (ended && !owners && !action) return null;
  return el(
    "p.more",
    {},
    !ended && el("button.quiet", notes, icon("camera"), words),
    owners &&
      el("button", { type: "button", "data-do": "own", "data-item": item.id }, icon("person"), _("Owner and day")),
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

/** Asks who puts it right, and until when.
    @param {Item} item
    @param {Owners} owners */
function drawOwner({ finding }, owners) {
  const due = { name: "due", type: "date", value: finding?.due ?? owners.due, min: owners.today, max: owners.latest };
  return el(
    "form.ask",
    { "data-ask": "owner", "data-key": "owner" },
    el("label", {}, _("Its owner"), ownerControl(finding?.owner ?? owners.me)),
    el("label", {}, _("Due on"), el("input", { ...due, required: true })),
    el(
      "label",
      {},
      _("What is to be done, or why it is later"),
      el("input", { name: "text", maxlength: 500, autocomplete: "off" }),
    ),
    el("button.primary", {}, _("Save")),
    cancel(),
  );
}

/** Asks why a mark is changed; after the end also to what, and who looked where nobody did before.
    @param {Item} item
    @param {NonNullable<Asking>} asked */
function drawCorrection(item, { side = "", verdict }) {
  const former = markOf(item, side);
  const reason = { name: "reason", maxlength: 500, required: true, autocomplete: "off" };
  return el(
    "form.ask",
    { "data-ask": "reason" },
    !verdict && el("label", {}, SIDES[side], verdictControl(former?.verdict)),
    !verdict && !former && side in BY_NUMBER && el("label", {}, BY_NUMBER[side], el("input", NUMBER)),
    el("label", {}, _("Why is the mark changed?"), el("input", reason)),
    el("button.primary", {}, _("Correct it")),
    cancel(),
  );
}

/** @param {string | undefined} former nothing is chosen where nobody looked before */
function verdictControl(former) {
  const options = Object.entries(VERDICTS).map(([verdict, words]) =>
    el("option", { value: verdict, selected: verdict === former }, words),
  );
  return el("select", { name: "verdict", required: true }, !former && el("option", { value: "" }, "–"), ...options);
}
