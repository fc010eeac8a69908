// What the pages of cases call things.

import { $, el } from "#web/dom.js";
import { _ } from "#web/words.js";

/** The page's names of one kind, by their code.
    @returns {Record<string, string>} */
const namesOf = (kind) =>
  Object.fromEntries(
    [...$("#names").content.querySelectorAll(`[data-${kind}]`)].map((one) => [one.dataset[kind], one.textContent]),
  );

export const CHANNELS = namesOf("channel");
export const SEVERITIES = namesOf("severity");
export const STATUSES = namesOf("status");
export const STATUS_MARKS = {
  open: "info",
  paused: "warn",
  answered: "info",
  reviewed: "good",
  closed: "",
  joined: "",
};
export const REPLIES = namesOf("reply");
export const RESULTS = namesOf("result");
/** Whether a promise is still to be kept.
    @param {Api.ComplaintOut["promises"][number]} promise */
export const isOpen = ({ kept, withdrawn }) => !kept && !withdrawn;
/** What the review says of an answer. */
export const REVIEWED = { yes: _("the answer holds"), no: _("back to its owner") };
export const LEVELS = {
  owner: _("with its owner"),
  manager: _("with the lobby manager"),
  office: _("with the service office"),
  head: _("with the head of the branch"),
};
export const WHY = {
  answer_late: _("answer overdue"),
  word_late: _("first contact overdue"),
  promise_late: _("promise overdue"),
  answer_today: _("answer due today"),
  word_today: _("first contact due today"),
  promise_today: _("promise due today"),
  risen: _("escalated to you"),
  paused: _("the clock is stopped"),
  owner_left: _("owner has left"),
  review: _("waits for your review"),
  close: _("may be closed"),
  unowned: _("no owner yet"),
};
export const WHY_MARKS = {
  answer_late: "bad",
  word_late: "bad",
  promise_late: "bad",
  answer_today: "warn",
  word_today: "warn",
  promise_today: "warn",
  unowned: "warn",
  owner_left: "bad",
};
/** Why somebody is to look at a corrective action or at what a check found. */
export const TASK_WHY = {
  late: _("past its day"),
  today: _("due today"),
  again: _("to be done again"),
  risen: _("escalated to you"),
  owner_left: _("owner has left"),
  check: _("waits for your check"),
  share: _("helped: make it a practice?"),
};
export const TASK_MARKS = { late: "bad", today: "warn", again: "warn", owner_left: "bad" };
/** What is to be done next with a case. */
export const NEXT = {
  assign: _("Name an owner"),
  contact: _("Contact the customer for the first time"),
  keep: _("Keep what was promised"),
  resume: _("Let the clock run as soon as it can"),
  classify: _("Name the cause and the kind of business"),
  answer: _("Answer the customer"),
  review: _("Review the answer"),
  close: _("Close the case"),
};
export const KINDS = {
  CaseOpened: _("Complaint came in"),
  CaseCorrected: _("Corrected"),
  CaseAssigned: _("Given to"),
  CasePaused: _("Clock stopped"),
  CaseResumed: _("Clock runs again"),
  CaseExtended: _("Time extended"),
  CaseContacted: _("Customer contacted"),
  CasePromised: _("Promised"),
  CasePromiseKept: _("Promise kept"),
  CasePromiseWithdrawn: _("Promise withdrawn"),
  CaseAnswered: _("Answered"),
  CaseReviewed: _("Reviewed"),
  CaseClosed: _("Case closed"),
  CaseReopened: _("Opened again"),
  CaseJoined: _("Joined to another"),
  CaseSeparated: _("Separated again"),
  CaseNoted: _("Note"),
  CaseAttached: _("File attached"),
  CaseSeen: _("Personal data read"),
};
/** What a step's fields are called; `text` is what was said or written then. */
export const FIELDS = {
  complainant: _("Complainant"),
  identity: _("Identity document"),
  contact: _("How to reach the complainant"),
  address: _("Address"),
  agent: _("Acting for the complainant"),
  authority: _("Authority"),
  text: _("What happened"),
  demand: _("What is asked for"),
  reason: _("Reason"),
  name: _("File"),
  severity: _("Severity"),
  place: _("Where it was done"),
  business: _("Kind of business"),
  cause: _("Cause"),
  channel: _("Channel"),
  came_at: _("Came in"),
  happened_on: _("Happened on"),
  reference: _("Reference number"),
  people: _("Complainants"),
  reply_by: _("Answer wanted"),
  against: _("Complained about"),
  owner: _("Owner"),
  due: _("For the day"),
  until: _("Last day of the pause"),
  by: _("How"),
  told: _("Told"),
  result: _("Result"),
  accepted: _("The review"),
  into: _("Case"),
  readers: _("May read it"),
  confidential: _("Confidential"),
  media_type: _("Kind"),
  size_b: _("Bytes"),
  promise: _("Promise"),
  role: _("Role"),
};

/** The name of a code, a service, a tier or a person; the key where nothing has it. */
export const nameOf = (kind, key) =>
  $("#names").content.querySelector(`[data-${kind}="${key}"]`)?.textContent ?? key ?? "";

/** A day and a time of day: the branch's, whatever the clock of this machine says. */
export const when = (at) => `${at.slice(0, 10)} ${at.slice(11, 16)}`;

/** @param {Api.ComplaintOut} view */
export const statusPill = (view) => {
  if (view.status === "open" && !view.owner) return el("span.pill.warn", {}, _("not assigned"));
  const mark = STATUS_MARKS[view.status];
  return el(`span.pill${mark && `.${mark}`}`, {}, STATUSES[view.status]);
};

/** How far a list that comes from elsewhere is in, and what to do where a failure stopped it.
    @param {Api.TakingOut} list */
export const takingWords = (list) => (list.unreadable ? UNREADABLE : partWords(list));

const UNREADABLE = _(
  "A list that was accepted cannot be read any more, and what you see lacks the rest of it. Send it again, then remove its file from the folder lists of the data.",
);

/** @param {Api.TakingOut} list */
const partWords = (list) =>
  list.stopped
    ? _(
        "A list stopped half way: {here} of {rows} are in, and what you see lacks the rest. Send it again, or the next start takes the rest.",
        { ...list },
      )
    : _("A list is being imported: {here} of {rows} so far. What you see has only this part of it.", { ...list });

/** What a case is about, in a line.
    @param {Api.ComplaintOut} view */
export const about = (view) =>
  [nameOf("cause", view.cause), nameOf("business", view.business)].filter(Boolean).join(" · ") ||
  _("not classified yet");
