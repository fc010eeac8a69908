// What several of the staff's pages say of tickets and counters.

import { _ } from "#web/words.js";

/** The states of counters and tickets. */
export const STATES = {
  open: _("open"),
  paused: _("paused"),
  closed: _("closed"),
  waiting: _("waiting"),
  called: _("called"),
  serving: _("being served"),
  parked: _("on hold"),
  served: _("served"),
  no_show: _("a no-show"),
  cancelled: _("cancelled"),
  diverted: _("diverted"),
};

/** The special needs that a customer may state. */
export const NEEDS = {
  elderly: _("Elderly"),
  disabled: _("Disabled"),
  pregnant: _("Pregnant or with a baby"),
  military: _("Military"),
};
