// Corrective actions: what is open, late or waits for its effect; one of them with all that is known of it.

import { get, post } from "#web/api.js";
import { $, $$, el, given, icon } from "#web/dom.js";
import { _ } from "#web/words.js";
import { actsThen } from "../shared/act.js";
import { complain, nameOf } from "../shared/names.js";
import { leftPill } from "../shared/people.js";
import { drawEffect } from "./effect.js";
import { WAYS, drawOrigin, originOf, standardWords } from "./origin.js";
import { drawSteps } from "./steps.js";
import { LEVELS, SOURCES, pill, said } from "./words.js";
import "#web/guard.js";

/** @typedef {Api.ActionOut} Action */
/** @type {Record<string, { name: string, has: (action: Action) => boolean }>} */
const LISTS = {
  pending: { name: _("To do"), has: (action) => action.pending },
  waiting: { name: _("Awaited"), has: (action) => action.waiting },
  helped: { name: _("Helped"), has: (action) => action.state === "helped" || action.state === "practice" },
  all: { name: _("All"), has: () => true },
};
const asked = new URLSearchParams(location.search);
/** What a new action is opened from, where another page leads here: `?source=case&source_id=ID`.
    @type {{ source: string, source_id: string, tickets: string[] }} */
const origin = { source: asked.get("source") ?? "free", source_id: asked.get("source_id") ?? "", tickets: [] };
let list = asked.get("list") ?? "pending";
let chosen = asked.get("action") ?? "";

const act = actsThen(refresh);

async function refresh() {
  /** @type {Action[]} */
  const all = await get("/api/v1/actions");
  const shown = all.filter(LISTS[list].has);
  const one = all.find((action) => action.id === chosen) ?? shown[0];
  drawLists(all);
  drawRows(shown, one);
  $("#one").replaceChildren(...(one ? drawOne(one) : [nothing()]));
  if (one?.aim && one.proof) await drawCourse(one);
}

const nothing = () =>
  el(
    "section.card.none",
    {},
    icon("check"),
    el("p.soft", {}, _("Nothing here. An action is opened from a case, a check, a panel or a figure.")),
  );

function drawLists(all) {
  const buttons = Object.entries(LISTS).map(([id, { name, has }]) =>
    el(
      "button",
      { type: "button", "aria-pressed": String(id === list), onclick: () => show({ list: id, action: "" }) },
      `${name} ${all.filter(has).length}`,
    ),
  );
  $("#lists").replaceChildren(...buttons);
}

function drawRows(shown, one) {
  const rows = shown.map((action) =>
    el(
      "li",
      {},
      el(
        "button.row",
        {
          type: "button",
          "aria-current": action.id === one?.id && "true",
          onclick: () => show({ list, action: action.id }),
        },
        el("b", {}, action.title),
        el("span.soft", {}, `${action.owner_name} · ${action.due} `, hasLeft(action)),
        pill(action),
      ),
    ),
  );
  $("#actions").replaceChildren(...(rows.length ? rows : [el("li.soft", {}, _("None."))]));
}

async function show(wish) {
  list = wish.list;
  chosen = wish.action;
  complain(null);
  history.replaceState(null, "", `?${new URLSearchParams(wish)}`);
  await refresh().catch(complain);
}

/** @param {Action} action */
function drawOne(action) {
  const path = `/api/v1/actions/${action.id}`;
  return [
    el(
      "section.card",
      {},
      el("div.title", {}, el("h2", {}, action.title), pill(action)),
      action.days_late > 0 && el("p.band.bad", {}, icon("warning"), el("span", {}, LEVELS[action.level])),
      facts(action),
      (action.has_whys || action.proof || action.has_reason) && sealed(path),
      drawSteps(action, (verb, body) => act(`${path}/${verb}`, body)),
    ),
    action.aim && el("section.card", { id: "effect" }, el("p.soft", {}, awaited(action.aim))),
  ].filter(Boolean);
}

const DIRECTIONS = { less: _("less"), more: _("more") };

/** @param {NonNullable<Action["aim"]>} aim */
const awaited = ({ measure, direction }) =>
  _("{measure} is to become {direction}. It is compared once the change is made.", {
    measure: said("measure", measure),
    direction: DIRECTIONS[direction],
  });

/** @param {Action} action */
const hasLeft = ({ owner_left: left, pending }) => leftPill(left && pending);

