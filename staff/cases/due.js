// What is due today: complaints, corrective actions and findings, the own ones before the others', the most urgent first,
// each with its reason, its deadline in words and its owner.

import { get } from "#web/api.js";
import { $, el, given, icon } from "#web/dom.js";
import { _, named } from "#web/words.js";
import { morphChildren } from "../shared/morph.js";
import { complain } from "../shared/names.js";
import {
  CHANNELS,
  LEVELS,
  NEXT,
  TASK_MARKS,
  TASK_WHY,
  WHY,
  WHY_MARKS,
  about,
  isOpen,
  statusPill,
  takingWords,
} from "./words.js";
import "#web/guard.js";

const REFRESH_MS = 60_000;

/** @typedef {Api.DueTodayOut["cases"]["entries"][number]} DueCase
    @typedef {Api.DueTaskOut} Task */

/** @param {DueCase} entry */
function row({ case: view, why }) {
  return el(
    "li.due",
    { "data-key": view.id, "data-case": view.id },
    el(
      "a.entry",
      { href: `/desk/cases/${view.id}` },
      el("span.head", {}, el("b", {}, view.number), statusPill(view), el("span.tag", {}, CHANNELS[view.channel])),
      el("span.pills", {}, ...why.map((reason) => pill(reason, view))),
      el("span", {}, [about(view), nextWords(view)].filter(Boolean).join(" · ")),
      el("span.soft", {}, [deadlines(view), who(view, why)].filter(Boolean).join(" · ")),
    ),
  );
}

const pill = (reason, view) =>
  marked(WHY_MARKS[reason], reason === "risen" ? risen(view.level, view.confidential) : WHY[reason]);

/** To whom it rose by now. What is confidential rises to all whom it names. */
const risen = (level, toAll = false) => (toAll || level === given.level ? WHY.risen : LEVELS[level]);
const marked = (mark, words) => el(`span.pill${mark ? `.${mark}` : ""}`, {}, words);

/** @param {Api.ComplaintOut} view */
const nextWords = ({ next_step: step }) => step && _("next: {step}", { step: NEXT[step] });

const NOUNS = { action: _("Corrective action"), finding: _("Finding of a check") };

/** A corrective action or a finding. A teller, who settles no finding, only reads of it.
    @param {Task} task */
function taskRow(task) {
  const href =
    task.noun === "action"
      ? `/desk/actions?list=all&action=${task.id}`
      : given.reads && `/desk/standards#${anchor(task)}`;
  return el(
    "li.due",
    { "data-key": anchor(task), [`data-${task.noun}`]: task.noun === "action" ? task.id : anchor(task) },
    el(
      href ? "a.entry" : "div.entry",
      href ? { href } : {},
      el("span.head", {}, el("b", {}, named(task.title))),
      el("span.pills", {}, el("span.tag", {}, NOUNS[task.noun]), ...task.why.map((reason) => taskPill(reason, task))),
      el("span.soft", {}, [until(task), task.owner_name, levelOf(task)].filter(Boolean).join(" · ")),
    ),
  );
}

const anchor = ({ id, item }) => `${id}-${item}`;
const taskPill = (reason, { level }) =>
  marked(TASK_MARKS[reason], reason === "risen" ? risen(level) : TASK_WHY[reason]);

/** Where it is by now, unless a reason says so.
    @param {Task} task */
const levelOf = ({ days_late: late, level, why }) => late > 0 && !why.includes("risen") && LEVELS[level];

/** @param {Task} task */
const until = ({ due, days_late: late }) =>
  late > 0 ? _("due {day}, late by {n} d", { day: due, n: late }) : _("due {day}", { day: due });

/** @param {Api.ComplaintOut} view */
function deadlines(view) {
  const answer = view.answer_due && _("answer: {words}", { words: named(view.answer_due.words) });
  const word = view.first_word_due && _("first contact: {words}", { words: named(view.first_word_due.words) });
  const promises = view.promises.filter(isOpen).map(({ due }) => _("promised for {day}", { day: due }));
  return [answer, word, ...promises].filter(Boolean).join(" · ");
}

/** Its owner, and where it is by now unless a reason says so.
    @param {Api.ComplaintOut} view
    @param {string[]} why */
const who = (view, why) =>
  [view.owner_name, !why.includes("risen") && (view.owner || view.level !== "owner") && LEVELS[view.level]]
    .filter(Boolean)
    .join(_(", "));

/** What is late before what ends today, and that before the rest. */
const URGENCY = ["bad", "warn", ""];

/** @param {Record<string, string>} marks */
const urgency =
  (marks) =>
  ({ why }) =>
    URGENCY.indexOf(marks[why[0]] ?? "");

async function refresh() {
  /** @type {Api.DueTodayOut} */
  const { cases, tasks } = await get("/api/v1/due");
  const rows = [
    ...cases.entries.map((entry) => ({ ...entry, urgent: urgency(WHY_MARKS)(entry), drawn: row(entry) })),
    ...tasks.map((task) => ({ ...task, urgent: urgency(TASK_MARKS)(task), drawn: taskRow(task) })),
  ].sort((one, other) => one.urgent - other.urgent);
  const [mine, others] = [true, false].map((own) => rows.filter((one) => one.mine === own).map((one) => one.drawn));
  const notices = [...cases.taking.map(partly), ...(cases.unseen ? [hidden(cases.unseen)] : [])];
  const further = cases.total - cases.entries.length;
  morphChildren(
    $("#due"),
    list(notices),
    ...group("mine", _("Yours"), mine),
    ...group("others", _("Others, for your attention"), others),
    !rows.length && !notices.length && list([nothing()]),
    further > 0 && list([rest(further)]),
  );
}

const list = (rows) => rows.length > 0 && el("ul.rows", {}, ...rows);

const group = (key, words, rows) =>
  rows.length ? [el("h3", { "data-key": key }, words), el("ul.rows", { "data-key": `${key}-rows` }, ...rows)] : [];

/** What the head of the branch is told of cases that only named persons see, when none of them but the owner can act. */
const hidden = (n) =>
  el(
    "li.band.bad",
    { "data-unseen": n },
    icon("lock"),
    el("span", {}, _("Confidential complaints that are late, on which nobody but the owner can act: {n}", { n })),
  );

/** @param {Api.TakingOut} list */
const partly = (list) =>
  el(
    list.stopped ? "li.band.warn" : "li.band",
    {},
    icon(list.stopped ? "warning" : "list"),
    el("span", {}, takingWords(list)),
  );

const rest = (n) =>
  el("li.none", {}, el("a", { href: "/desk/cases" }, _("Less urgent, not shown here: {n}. See all complaints", { n })));

const nothing = () =>
  el("li.none", {}, icon("check"), el("p", {}, _("Nothing is due today and nothing is overdue. Well done.")));

refresh().catch(complain);
setInterval(() => refresh().catch(complain), REFRESH_MS);
document.body.dataset.ready = "yes";
