// What the kinds of alerts are called, in the branch and at headquarters.

import { _ } from "#web/words.js";

export const KINDS = {
  printer: _("Printer"),
  board: _("Board"),
  kiosk: _("Kiosk"),
  help: _("Help wanted"),
  visit: _("Announced visit"),
  feedback: _("Bad feedback"),
  opinion: _("A word from a waiting customer"),
  late: _("Past target"),
  soon: _("Nearly past target"),
  crowded: _("Crowded"),
  idle: _("Idle counter"),
  long: _("Long service"),
  break: _("Break"),
  loan: _("Thing on loan"),
  clock: _("The computer's clock"),
};
