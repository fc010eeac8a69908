// What pages of headquarters say of a branch.

import { _ } from "#web/words.js";

export const STATES = {
  live: _("Live"),
  cut: _("Cut off"),
  never: _("Never heard"),
  quarantined: _("Quarantined"),
  closed: _("Closed now"),
};

export const HEATS = { burning: _("Urgent"), strained: _("Needs a look"), calm: _("Calm") };

/** What headquarters has to see of a branch, and what to do. */
export const ALARMS = {
  gap: [
    _("Some of its events are missing"),
    _("The branch's shipper sends them by itself. If this stays for ten minutes, look at lobby ship on its computer."),
  ],
  second_writer: [
    _("Two computers write this branch's journal"),
    _(
      "Find out which of them is in the lobby and stop Lobby on the other one. Until then nothing of the second is taken in.",
    ),
  ],
  superseded: [
    _("Events came of a journal that a restore has replaced"),
    _(
      "An old computer or disk of this branch is running again: stop Lobby on it. If it is the branch itself, lobby hq journal adopt lets it go on.",
    ),
  ],
  altered: [
    _("An event does not fit its hash"),
    _("Run lobby check on the branch's computer, and keep its data folder as it is until somebody has looked."),
  ],
  unreadable: [_("It sends what cannot be read"), _("Look at the version of lobby ship on the branch's computer.")],
  unknown_branch: [_("It is not in hq.toml"), _("Add the branch to hq.toml, or stop its shipper.")],
  order_late: [
    _("A work order is overdue"),
    _("It stands first on the page of instructions: ask the head of the branch when the customer is answered."),
  ],
  not_derived: [
    _("Its figures do not go on"),
    _("Events come, and no tables are made of them: look at the log of the deriver, then lobby hq rebuild."),
  ],
  restarted: [_("It began a new journal"), _("If nobody meant to begin anew, restore the last backup: lobby restore.")],
};

/** How long ago, or how long, in the largest unit that says enough.
    @param {number} seconds */
export function span(seconds) {
  if (seconds < 60) return _("{n} s", { n: Math.max(0, Math.floor(seconds)) });
  if (seconds < 3600) return _("{n} min", { n: Math.floor(seconds / 60) });
  if (seconds < 86400) return _("{n} h", { n: Math.floor(seconds / 3600) });
  return _("{n} d", { n: Math.floor(seconds / 86400) });
}

/** The time of day of an instant with its offset, as the province has it: the page's own zone may be another.
    @param {string | null} at */
export const timeOfDay = (at) => (at ? at.slice(11, 16) : "–");

/** "187 of 200 branches, to 15:02"
    @param {{ heard: number, branches: number, until: string | null }} completeness */
export function completeWords({ heard, branches, until }) {
  const fields = { heard, branches, until: timeOfDay(until) };
  return until ? _("{heard} of {branches} branches, to {until}", fields) : _("{heard} of {branches} branches", fields);
}

/** Why the picture is old; empty where it is not.
    @param {any} problem of the last request, null where there was none
    @param {{ fresh: boolean, at: string | null } | undefined} reading
    @param {number} silentS how long nothing was answered, seconds */
export function troubleWords(problem, reading, silentS) {
  if (problem?.status === 0) {
    return _("No connection to headquarters for {span}. What you see is the last picture.", { span: span(silentS) });
  }
  if (problem) return problem.message || _("Headquarters cannot answer right now. What you see is the last picture.");
  if (!reading || reading.fresh) return "";
  if (!reading.at) return _("The database of headquarters does not answer. Nothing was read yet.");
  const at = timeOfDay(reading.at);
  return _("The database of headquarters does not answer. All figures are of {at}.", { at });
}
