// The morning meeting, the premises round and visits on the tablet. Marks go through an outbox: without a line they wait
// in the browser, and each is sent once.

import { get, newKey, post } from "#web/api.js";
import { $, $$, el, given, icon, say } from "#web/dom.js";
import { _ } from "#web/words.js";
import { AT_RISK } from "../shared/at-risk.js";
import { complain } from "../shared/names.js";
import { morphChildren } from "../shared/morph.js";
import { outbox } from "../shared/outbox.js";
import { PEOPLE } from "../shared/people.js";
import { shelf, waitingOfOthers } from "../shared/shelf.js";
import { drawAsked, drawEnded, drawLeftOut } from "./ending.js";
import { drawItem, nameOfStandard } from "./items.js";
import { smallPhoto } from "./photo.js";
import { drawUnsent } from "./unsent.js";
import { agreement, complete, isAnyOpen, isToPutRight, leftOpen, markOf, withWaiting } from "./sample.js";
import "#web/guard.js";

const DAY_MS = 24 * 3600 * 1000;
const OCCASIONS = {
  meeting: [_("Morning meeting"), _("Twelve items in ten minutes: self-check and peer check")],
  round: [_("Premises round"), _("What is due today, walking through the branch")],
  visit: [_("Visit"), _("By the head of branch or the service office")],
};
/** Who may own what was not kept, and until when. */
const OWNERS = { me: given.me, today: given.today, due: given.due, latest: given.latest };
/** By digest, the standards of an inspection by their id.
    @type {Map<string, Map<string, any>>} */
const catalogues = new Map();
/** @type {Api.InspectionOut[]} */
let inspections = [];
/** @type {Api.InspectionOut | null} */
let current = null;
/** @type {import("./items.js").Asking} */
let asking = null;
/** Whether it is asked if the inspection is to end with something open. */
let leaving = false;
/** Whether it is asked if what is old is to be dropped. */
let dropping = false;

const KIND = "lobby-meeting";
const box = outbox(shelf(`${KIND}:${given.who}`), {
  post,
  newKey,
  changed: draw,
  done: (_act, answer) => taken(answer),
  clock: () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }),
  old_ms: DAY_MS,
});

/** What the branch has now.
    @param {Api.InspectionOut} inspection */
function taken(inspection) {
  inspections = [inspection, ...inspections.filter((one) => one.id !== inspection.id)];
  if (current?.id === inspection.id) current = inspection;
  draw();
}

/** The verbs of an item that show before the line carries them. */
const SHOWN = ["mark", "agree", "finding"];

/** What waits for the line and changes items of this inspection.
    @param {Api.InspectionOut} inspection
    @returns {import("./sample.js").Waiting[]} */
const waiting = (inspection) =>
  box
    .acts()
    .filter((act) => act.path.startsWith(`/api/v1/inspections/${inspection.id}/items/`))
    .map(({ path, body }) => ({
      ...shownOf(/** @type {any} */ (body)),
      item: path.split("/")[6],
      verb: path.split("/")[7],
    }))
    .filter(({ verb }) => SHOWN.includes(verb));

const shownOf = ({ side = "", verdict = "", marker = "", owner = "", due = "" }) => ({
  side,
  verdict,
  by: marker,
  owner,
  name: PEOPLE.get(owner) ?? owner,
  due,
});

/** Whether the end of this inspection waits for the line.
    @param {Api.InspectionOut} inspection */
const isEnding = ({ id }) => box.acts().some((act) => act.path === endOf(id));

/** Whether it has ended, or will have once the line carries the end.
    @param {Api.InspectionOut} inspection */
const isOver = (inspection) => Boolean(inspection.ended_at) || isEnding(inspection);

const endOf = (id) => `/api/v1/inspections/${id}/end`;

function draw() {
  drawLine();
  $("#choose").hidden = current !== null;
  $("#sample").hidden = current === null;
  if (current) drawSample(current);
  else drawOccasions();
  document.body.dataset.drawn = "yes";
}

