// What a counter may take back, in words, for as long as it may.

import { _ } from "#web/words.js";

const UNDOS = {
  call: _("the call of"),
  start: _("the start of"),
  finish: _("the end of"),
  no_show: _("the no-show of"),
  park: _("the hold of"),
  transfer: _("the transfer of"),
  extend: _("the service added to"),
};

/** Seconds left at the branch's instant `now`; 0 where there is nothing.
    @param {Api.UndoOut | null | undefined} undo
    @param {number} now */
export const secondsLeft = (undo, now) => (undo ? Math.max(0, Math.ceil((Date.parse(undo.until) - now) / 1000)) : 0);

/** @param {Api.UndoOut} undo */
export const undoWords = (undo) => _("Undo: {act} {number}", { act: UNDOS[undo.act], number: undo.number });
