// What a counter may take back, in words, for as long as it may.

import { fill, texts } from "#web/api.js";

/** Seconds left at the branch's instant `now`; 0 where there is nothing.
    @param {Api.UndoOut | null | undefined} undo
    @param {number} now */
export const secondsLeft = (undo, now) => (undo ? Math.max(0, Math.ceil((Date.parse(undo.until) - now) / 1000)) : 0);

/** @param {Api.UndoOut} undo */
export const undoWords = (undo) => fill(texts.undo, { act: texts.undos[undo.act], number: undo.number });
