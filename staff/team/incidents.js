// One incident: who may know, what was done, and what may be done.

import { el, given, icon } from "#web/dom.js";
import { _ } from "#web/words.js";
import { colleagueControl, leftPill } from "../shared/people.js";

const CARE = { comfort: _("comforted"), support: _("support offered"), follow_up: _("talked with") };
const when = (at) => `${at.slice(5, 10)} ${at.slice(11, 16)}`;
const pill = (kind, mark, words) => el(`span.pill.${kind}`, {}, icon(mark), words);
const button = (words, verb, id, spec = "button") =>
  el(spec, { type: "button", "data-do": verb, "data-id": id }, words);

/** @param {Api.IncidentOut} one
    @param {Map<string, Api.IncidentWordsOut>} opened */
export function drawIncident(one, opened) {
  const words = opened.get(one.id);
  const open = one.state === "open";
  const mayAct = open && given.team && one.wronged !== given.me;
  return el(
    `li${one.late ? ".overdue" : ""}`,
    { "data-key": one.id, "data-incident": one.id },
    el("p.head", {}, el("b", {}, one.wronged_name), one.day, state(one)),
    el("p.soft", {}, known(one)),
    one.follow_up &&
      el(
        "p",
        {},
        _("{who} talks with the person by {day}", { who: one.follower, day: one.follow_up }),
        " ",
        leftPill(open && one.follower_left),
      ),
    words && el("p.words", {}, [words.what, words.by_whom].filter(Boolean).join(" · ")),
    el("ol.caring", {}, ...one.caring.map((caring, n) => drawCaring(caring, words?.caring[n]))),
    el(
      "p.buttons",
      {},
      !words && button(_("Read what happened"), "words", one.id),
      mayAct && one.caring.length > 0 && button(_("Close the incident"), "close", one.id),
    ),
    mayAct && careForm(one),
    mayAct && followUpForm(one),
  );
}

/** @param {Api.IncidentOut} one */
function state(one) {
  if (one.late) return pill("bad", "warning", _("talk overdue"));
  if (one.state === "closed") return pill("good", "check", _("ended"));
  return one.caring.length ? pill("info", "heart", _("cared for")) : pill("warn", "warning", _("nobody has cared yet"));
}

/** @param {Api.IncidentOut} one */
function known(one) {
  const names = one.named_names.join(_(", "));
  return names ? _("Known to: {names}, the head of the branch", { names }) : _("Known to the head of the branch");
}

/** @param {Api.CaringOut} caring
    @param {string | undefined} words */
const drawCaring = ({ at, by, care }, words) =>
  el("li", {}, el("span.soft", {}, `${when(at)} ${by} · ${CARE[care]}`), words && el("span", {}, ` ${words}`));

/** A form in a fold. */
function fold(name, title, id, ...fields) {
  return el(
    "details",
    { "data-key": `${name}-${id}` },
    el("summary", {}, title),
    el("form.form", { "data-form": name }, el("input", { type: "hidden", name: "incident", value: id }), ...fields),
  );
}

/** @param {Api.IncidentOut} one */
const careForm = (one) =>
  fold(
    "care",
    _("Write down what was done"),
    one.id,
    el(
      "label",
      {},
      _("Kind"),
      el(
        "select",
        { name: "care" },
        ...Object.entries(CARE).map(([care, words]) => el("option", { value: care }, words)),
      ),
    ),
    el("label", {}, _("What was done"), el("textarea", { name: "words", rows: 2, maxlength: 2000, required: true })),
    el("p.buttons", {}, el("button.primary", {}, _("Save"))),
  );

/** @param {Api.IncidentOut} one */
const followUpForm = (one) =>
  fold(
    "follow-up",
    _("Plan a talk"),
    one.id,
    el("label", {}, _("Day"), el("input", { type: "date", name: "day", min: given.today, required: true })),
    el("label", {}, _("Who talks"), colleagueControl("by")),
    el("p.buttons", {}, el("button.primary", {}, _("Save"))),
  );
