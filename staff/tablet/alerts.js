// What alerts say, by their kind, and their icons. What the kinds are called stands in #web/alerts.js.

import { _ } from "#web/words.js";

export const SIGNS = {
  help: "bell",
  visit: "calendar",
  feedback: "chat",
  opinion: "chat",
  late: "warning",
  printer: "printer",
  board: "board",
  kiosk: "kiosk",
  crowded: "people",
  break: "cup",
  loan: "repeat",
  soon: "clock",
  long: "clock",
  idle: "counter",
  clock: "clock",
};

/** One alert. A kiosk that is known and a visit that was not served have sentences of their own. */
export const ALERTS = {
  printer: _("{printer}: {error}"),
  board: _("Board not connected: {board}"),
  kiosk: _("{kiosk} does not answer"),
  help: _("A customer at the kiosk asks for help"),
  help_at: _("A customer at {kiosk} asks for help"),
  visit: _("A customer with special needs comes at {time} for {service}"),
  feedback: _("Feedback {score} of 5: {text}"),
  feedback_apart: _("{visit}. Feedback {score} of 5: {text}"),
  opinion: _("“{text}”"),
  late: _("{service}, {m} of {t} min"),
  soon: _("{service}, {m} of {t} min"),
  crowded: _("{area}: {n} waiting, {limit} is the branch's limit"),
  idle: _("without a customer for {m} min while some wait"),
  long: _("{number} at {counter} for {m} min"),
  break: _("{counter} asks for a break"),
  loan: _("{thing} should be back since {time}"),
  clock: _("it was set {way} by {span} during the day {day}. No number has ended because of it."),
};

/** Several of one kind. */
export const MANY = {
  late: _("{n} customers are past their target"),
  soon: _("{n} customers are nearly past their target"),
  idle: _("{n} open counters are idle"),
  long: _("{n} services take long"),
  help: _("{n} customers want help"),
  visit: _("{n} announced visits"),
  loan: _("{n} things on loan are overdue"),
  feedback: _("{n} bad feedback cards"),
  opinion: _("{n} waiting customers have a word to say"),
  printer: _("{n} slips or printers in trouble"),
  board: _("{n} boards are not connected"),
  kiosk: _("{n} kiosks do not answer"),
  crowded: _("{n} areas are crowded"),
  break: _("{n} tellers ask for a break"),
};

/** Visits that were not served, and were judged all the same. */
export const VISITS = {
  missed: _("Missed the call, not served"),
  cancelled: _("Left, not served"),
  diverted: _("Sent to the machines, not served"),
};

/** What a feedback card is about. */
export const REASONS = {
  waiting: _("Waiting time"),
  attitude: _("Friendliness"),
  skill: _("Competence"),
  procedure: _("Procedure"),
  premises: _("Premises"),
  other: _("Something else"),
};
