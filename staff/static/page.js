// What the staff's pages share: names that the server put into the page, and complaints.

import { texts } from "/static/api.js";
import { $, say } from "/static/dom.js";

const names = $("#names").content;
export const nameOf = (kind, key) => names.querySelector(`[data-${kind}="${key}"]`)?.textContent ?? key;

/** Whether the counter may serve the ticket, where that waits or in another area. */
export const mayServe = (counter, ticket, area = ticket.area) =>
  counter.serves.includes(ticket.service) &&
  (counter.tiers.length === 0 || counter.tiers.includes(ticket.tier)) &&
  (counter.area === area || counter.helps.includes(area));

/** Show a text, or a Problem, until the next act; nothing hides it. */
export function complain(problem) {
  $("#problem").hidden = !problem;
  if (problem) say($("#problem"), problem.status === 0 ? texts.offline : (problem.message ?? problem));
}
