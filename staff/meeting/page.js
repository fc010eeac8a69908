// The morning meeting, the premises round and visits on the tablet. Marks go through an outbox: without a line they wait
// in the browser, and each is sent once.

import { get, newKey, post } from "#web/api.js";
import { $, $$, el, given, icon, say } from "#web/dom.js";
import { _ } from "#web/words.js";
import { AT_RISK } from "../shared/at-risk.js";
import { complain } from "../shared/names.js";
import { morphChildren } from "../shared/morph.js";
import { outbox } from "../shared/outbox.js";
import { shelf, waitingOfOthers } from "../shared/shelf.js";
import { drawItem } from "./items.js";
import { smallPhoto } from "./photo.js";
import { agreement, complete, markOf, withWaiting } from "./sample.js";
import "#web/guard.js";

const DAY_MS = 24 * 3600 * 1000;
const OCCASIONS = {
  meeting: [_("Morning meeting"), _("Twelve items in ten minutes: self-check and peer check")],
  round: [_("Premises round"), _("What is due today, walking through the branch")],
  visit: [_("Visit"), _("By the head of branch or the service office")],
};
/** @type {Map<string, any>} */
const standards = new Map();
/** @type {Api.InspectionOut[]} */
let inspections = [];
/** @type {Api.InspectionOut | null} */
let current = null;
/** @type {import("./items.js").Asking} */
let asking = null;

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

/** The marks of this inspection that wait for the line.
    @param {Api.InspectionOut} inspection
    @returns {import("./sample.js").Waiting[]} */
const waiting = (inspection) =>
  box
    .acts()
    .filter((act) => act.path.startsWith(`/api/v1/inspections/${inspection.id}/items/`) && act.path.endsWith("/mark"))
    .map(({ path, body }) => waitingMark(path.split("/")[6], /** @type {any} */ (body)));

const waitingMark = (item, { side, verdict, marker }) => ({ item, side, verdict, by: marker ?? "" });

function draw() {
  drawLine();
  $("#choose").hidden = current !== null;
  $("#sample").hidden = current === null;
  if (current) drawSample(current);
  else drawOccasions();
  document.body.dataset.drawn = "yes";
}

function drawLine() {
  const acts = box.acts();
  const stuck = acts.some((act) => act.stuck);
  $("#waiting").hidden = !stuck;
  if (stuck) {
    const words = _("No line to the branch: {n} marks wait here and are sent by themselves.", { n: acts.length });
    morphChildren($("#waiting"), icon("offline"), el("span", {}, words));
  }
  morphChildren($("#kept"), ...drawAtRisk(), ...drawOthers());
  morphChildren($("#refused"), ...box.refused().map(drawRefusal));
}

function drawAtRisk() {
  return box.isAtRisk() ? [el("p.band.bad", { role: "alert" }, icon("warning"), el("span", {}, AT_RISK))] : [];
}

/** The tablet goes from hand to hand: what others left is theirs to send. */
function drawOthers() {
  return waitingOfOthers(KIND, given.who).map(({ who, n }) => {
    const words = _("{n} marks of {who} wait on this tablet. They are sent when {who} signs in here.", { n, who });
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
  return chosen.map((label) => label.textContent.trim()).join(", ");
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
  say($("#progress"), [progress, agreed, ending(inspection)].filter(Boolean).join(" · "));
  $("#persons").hidden = inspection.occasion === "visit";
  $("#persons .peer").hidden = inspection.occasion !== "meeting";
  $("#end").hidden = Boolean(inspection.ended_at);
  morphChildren(
    $("#items"),
    ...items.map((item) => drawItem(item, standards.get(item.id), asking, actionOf(inspection, item))),
  );
}

/** Where the corrective action for what was not kept is, or is begun; nowhere for who opens none.
    @param {Api.InspectionOut} inspection
    @param {import("./sample.js").Item} item */
function actionOf(inspection, item) {
  const { action } = item.finding ?? {};
  if (action) return `/desk/actions?list=all&action=${action}`;
  const kept = item.marks.every((one) => one.verdict !== "broken");
  if (kept || item.finding?.settled_at || !given.acts) return "";
  return `/desk/actions?source=inspection&source_id=${inspection.id}&standard=${item.id}`;
}

/** @param {Api.InspectionOut} inspection */
function ending(inspection) {
  if (!inspection.ended_at) return "";
  const left = inspection.left_out.length;
  return left ? _("ended, {n} left out", { n: left }) : _("ended, nothing left out");
}

/** Goes on with today's, or begins it. */
async function begin({ occasion }) {
  complain(null);
  try {
    const modules = occasion === "visit" ? $$("#modules input:checked").map((box) => box.value) : [];
    const inspection = await post("/api/v1/inspections", { occasion, modules });
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

/** Who looks at this side: who is signed in where nobody is named. */
const marker = (side) => $(`#persons [name=${side}]`)?.value.trim() || undefined;

/** @param {object} body */
const sendMark = (item, body) => send(item, "mark", { ...body, made_at: new Date().toISOString() });

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
  if (former || current?.ended_at) ask({ item, side, verdict });
  else sendMark(item, { side, verdict, marker: marker(side) });
}

/** @param {import("./items.js").Asking} what */
function ask(what) {
  asking = what;
  draw();
  $("form.ask input")?.focus();
}

function correct(form) {
  const { item, side, verdict } = /** @type {any} */ (asking);
  const reason = form.elements.reason.value.trim();
  ask(null);
  sendMark(item, { side, verdict, marker: marker(side), reason });
}

/** Adds a note or a photo to the last mark. */
async function note(form) {
  const { item } = /** @type {any} */ (asking);
  const [last] = itemOf(item).marks.slice(-1);
  const words = form.elements.note.value.trim();
  const [file] = form.elements.photo.files;
  const image = file && (await smallPhoto(file).catch(() => null));
  if (image === null) {
    complain(_("This file is no photo that can be used."));
    return;
  }
  ask(null);
  const { side, verdict, by } = last;
  if (words || image) sendMark(item, { side, verdict, marker: by || undefined, note: words, image });
}

const DO = {
  begin,
  goOn,
  mark,
  agree: ({ item, verdict }) => send(item, "agree", { verdict }),
  note: ({ item }) => ask({ item }),
  cancel: () => ask(null),
  drop: ({ id }) => box.drop(id),
};
const ASKED = { note, reason: correct };

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
  draw();
});
$("#end").addEventListener("click", () =>
  box.send({ path: `/api/v1/inspections/${current?.id}/end`, words: _("End it") }),
);

async function start() {
  const [catalogue, list] = await Promise.all([get("/api/v1/standards"), get("/api/v1/inspections")]);
  for (const standard of catalogue.standards) standards.set(standard.id, standard);
  inspections = list.inspections;
  draw();
}

start().catch(complain);
document.body.dataset.ready = "yes";