/** @param {Action} action */
function facts(action) {
  const { aim, proof } = action;
  const rows = [
    [_("Its owner"), el("span", {}, action.owner_name, " ", hasLeft(action))],
    [_("Due on"), action.due],
    [_("Opened from"), opened(action)],
    [_("Cause"), action.cause && said("cause", action.cause)],
    [_("Step of the process"), action.process],
    [_("Service standard"), [action.standard, standardWords(action.standard)].join(" ").trim()],
    [_("Of"), aim && group(aim)],
    [_("In effect since"), proof?.changed_on],
    [_("Document or picture"), proof?.reference],
    [_("Its new version"), proof?.standard_version],
    [_("Checked by"), action.checked_by],
    [_("Opened again"), action.reopened > 0 && _("{n} ×", { n: action.reopened })],
  ];
  const known = rows.filter(([, value]) => value);
  return el("dl", {}, ...known.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/** A way back to what it was opened from. */
const opened = ({ source, source_id: id }) =>
  WAYS[source] ? el("a", { href: WAYS[source](id) }, SOURCES[source]) : SOURCES[source];

const group = ({ tier, service, counter }) =>
  [tier && nameOf("tier", tier), service && nameOf("service", service), counter && nameOf("counter", counter)]
    .filter(Boolean)
    .join(" · ");

/** Words that may name people are shown at a touch, and the look is on record. */
function sealed(path) {
  const place = el("div.words", {});
  const look = async () => {
    const words = await post(`${path}/words`).catch(complain);
    if (!words) return;
    place.replaceChildren(
      ...(words.whys.length
        ? [el("h3", {}, _("Why?")), el("ol", {}, ...words.whys.map((why) => el("li", {}, why)))]
        : []),
      ...(words.reason ? [el("h3", {}, _("Reason")), el("p", {}, words.reason)] : []),
      ...(words.proof ? [el("h3", {}, _("How it can be seen")), el("p", {}, words.proof)] : []),
      el("small.soft", {}, _("Each look is on record.")),
    );
  };
  return el(
    "div",
    {},
    el("button.quiet", { type: "button", id: "words", onclick: look }, icon("eye"), _("Show causes and proof")),
    place,
  );
}

/** @param {Action} action */
async function drawCourse(action) {
  const course = await get(`/api/v1/actions/${action.id}/course`).catch(() => null);
  if (course) $("#effect").replaceChildren(...drawEffect(action, course));
}

// -- a new action -----------------------------------------------------------------------------------------
function chooseMeasure(event) {
  const option = event.target.selectedOptions[0];
  $("#aim").hidden = !option.value;
  if (option.dataset.better === "more" || option.dataset.better === "less")
    $("[name=direction]").value = option.dataset.better;
  for (const field of $$("#aim [data-key]")) {
    field.hidden = !(option.dataset.by ?? "").split(" ").includes(field.dataset.key);
    if (field.hidden) $("select", field).value = "";
  }
}

const showStandard = () => ($("#standard-words").textContent = standardWords($("#open [name=standard]").value));

/** What another page leads here with: the form is open, says what it comes from, and knows what follows from that. */
async function begin() {
  $("#new").open = true;
  const found = await originOf(asked);
  if (!found) return;
  origin.tickets = found.tickets ?? [];
  $("#origin").replaceChildren(drawOrigin(origin.source, found));
  $("#aim-why").textContent = found.why ?? "";
  const form = $("#open");
  for (const [name, value] of Object.entries(found.fields)) fill(form, name, value);
  showStandard();
  form.elements.title.focus();
}

/** A measure shows which groups it knows before one of them is chosen; a day that is over is no due day. */
function fill(form, name, value) {
  const control = form.elements[name];
  if (name === "due" && value < control.min) return;
  control.value = value;
  if (name === "measure") control.dispatchEvent(new Event("change"));
}

async function open(event) {
  event.preventDefault();
  const { measure, direction, tier, service, counter, whys, ...wish } = Object.fromEntries(new FormData(event.target));
  const aim = measure
    ? { measure, direction, tier: tier || null, service: service || null, counter: counter || null }
    : null;
  const lines = String(whys)
    .split("\n")
    .filter((why) => why.trim());
  const opened = await act("/api/v1/actions", { ...wish, ...origin, whys: lines, aim }, event.target);
  if (!opened) return;
  $("#aim").hidden = true;
  $("#origin").replaceChildren();
  $("#standard-words").textContent = "";
  $("#aim-why").textContent = "";
  Object.assign(origin, { source: "free", source_id: "", tickets: [] });
  await show({ list: "pending", action: opened.id });
}

$("#open")?.addEventListener("submit", open);
$("#open [name=measure]")?.addEventListener("change", chooseMeasure);
$("#open [name=standard]")?.addEventListener("input", showStandard);
if (origin.source_id && $("#new")) begin().catch(complain);
if (!LISTS[list]) list = "pending";
refresh().catch(complain);
document.body.dataset.ready = given.me;