function drawLine() {
  const acts = box.acts().filter((act) => !act.old);
  const stuck = acts.some((act) => act.stuck);
  $("#waiting").hidden = !stuck;
  if (stuck) {
    const words = _("No connection to the branch. Marks kept here, to be sent automatically: {n}", { n: acts.length });
    morphChildren($("#waiting"), icon("offline"), el("span", {}, words));
  }
  morphChildren($("#kept"), ...drawAtRisk(), ...drawOthers(), ...drawUnsent(unsent(), dropping));
  morphChildren($("#refused"), ...box.refused().map(drawRefusal));
}

/** What has waited for so long that it waits for a word. */
const unsent = () => box.acts().filter((act) => act.old);

function drawAtRisk() {
  return box.isAtRisk() ? [el("p.band.bad", { role: "alert" }, icon("warning"), el("span", {}, AT_RISK))] : [];
}

/** The tablet goes from hand to hand: what others left is theirs to send. */
function drawOthers() {
  return waitingOfOthers(KIND, given.who).map(({ who, n }) => {
    const words = _("Marks of {who} that wait on this tablet: {n}. They are sent when {who} signs in here.", {
      n,
      who,
    });
    return el("p.band.warn", { role: "status" }, icon("offline"), el("span", {}, words));
  });
}

/** @param {import("../shared/outbox.js").Refusal} refusal */
function drawRefusal({ key, words, why }) {
  return el(
    "li.band.bad",
    { role: "alert" },
    icon("warning"),
    el("span", {}, `${words}: ${why}`),
    el("button", { type: "button", "data-do": "drop", "data-id": key }, _("Noted")),
  );
}

function drawOccasions() {
  const allowed = Object.keys(OCCASIONS).filter((one) => (one === "visit" ? given.office : given.staff));
  morphChildren($("#occasions"), ...allowed.map(drawOccasion), ...openVisits().map(drawVisit));
}

/** Today's visits that nobody has ended: each may look at other modules. */
function openVisits() {
  const ofToday = inspections.filter((one) => one.occasion === "visit" && one.day === given.today);
  return given.office ? ofToday.filter((one) => !one.ended_at) : [];
}

/** @param {Api.InspectionOut} inspection */
const lookedAt = (inspection) =>
  _("{n} of {all} looked at", {
    n: complete(withWaiting(inspection, waiting(inspection))).length,
    all: inspection.items.length,
  });

/** What the visit looks at, in the words of the choice above.
    @param {Api.InspectionOut} visit */
function modulesOf(visit) {
  const modules = new Set(visit.items.map((item) => item.module));
  const chosen = $$("#modules label").filter((label) => modules.has($("input", label).value));
  return chosen.map((label) => label.textContent.trim()).join(_(", "));
}

/** @param {Api.InspectionOut} visit */
const drawVisit = (visit) =>
  el(
    "li",
    {},
    el(
      "button",
      { type: "button", "data-do": "goOn", "data-id": visit.id },
      el("b", {}, _("Go on with the visit")),
      el("span", {}, `${modulesOf(visit)} · ${lookedAt(visit)}`),
    ),
  );

/** @param {string} occasion */
function drawOccasion(occasion) {
  const [name, about] = OCCASIONS[occasion];
  const today = inspections.find((one) => occasion !== "visit" && one.occasion === occasion && one.day === given.today);
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", "data-do": "begin", "data-occasion": occasion },
      el("b", {}, name),
      el("span", {}, today ? lookedAt(today) : about),
      today?.ended_at && el("span.pill.good", {}, icon("check"), _("ended")),
    ),
  );
}

/** @param {Api.InspectionOut} inspection */
function drawSample(inspection) {
  const items = withWaiting(inspection, waiting(inspection));
  const { n, same } = agreement(items);
  const progress = _("{n} of {all} looked at", { n: complete(items).length, all: items.length });
  const agreed = n ? _("agreed at once on {same} of {n}", { same, n }) : "";
  say($("#sample-title"), OCCASIONS[inspection.occasion][0]);
  say($("#progress"), [progress, agreed, leftOut(inspection)].filter(Boolean).join(" · "));
  $("#persons").hidden = inspection.occasion === "visit" || isOver(inspection);
  $("#persons .peer").hidden = inspection.occasion !== "meeting";
  $("#end").hidden = isOver(inspection);
  morphChildren($("#ended"), ...drawEnded(inspection, isEnding(inspection)));
  drawEnding(inspection, leftOpen(items));
  morphChildren(
    $("#items"),
    ...items.map((item) => drawItem(item, standardOf(inspection, item.id), asking, following(inspection, item))),
  );
}

