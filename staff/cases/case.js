// One complaint: its deadlines in words, the visit's story, what was done, what can be done next. What people said is
// shown after a touch of its own, which is on record.

import { Problem, get, newKey, post } from "#web/api.js";
import { $, $$, el, given, icon, minutes } from "#web/dom.js";
import { _, named } from "#web/words.js";
import { actsThen, empty } from "../shared/act.js";
import { complain } from "../shared/names.js";
import { assignControls } from "./owner.js";
import { drawNext, drawPromise, drawVerbs } from "./verbs.js";
import {
  CHANNELS,
  FIELDS,
  KINDS,
  LEVELS,
  NEXT,
  REPLIES,
  REVIEWED,
  RESULTS,
  SEVERITIES,
  about,
  isOpen,
  nameOf,
  statusPill,
  when,
} from "./words.js";
import "#web/guard.js";

const { case: id } = given;
const PATH = `/api/v1/cases/${id}`;
const csrf = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
/** @type {Api.CaseLookOut | null} */
let words = null;
/** A file that was chosen stays chosen. */
const attached = attach();

async function refresh() {
  const story = await get(PATH);
  const view = story.case;
  const kept = drafts();
  $("#head").replaceChildren(head(view));
  drawNextStep(view);
  const matter = [facts(view), complaint(view), story.visit && visit(story.visit)];
  $("#matter").replaceChildren(...matter.filter(Boolean));
  $("#steps-card").hidden = !given.writes || !view.moves.length;
  $("#verbs").replaceChildren(...furtherPromises(view), ...drawVerbs(view, act), attached);
  resume(kept);
  drawStory(story);
}

const formsByVerb = () =>
  $$("[data-verb]").map((one) => [`${one.closest("[data-promise]")?.dataset.promise} ${one.dataset.verb}`, one]);

/** What stands in the forms, by what each is for. */
const drafts = () =>
  new Map(formsByVerb().map(([verb, one]) => [verb, { open: one.open, of: new FormData($("form", one)) }]));

/** What was typed in a form stays where another one was sent. */
function resume(kept) {
  for (const [verb, one] of formsByVerb()) {
    const draft = kept.get(verb);
    if (!draft || one === attached) continue;
    if (draft.open) one.open = true;
    const fields = $("form", one).elements;
    for (const [name, value] of draft.of) if (fields[name]) fields[name].value = value;
  }
}

/** What was read or sent changes no form: what somebody types there stays. */
async function refreshStory() {
  const story = await get(PATH);
  $("#complaint").replaceWith(complaint(story.case));
  drawStory(story);
}

function drawStory({ steps }) {
  $("#story-card").hidden = false;
  $("#story").replaceChildren(...[...steps].reverse().map(step));
}

const done = actsThen(() => {
  words = null;
  return refresh();
});

/** What was done; a refusal stays until the next act, and what was typed stays with it. */
async function act(verb, body, form) {
  const told = verb === "join" ? { into: await idOf(body.into) } : body;
  return done(`${PATH}/${verb}`, told, form);
}

/** The id of the case that people know by this number; the number where the list has none: the branch says why. */
async function idOf(number) {
  const asked = `/api/v1/cases?status=all&q=${encodeURIComponent(number)}`;
  const { cases } = await get(asked).catch(() => ({ cases: [] }));
  const match = cases.find((one) => one.number === number.trim());
  return match?.id ?? number.trim();
}

/** What it is and until when: little enough that the next step is in the first view of a phone.
    @param {Api.ComplaintOut} view */
function head(view) {
  return el(
    "section.card",
    {},
    el(
      "div.title",
      {},
      el("h2", {}, view.number),
      statusPill(view),
      view.group &&
        el("span.pill.warn", {}, icon("people"), _("group of {n}", { n: view.people + view.joined.length })),
      view.confidential && el("span.pill.warn", {}, icon("lock"), _("confidential")),
      view.result && el("span.tag", {}, RESULTS[view.result]),
      view.owner_left && el("span.pill.bad", {}, icon("people"), _("its owner has left")),
    ),
    el("p", {}, about(view)),
    deadline(_("Answer"), view.answer_due),
    deadline(_("First contact with the customer"), view.first_word_due, true),
    wanted(view),
  );
}

/** @param {Api.ComplaintOut} view */
function facts(view) {
  const rows = [
    [FIELDS.channel, [CHANNELS[view.channel], view.reference].filter(Boolean).join(" ")],
    [FIELDS.came_at, when(view.came_at)],
    [FIELDS.happened_on, view.happened_on ?? "–"],
    [FIELDS.severity, SEVERITIES[view.severity]],
    [FIELDS.place, nameOf("place", view.place) || "–"],
    [FIELDS.reply_by, REPLIES[view.reply_by]],
    [FIELDS.owner, view.owner_name || _("no owner yet")],
  ];
  if (view.owner || view.level !== "owner") rows.push([_("Now with"), LEVELS[view.level]]);
  if (view.paused_until) rows.push([_("Clock stopped until the end of"), view.paused_until]);
  if (view.against.length) rows.push([FIELDS.against, view.against.map((one) => nameOf("person", one)).join(_(", "))]);
  return el(
    "section.card",
    { id: "facts" },
    el("h2", {}, _("How it came, and whose it is")),
    el("dl", {}, ...rows.map(([name, value]) => line(name, value))),
    view.moves.includes("assign") && view.next_step !== "assign" && owner(view),
  );
}

