// When to leave: how far away the customer is, against the earliest call that the forecast sees.

import { fill, texts } from "#web/api.js";
import { $, $$, say } from "#web/dom.js";

const KEPT = "lobby.away";
const SPARE_S = 120;
const STEPS_MIN = [3, 5, 10, 15, 20, 30, 40, 50, 60, 75, 90, 120];
/** @type {Api.TicketOut | null} */
let latest = null;
let urgency = "";

/** What to say and how urgent it is: [words, kind].
    @param {Api.TicketOut} ticket
    @param {number} minutes */
function advice(ticket, minutes) {
  if (!minutes) return [texts.stay, "good"];
  const early = ticket.wait_lo_s - minutes * 60;
  if (ticket.wait_p50_s < minutes * 60) return [texts.go_hurry, "bad"];
  if (early < SPARE_S) return [texts.go_now, "warn"];
  const spare = (early - SPARE_S) / 60;
  const n = STEPS_MIN.filter((step) => step <= spare).pop();
  return n ? [fill(texts.go_later, { n }), "good"] : [texts.go_soon, "warn"];
}

/** @param {Api.TicketOut} ticket */
export function away(ticket) {
  latest = ticket;
  const minutes = Number($("[name=away]:checked").value.slice("walk-".length));
  const [words, kind] = advice(ticket, minutes);
  say($("#leave"), words);
  $("#leave").className = `leave ${kind}`;
  if (kind === "bad" && urgency !== "bad") $("#let-pass").open = true;
  urgency = kind;
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
