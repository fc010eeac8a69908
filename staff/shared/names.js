// What the staff's pages share: names that the server put into the page, and complaints.

import { $, say } from "#web/dom.js";
import { _ } from "#web/words.js";

const names = $("#names").content;
/** What people call it; its id where nothing is known by it.
    @param {"service" | "tier" | "area" | "counter" | "board" | "kiosk"} kind
    @param {string | null | undefined} key
    @returns {string} */
export const nameOf = (kind, key) => names.querySelector(`[data-${kind}="${key}"]`)?.textContent ?? key ?? "";

/** Whether the configuration has it no more. */
/** @param {string} kind
    @param {string | null | undefined} key */
const isGone = (kind, key) => !names.querySelector(`[data-${kind}="${key}"]:not([data-gone])`);

/** Whether the counter may serve the ticket, where that waits or in another area. What is gone hinders nobody.
    @param {Api.CounterOut} counter
    @param {Api.HallTicketOut} ticket */
export const mayServe = (counter, ticket, area = ticket.area) =>
  (counter.serves.includes(ticket.service) || isGone("service", ticket.service)) &&
  (counter.tiers.length === 0 || counter.tiers.includes(String(ticket.tier)) || isGone("tier", ticket.tier)) &&
  (counter.area === area || counter.helps.includes(area) || isGone("area", area));

/** Show a text, or a Problem, until the next act; nothing hides it. A refusal that names a field stands there, on a page
    that has static/fields.js. */
export function complain(problem) {
  const elsewhere = !document.dispatchEvent(new CustomEvent("refused", { cancelable: true, detail: problem }));
  $("#problem").hidden = !problem || elsewhere;
  if (!problem || elsewhere) return;
  say(
    $("#problem"),
    problem.status === 0
      ? _("No answer from the branch. Please try again: nothing is done twice.")
      : (problem.message ?? problem),
  );
  $("#problem").scrollIntoView({ block: "nearest" });
}