const owner = (view) => el("div.owner", {}, ...assignControls(view, (body) => act("assign", body)));

/** What is to be done next, apart from all that could be done.
    @param {Api.ComplaintOut} view */
function drawNextStep(view) {
  const forms = view.moves.length ? nextForms(view) : [];
  $("#next").hidden = !view.next_step;
  $("#next").replaceChildren(
    el("p.soft", {}, _("Next step")),
    el("h2", {}, NEXT[view.next_step] ?? ""),
    ...(forms.length ? forms : [el("p.soft", {}, forOthers(view))]),
  );
}

/** @param {Api.ComplaintOut} view */
function nextForms(view) {
  if (view.next_step === "assign") return view.moves.includes("assign") ? [owner(view)] : [];
  if (view.next_step === "keep") return promises(view);
  return [drawNext(view, act)].filter(Boolean);
}

/** @param {Api.ComplaintOut} view */
function forOthers({ next_step: step, moves }) {
  if (step === "assign") return _("The lobby manager, the head of the branch or the service office names an owner.");
  if (step === "review" && moves.length)
    return _("A superior or the service office does this, and nobody who gave the answer or ever owned the case.");
  return _("Somebody else handles this case.");
}

/** A deadline in words, with its last day and the document that says so. */
function deadline(name, due, exact = false) {
  if (!due) return null;
  const mark = due.late ? "bad" : due.left_s !== null && due.left_s < 86400 ? "warn" : "info";
  const until = due.last_day && (exact ? when(due.at) : _("until the end of {day}", { day: due.last_day }));
  return el(
    `p.band.${mark}`,
    {},
    icon(due.late ? "warning" : "clock"),
    el(
      "span",
      {},
      `${name}: ${named(due.words)} `,
      el("small", {}, [until, named(due.source)].filter(Boolean).join(" · ")),
    ),
  );
}

/** The day until which headquarters wants its work order answered, while it is not.
    @param {Api.ComplaintOut} view */
function wanted({ wanted_by: day, wanted_late: late, answered_at, closed_at }) {
  if (!day || answered_at || closed_at) return null;
  return el(
    `p.band.${late ? "bad" : "info"}`,
    { id: "wanted" },
    icon(late ? "warning" : "clock"),
    el(
      "span",
      {},
      late ? _("Headquarters wanted the answer by then and sees that it is late") : _("Headquarters wants the answer"),
      " ",
      el("small", {}, _("until the end of {day}", { day })),
    ),
  );
}

/** @param {Api.ComplaintOut} view */
function complaint(view) {
  const shown = words ? said(words.complaint) : look();
  return el(
    "section.card",
    { id: "complaint", "data-words": words ? "open" : "closed" },
    el("h2", {}, _("What the customer says")),
    shown,
    files(view),
  );
}

const look = () =>
  el(
    "p",
    {},
    el("button", { type: "button", id: "look", onclick: readWords }, icon("eye"), _("Show complainant and text")),
    " ",
    el("small.soft", {}, _("Each look is on record.")),
  );

async function readWords() {
  complain(null);
  try {
    words = await post(`${PATH}/look`);
    await refreshStory();
  } catch (problem) {
    complain(problem);
  }
}

/** @param {Record<string, string>} fields */
function said(fields) {
  const rows = Object.entries(fields).map(([name, text]) => line(FIELDS[name] ?? name, text));
  if (!rows.length) return el("p.soft", {}, _("Nothing was written down."));
  return el("dl.said", {}, ...rows);
}

/** @param {Api.ComplaintOut} view */
const files = (view) =>
  view.files > 0 && el("p.soft", {}, icon("list"), _("Files, in the story below: {n}", { n: view.files }));

/** The visit as the branch's own journal has it: what no complaint system knows. */
function visit(facts) {
  const late = facts.waited_s !== null && facts.waited_s > facts.target_wait_s;
  const waited =
    facts.waited_s === null
      ? _("was never called")
      : _("waited {n} min, the target was {target} min", {
          n: minutes(facts.waited_s),
          target: minutes(facts.target_wait_s),
        });
  return el(
    "section.card",
    { id: "visit" },
    el("h2", {}, _("The visit: ticket {number} on {day}", { number: facts.number, day: facts.day })),
    el(`p.band.${late ? "bad" : "info"}`, {}, icon("clock"), el("span", {}, waited)),
    el(
      "dl",
      {},
      ...[
        [FIELDS.business, nameOf("service", facts.service)],
        [_("Tier"), nameOf("tier", facts.tier)],
        [_("Counter"), facts.counter ? nameOf("counter", facts.counter) : "–"],
        [_("Served by"), facts.served_by.map((one) => nameOf("person", one)).join(_(", ")) || "–"],
      ].map(([name, value]) => line(name, value)),
    ),
    el("h3", {}, _("Called before, though they came later: {n}", { n: facts.overtaken })),
    facts.overtaken > 0 && el("ul", {}, ...facts.overtakers.map(overtaker)),
  );
}