/** Before the end what is open, where that is asked; after it what was left out.
    @param {Api.InspectionOut} inspection
    @param {import("./sample.js").Open} open */
function drawEnding(inspection, open) {
  leaving &&= !inspection.ended_at && isAnyOpen(open);
  const isLeft = inspection.ended_at && inspection.left_out.length > 0;
  $("#ending").hidden = !leaving && !isLeft;
  $("#ending").setAttribute("role", leaving ? "alertdialog" : "region");
  /** @param {string} id */
  const naming = (id) => nameOfStandard(standardOf(inspection, id));
  if (leaving) morphChildren($("#ending"), ...drawAsked(open, naming, given.due));
  else if (isLeft) morphChildren($("#ending"), ...drawLeftOut(inspection, naming));
}

/** The standard in the words that it had for this inspection; nothing where no catalogue has it.
    @param {Api.InspectionOut} inspection
    @param {string} id */
const standardOf = ({ digest }, id) => catalogues.get(digest)?.get(id);

/** What may follow where the standard was not kept.
    @param {Api.InspectionOut} inspection
    @param {import("./sample.js").Item} item
    @returns {import("./items.js").Following} */
function following(inspection, item) {
  const owners = given.acts && isToPutRight(item) ? OWNERS : null;
  return { action: actionOf(inspection, item), owners, ended: isOver(inspection) };
}

/** Where the corrective action for what was not kept is, or is begun; nowhere for who opens none.
    @param {Api.InspectionOut} inspection
    @param {import("./sample.js").Item} item */
function actionOf(inspection, item) {
  const { action } = item.finding ?? {};
  if (action) return `/desk/actions?list=all&action=${action}`;
  if (!isToPutRight(item) || !given.acts) return "";
  return `/desk/actions?source=inspection&source_id=${inspection.id}&standard=${item.id}`;
}

/** @param {Api.InspectionOut} inspection */
function leftOut({ ended_at: at, left_out: { length: n } }) {
  if (!at) return "";
  return n ? _("{n} left out", { n }) : _("nothing left out");
}

/** Goes on with today's, or begins it. */
async function begin({ occasion }) {
  complain(null);
  try {
    const modules = occasion === "visit" ? $$("#modules input:checked").map((box) => box.value) : [];
    const inspection = await post("/api/v1/inspections", { occasion, modules });
    await learn(inspection.digest);
    current = inspection;
    taken(inspection);
    $("#sample-title").focus();
  } catch (problem) {
    complain(problem);
  }
}

function goOn({ id }) {
  current = inspections.find((one) => one.id === id) ?? null;
  draw();
  $("#sample-title").focus();
}

/** The item as it will be once all marks are there.
    @returns {any} */
const itemOf = (id) => current && withWaiting(current, waiting(current)).find((item) => item.id === id);

/** Who looks at this side: who is signed in where nobody is named. After the end only who looked corrects the mark.
    @param {string} side
    @param {any} form of the correction */
function marker(side, form = null) {
  if (!current || !isOver(current)) return $(`#persons [name=${side}]`)?.value.trim() || undefined;
  return markOf(itemOf(asking?.item), side)?.by || form?.elements.marker?.value.trim() || undefined;
}

/** What was seen or agreed, of now, whenever the line carries it.
    @param {object} body */
const sendSeen = (item, verb, body) => send(item, verb, { ...body, made_at: new Date().toISOString() });

const send = (item, verb, body) =>
  box.send({ path: `/api/v1/inspections/${current?.id}/items/${item}/${verb}`, words: item, body });

/** A first mark is sent; another one of the same side asks why. */
function mark({ item, side, verdict }) {
  complain(null);
  if (side === "peer" && !marker("peer")) {
    complain(_("Who does the peer check? Give the staff number above."));
    return;
  }
  const former = markOf(itemOf(item), side);
  if (former?.verdict === verdict) return;
  if (former) ask({ item, side, verdict });
  else sendSeen(item, "mark", { side, verdict, marker: marker(side) });
}

