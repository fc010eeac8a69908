// The forms of what can be done with a case: one for each verb that its state allows.

import { $, el, given, icon } from "#web/dom.js";
import { _ } from "#web/words.js";
import { FIELDS, REPLIES, RESULTS, REVIEWED, SEVERITIES } from "./words.js";

const chosen = (entries, first) => () => [
  ...(first === undefined ? [] : [el("option", { value: "" }, first)]),
  ...Object.entries(entries).map(([value, words]) => el("option", { value }, words)),
];
const listed = (id) => () => [$(`#${id}`).content.cloneNode(true)];
const text = (name, needed = true) => ({ name, needed, kind: "textarea" });
const select = (name, options, needed = true) => ({ name, needed, kind: "select", options });
/** A withdrawn complaint needs no answer and no classes: it has a form of its own. */
const ENDS = Object.fromEntries(Object.entries(RESULTS).filter(([result]) => result !== "withdrawn"));
/** What a case is not closed without; asked for where it has none. */
const CLASSES = ["cause", "business"].map((name) => ({
  ...select(name, listed(`options-${name}`)),
  when: (view) => !view[name],
}));
const lastDay = { name: "until", needed: true, kind: "date", max: () => given.pauseMax, min: () => given.today };
/** How the customer learned that a promise holds no more. */
const TOLD = { ...REPLIES, none: _("the customer never heard of it") };
const told = Object.fromEntries(Object.entries(REPLIES).filter(([way]) => way !== "none"));
/** How the customer was reached; one who left no way may be out of reach. */
const ways = ({ reply_by: wanted }) =>
  wanted === "none" ? { none: _("cannot be reached: the customer left no way"), ...told } : told;
const reached = select("by", (view) => chosen(ways(view))());

const UNPROMISE = {
  verb: "unpromise",
  words: _("It was a mistake"),
  fields: [select("told", chosen(TOLD)), text("reason")],
};

/** In the order of a case's way; `move` is what the state allows. `name` tells two forms of one verb apart. */
const VERBS = [
  { verb: "contact", move: "contact", words: _("Customer was contacted"), fields: [reached, text("text", false)] },
  {
    verb: "promise",
    move: "promise",
    words: _("Promise something"),
    hint: (view) =>
      view.first_word_due && _("A promise counts as the first contact: note it once the customer has been told."),
    fields: [{ name: "due", needed: true, kind: "date" }, text("text")],
  },
  { verb: "answer", move: "answer", words: _("Answer"), fields: [reached, text("text")] },
  {
    verb: "review",
    move: "review",
    words: _("Review the answer"),
    fields: [select("accepted", chosen(REVIEWED, "–")), text("text", false)],
  },
  {
    verb: "close",
    move: "close_case",
    words: _("Close the case"),
    fields: [select("result", chosen(ENDS)), ...CLASSES, text("text", false)],
  },
  {
    name: "withdraw",
    verb: "close",
    move: "withdraw",
    words: _("The customer withdraws it"),
    fields: [select("result", chosen({ withdrawn: RESULTS.withdrawn })), text("text")],
  },
  { verb: "pause", move: "pause_case", words: _("Stop the clock"), fields: [lastDay, text("reason")] },
  { verb: "resume", move: "resume_case", words: _("Let the clock run"), fields: [] },
  {
    verb: "extend",
    move: "extend_case",
    words: _("Approve more time"),
    fields: [select("told", chosen(told)), text("reason")],
  },
  {
    verb: "correct",
    move: "correct",
    words: _("Correct"),
    fields: [
      text("reason"),
      select("severity", chosen(SEVERITIES, _("as it is")), false),
      select("cause", listed("options-cause"), false),
      select("business", listed("options-business"), false),
      select("place", listed("options-place"), false),
      select("reply_by", chosen(REPLIES, _("as it is")), false),
      { name: "happened_on", needed: false, kind: "date" },
      { name: "complainant", needed: false, kind: "line" },
      { name: "contact", needed: false, kind: "line" },
    ],
  },
  {
    verb: "join",
    move: "join",
    words: _("Join to another case"),
    fields: [{ name: "into", needed: true, kind: "line" }],
  },
  { verb: "separate", move: "separate", words: _("Separate again"), fields: [text("reason")] },
  { verb: "reopen", move: "reopen", words: _("Open again"), fields: [text("reason")] },
  { verb: "note", move: "correct", words: _("Note"), fields: [text("text")] },
];