const overtaker = ({ number, tier, rule }) =>
  el("li", {}, el("b", {}, number), ` ${nameOf("tier", tier)}`, el("span.soft", {}, ` ${nameOf("rule", rule)}`));

/** @param {Api.CaseStepOut} one */
function step(one) {
  const heard = words?.steps[String(one.seq)] ?? {};
  const data = Object.entries(one.data).filter(([name, value]) => !UNSAID.has(name) && value !== false);
  const rows = [...data.map(([name, value]) => [name, plain(name, value)]), ...Object.entries(heard)];
  const author = one.who_name;
  return el(
    "li.step",
    { "data-kind": one.kind },
    el("p", {}, el("b", {}, KINDS[one.kind] ?? one.kind), el("span.soft", {}, ` ${when(one.at)} · ${author}`)),
    rows.length > 0 && el("dl", {}, ...rows.map(([name, value]) => line(fieldName(one.kind, name), value))),
    one.words && !words && el("p.soft", {}, icon("lock"), _("what was said is sealed")),
    one.kind === "CaseAttached" &&
      el("button", { type: "button", onclick: () => openFile(one.data) }, icon("list"), _("Open the file")),
  );
}

const line = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));

/** What a step's field is called: the text of the complaint is what happened, any other what was said. */
const fieldName = (kind, name) =>
  name === "text" && kind !== "CaseOpened" ? _("What was said or done") : (FIELDS[name] ?? name);

/** What the head of the page says, and what only programs read. */
const UNSAID = new Set(["number", "promise", "role", "what", "people", "file", "media_type", "size_b"]);
const TEXTS = {
  channel: CHANNELS,
  severity: SEVERITIES,
  reply_by: REPLIES,
  by: REPLIES,
  told: REPLIES,
  result: RESULTS,
};

/** A field of a step as people read it. */
function plain(name, value) {
  if (TEXTS[name]) return TEXTS[name][value] ?? value;
  if (["place", "business", "cause"].includes(name)) return nameOf(name, value);
  if (["owner", "against", "readers"].includes(name))
    return [value]
      .flat()
      .map((one) => nameOf("person", one))
      .join(_(", "));
  if (name === "came_at") return when(value);
  if (name === "accepted") return value ? REVIEWED.yes : REVIEWED.no;
  if (typeof value === "boolean") return value ? _("yes") : _("no");
  return String(value);
}

/** @param {Api.ComplaintOut} view */
const promises = (view) => view.promises.filter(isOpen).map((promise) => drawPromise(promise, act));

/** @param {Api.ComplaintOut} view */
const furtherPromises = (view) => (view.next_step === "keep" ? [] : promises(view));

function attach() {
  return el(
    "details.verb",
    { "data-verb": "attach" },
    el("summary", {}, _("Attach a file")),
    el(
      "form",
      { onsubmit: send },
      el("label", {}, _("PDF, picture or recording"), el("input", { type: "file", name: "file", required: true })),
      el("button.primary", {}, _("Attach a file")),
    ),
  );
}

async function send(event) {
  event.preventDefault();
  const file = event.target.elements.file.files[0];
  const answer = await raw(`${PATH}/attachments?name=${encodeURIComponent(file.name.slice(-120))}`, file);
  if (!answer) return;
  empty(event.target);
  await refreshStory().catch(complain);
}

async function openFile({ file }) {
  const answer = await raw(`${PATH}/attachments/${file}/open`);
  if (!answer) return;
  const name = /filename=([\w.]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? file;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The same file again after a lost answer is the same attachment.
    @type {WeakMap<File, string>} */
const keys = new WeakMap();

function keyOf(file) {
  const key = keys.get(file) ?? newKey();
  keys.set(file, key);
  return key;
}

/** A request whose body or answer is a file; null where it was refused, and the page says why. */
async function raw(path, body) {
  complain(null);
  const headers = {
    "X-CSRFToken": csrf,
    "Idempotency-Key": body ? keyOf(body) : newKey(),
    "Accept-Language": document.documentElement.lang,
  };
  const answer = await fetch(path, { method: "POST", headers, body, credentials: "same-origin" }).catch(() => null);
  if (answer?.ok) return answer;
  complain(answer ? ((await answer.json().catch(() => null))?.detail ?? answer.statusText) : new Problem(0, ""));
  return null;
}

refresh().catch(complain);
document.body.dataset.ready = "yes";