/** @param {import("./items.js").Asking} what */
function ask(what) {
  asking = what;
  draw();
  $("form.ask :is(input, select)")?.focus();
}

function correct(form) {
  const { item, side, verdict = form.elements.verdict?.value } = /** @type {any} */ (asking);
  const reason = form.elements.reason.value.trim();
  const by = marker(side, form);
  ask(null);
  sendSeen(item, "mark", { side, verdict, marker: by, reason });
}

/** Adds a note or a photo to the last mark. */
async function note(form) {
  const { item } = /** @type {any} */ (asking);
  const [last] = itemOf(item).marks.slice(-1);
  const words = form.elements.note.value.trim();
  const [file] = form.elements.photo.files;
  const image = file && (await smallPhoto(file).catch(() => null));
  if (image === null) {
    complain(_("This file cannot be used as a photo."));
    return;
  }
  ask(null);
  const { side, verdict, by } = last;
  if (words || image) sendSeen(item, "mark", { side, verdict, marker: by || undefined, note: words, image });
}

/** Names who puts it right, until when. */
function own(form) {
  const { item } = /** @type {any} */ (asking);
  const { owner, due, text } = form.elements;
  const body = { owner: owner.value.trim(), due: due.value, text: text.value.trim() };
  ask(null);
  send(item, "finding", body);
}

/** Ends it where nothing is open; else asks once. */
function end() {
  if (!current) return;
  if (!isAnyOpen(leftOpen(withWaiting(current, waiting(current))))) {
    finish();
    return;
  }
  leaving = true;
  draw();
  $("#ending").focus();
}

function finish() {
  leaving = false;
  const why = _("not ended, because a mark before it was refused. Look at it, then end it again.");
  const rests = { on: `/api/v1/inspections/${current?.id}/items/`, why };
  box.send({ path: endOf(current?.id), words: _("End it"), rests });
}

function stay() {
  leaving = false;
  draw();
  $("#sample-title").focus();
}

/** @param {boolean} asks */
function askToDrop(asks) {
  dropping = asks;
  draw();
  $(".unsent")?.focus();
}

/** @param {(key: string) => void} act with each that is old */
function withUnsent(act) {
  dropping = false;
  for (const { key } of unsent()) act(key);
}

const DO = {
  begin,
  goOn,
  mark,
  agree: ({ item, verdict }) => sendSeen(item, "agree", { verdict }),
  note: ({ item }) => ask({ item }),
  own: ({ item }) => ask({ item, owns: true }),
  end,
  stay,
  finish,
  change: ({ item, side }) => ask({ item, side }),
  cancel: () => ask(null),
  insist: () => withUnsent(box.insist),
  ask: () => askToDrop(true),
  keep: () => askToDrop(false),
  dropAll: () => withUnsent(box.drop),
  drop: ({ id }) => box.drop(id),
};
const ASKED = { note, reason: correct, owner: own };

document.addEventListener("click", (event) => {
  const does = /** @type {any} */ (event.target).closest("[data-do]");
  if (does) DO[does.dataset.do](does.dataset);
});
document.addEventListener("submit", (event) => {
  const form = /** @type {any} */ (event.target);
  if (form.method !== "post") event.preventDefault();
  ASKED[form.dataset.ask]?.(form);
});
$("#back").addEventListener("click", () => {
  current = null;
  asking = null;
  leaving = false;
  draw();
});

/** Asks for the standards that the digest names, once; without one, for those of now.
    @param {string} digest of an inspection; empty in older journals */
async function learn(digest) {
  if (catalogues.has(digest)) return;
  const { standards } = await get(digest ? `/api/v1/standards?digest=${digest}` : "/api/v1/standards");
  catalogues.set(digest, new Map(standards.map((standard) => [standard.id, standard])));
}

/** Today's inspections are gone on with, without a line too. */
async function start() {
  const list = await get("/api/v1/inspections");
  const ofToday = list.inspections.filter((one) => one.day === given.today);
  await Promise.all([given.digest, ...ofToday.map((one) => one.digest)].map(learn));
  inspections = list.inspections;
  draw();
}

start().catch(complain);
document.body.dataset.ready = "yes";