/** A case's classes for the first time; once it has them they are corrected. */
const CLASSIFY = { name: "classify", verb: "correct", move: "correct", words: _("Save"), fields: CLASSES };
/** @param {{ name?: string, verb: string }} verb */
const named = ({ name, verb }) => name ?? verb;

/** The fields that the case as it is asks for. */
const asked = (fields, view) => fields.filter(({ when }) => !when || when(view));

/** A field of a form, with its label. */
function field({ name, needed, kind, options, min, max }, view) {
  const attributes = { name, required: needed };
  const controls = {
    textarea: () => el("textarea", { ...attributes, rows: 3, maxlength: 4000 }),
    select: () => el("select", attributes, ...options(view)),
    date: () => el("input", { ...attributes, type: "date", min: min?.(), max: max?.() }),
    line: () => el("input", { ...attributes, maxlength: 200, autocomplete: "off" }),
  };
  return el("label", {}, name === "text" ? _("What was said or done") : FIELDS[name], controls[kind]());
}

/** What a form says; fields that are empty are left out. */
function body(form) {
  const given = [...new FormData(form)].filter(([, value]) => value !== "");
  const fields = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  if ("accepted" in fields) return { ...fields, accepted: fields.accepted === "yes" };
  return fields;
}

/** @typedef {(verb: string, body: Record<string, any>, form?: HTMLFormElement) => Promise<boolean>} Act */

/** The forms of what else can be done, each in its fold.
    @param {Api.ComplaintOut} view
    @param {Act} act */
export const drawVerbs = (view, act) =>
  VERBS.filter((verb) => view.moves.includes(verb.move) && named(verb) !== view.next_step).map((verb) =>
    folded(verb, drawn(verb, view, act)),
  );

/** The form of what is to be done next, open; null where the reader may not do it.
    @param {Api.ComplaintOut} view
    @param {Act} act */
export function drawNext(view, act) {
  const verb = [CLASSIFY, ...VERBS].find((one) => named(one) === view.next_step);
  if (!verb || !view.moves.includes(verb.move)) return null;
  return el("div.verb", { "data-verb": named(verb) }, drawn(verb, view, act));
}

/** A promise that is still to be kept: done, or a mistake that is taken back.
    @param {Api.ComplaintOut["promises"][number]} promise
    @param {Act} act */
export const drawPromise = (promise, act) =>
  el(
    "div.promise",
    { "data-promise": promise.id },
    el(promise.late ? "b.late" : "b", {}, _("promised for {day}", { day: promise.due })),
    el("button", { type: "button", onclick: () => act("keep", { promise: promise.id }) }, icon("check"), _("done")),
    folded(
      UNPROMISE,
      drawn(UNPROMISE, null, (verb, body, form) => act(verb, { ...body, promise: promise.id }, form)),
    ),
  );

const folded = (verb, form) => el("details.verb", { "data-verb": named(verb) }, el("summary", {}, verb.words), form);

/** @param {{ verb: string, words: string, fields: any[], hint?: (view: Api.ComplaintOut) => string | null | false }} verb
    @param {any} view
    @param {Act} act */
function drawn({ verb, words, hint, fields }, view, act) {
  const done = async (event) => {
    event.preventDefault();
    const button = event.target.querySelector("button");
    button.disabled = true;
    const well = await act(verb, body(event.target), event.target);
    if (!well) button.disabled = false;
  };
  const said = hint?.(view);
  return el(
    "form",
    { onsubmit: done },
    said && el("p.band.info", {}, icon("info"), el("span", {}, said)),
    ...asked(fields, view).map((one) => field(one, view)),
    el("button.primary", {}, words),
  );
}
