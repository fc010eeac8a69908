// What the staff's pages share: names that the server put into the page, and complaints.

import { texts } from "/static/api.js";
import { $, say } from "/static/dom.js";

const names = $("#names").content;
export const nameOf = (kind, key) => names.querySelector(`[data-${kind}="${key}"]`)?.textContent ?? key;

/** Show a text, or a Problem, until the next act; nothing hides it. */
export function complain(problem) {
  $("#problem").hidden = !problem;
  if (problem) say($("#problem"), problem.status === 0 ? texts.offline : (problem.message ?? problem));
}
