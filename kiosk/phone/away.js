// How far away the customer is, and when to leave.

import { $, $$, say } from "#web/dom.js";
import { _, fill } from "#web/words.js";
import { leaving } from "./leaving.js";

const KEPT = "lobby.away";
/** @type {Api.TicketOut | null} */
let latest = null;
let urgency = "";

const WORDS = {
  stay: _("You have time: watch the board or this page"),
  hurry: _("Please hurry: you may be called before you arrive. You can let others pass."),
  now: _("Leave now and you are just in time"),
  soon: _("Get ready: leave in a few minutes"),
  later: _("You can stay about {n} min longer before you leave"),
};

/** @param {Api.TicketOut} ticket */
export function away(ticket) {
  latest = ticket;
  const minutes = Number($("[name=away]:checked").value.slice("walk-".length));
  const { act, grade, spare_min } = leaving(ticket, minutes);
  say($("#leave"), fill(WORDS[act], { n: spare_min }));
  $("#leave").className = `leave ${grade}`;
  if (grade === "bad" && urgency !== "bad") $("#let-pass").open = true;
  urgency = grade;
}

/** Private windows may refuse to keep anything. */
function kept(minutes) {
  try {
    if (minutes === undefined) return localStorage.getItem(KEPT);
    localStorage.setItem(KEPT, minutes);
  } catch {
    // then it is asked again next time
  }
  return null;
}

$$("[name=away]").forEach((one) => {
  one.checked ||= one.value === kept();
  one.addEventListener("change", () => {
    kept(one.value);
    if (latest) away(latest);
  });
});
