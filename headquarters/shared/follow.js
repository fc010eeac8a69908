// Asks again and again while somebody looks. A page in the background asks nothing, and asks at once when it is seen.

import { leaveIfShut } from "#web/api.js";
import { isIdle, renewing } from "#web/renew.js";

/** A change is to be seen within two seconds: the ingest and the server look twice a second, and so does the page. */
export const LIVE_MS = 500;

/** `ask` is called anew so long after its answer came; `heard(problem)` is told null after each answer.
    @param {number} everyMs
    @param {() => Promise<void>} ask
    @param {(problem: any) => void} heard
    @returns {() => void} asks now, where it is not asking already */
export function follow(everyMs, ask, heard) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asking = false;
  let failed = false;
  const renew = renewing(isIdle); // headquarters may be another one after a cut

  async function turn() {
    clearTimeout(timer);
    if (asking || document.hidden) return;
    asking = true;
    try {
      await ask();
      heard(null);
      if (failed) renew();
      failed = false;
    } catch (problem) {
      heard(problem);
      failed = true;
      if (problem.status === 401) leaveIfShut();
    } finally {
      asking = false;
      timer = setTimeout(turn, everyMs);
    }
  }

  document.addEventListener("visibilitychange", turn);
  turn();
  return turn;
}
