// What may be taken back, at a counter or on a ticket, in words, for as long as it may.

import { _ } from "#web/words.js";

const UNDOS = {
  call: _("the call of"),
  start: _("the start of"),
  finish: _("the end of"),
  no_show: _("the no-show of"),
  park: _("the hold of"),
  transfer: _("the transfer of"),
  extend: _("the service added to"),
  cancel: _("the cancellation of"),
  divert: _("the other area of"),
  retier: _("the tier of"),
  move: _("the place of"),
  amend: _("what was added to"),
  resume: _("the return of"),
  return: _("the return of"),
};
const OF_COUNTER = {
  open_counter: _("Undo: counter opened"),
  close_counter: _("Undo: counter closed"),
  pause_counter: _("Undo: paused"),
  resume_counter: _("Undo: resumed"),
  lend_counter: _("Undo: lent to another area"),
  end_lending: _("Undo: back in its own area"),
};

/** Seconds left at the branch's instant `now`; 0 where there is nothing.
    @param {Api.UndoOut | null | undefined} undo
    @param {number} now */
export const secondsLeft = (undo, now) => (undo ? Math.max(0, Math.ceil((Date.parse(undo.until) - now) / 1000)) : 0);

/** @param {Api.UndoOut} undo */
export const undoWords = (undo) =>
  OF_COUNTER[undo.act] ?? _("Undo: {act} {number}", { act: UNDOS[undo.act], number: undo.number ?? "" });
