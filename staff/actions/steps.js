// What can be done with an action now, by whom.

import { el, given } from "#web/dom.js";
import { _ } from "#web/words.js";
import { ownerControl } from "../shared/people.js";

const acts = Boolean(given.acts);
/** All that actions may know who is signed in by.
    @type {string[]} */
const ME = JSON.parse(given.names);
const REQUIRED = { required: true, maxlength: 200 };

/** @param {Api.ActionOut} action
    @param {(verb: string, body?: any) => void} act */
export function drawSteps(action, act) {
  const running = action.state === "open" || action.state === "reopened";
  const mine = ME.includes(action.owner);
  const checks = acts && action.state === "proved" && !action.owners.some((owner) => ME.includes(owner));
  const ended = ["checked", "helped", "practice"].includes(action.state);
  const steps = [
    running && mine && proof(action, act),
    running && !mine && el("p.soft", {}, _("{owner} reports when it is done.", { owner: action.owner_name })),
    action.state === "proved" && !checks && el("p.soft", {}, _("Another person checks it.")),
    checks &&
      el(
        "button.primary",
        { type: "button", id: "check", onclick: () => act("check") },
        _("It is done: I have seen it"),
      ),
    checks && again("refuse", _("It is not done"), act),
    given.shares &&
      action.state === "helped" &&
      el(
        "button.primary",
        { type: "button", id: "share", onclick: () => act("share") },
        _("Make it the best practice"),
      ),
    acts && ended && again("reopen", _("It did not last"), act),
    acts && (running || action.state === "proved") && assign(action, act),
    acts && running && !mine && cancel(act),
  ];
  return el("div.steps", {}, ...steps);
}

/** A form that opens at a touch; `send` is given its fields. */
const form = (id, title, fields, button, send) =>
  el(
    "details.step",
    { id },
    el("summary", {}, title),
    el(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          send(Object.fromEntries(new FormData(event.target)));
        },
      },
      ...fields,
      el("button.primary", {}, button),
    ),
  );

const field = (words, control) => el("label", {}, words, control);
const due = (value) =>
  field(_("Due on"), el("input", { type: "date", name: "due", value, min: given.today, required: true }));
const reason = () => field(_("Reason"), el("input", { name: "reason", ...REQUIRED }));

/** @param {Api.ActionOut} action */
function proof(action, act) {
  const fields = [
    field(_("How it can be seen"), el("textarea", { name: "words", rows: 3, maxlength: 400 })),
    field(_("Document or picture"), el("input", { name: "reference", maxlength: 200 })),
    field(
      _("In effect since"),
      el("input", { type: "date", name: "changed_on", value: given.today, max: given.today, required: true }),
    ),
    field(
      _("Standard that was changed"),
      el("input", { name: "standard", maxlength: 40, value: action.standard, list: "standards" }),
    ),
    field(_("Its new version"), el("input", { name: "standard_version", maxlength: 40 })),
  ];
  return form("prove", _("It is done"), fields, _("Report it as done"), (values) => act("prove", values));
}

const again = (verb, title, act) => form(verb, title, [reason(), due(given.due)], title, (values) => act(verb, values));

/** @param {Api.ActionOut} action */
const assign = (action, act) =>
  form(
    "assign",
    _("Another owner or day"),
    [field(_("Its owner"), ownerControl(action.owner)), due(action.due), reason()],
    _("Change it"),
    (values) => act("assign", values),
  );

const cancel = (act) =>
  form("cancel", _("Nothing more is to be done"), [reason()], _("Cancel the action"), (values) =>
    act("cancel", values),
  );
