// When to leave: how far away the customer is, against the earliest call that the forecast sees. Pure.

/** What a customer may lose on the way, at doors and crossings. */
const SPARE_S = 120;
/** What is said of the time that is left, in minutes: never more than there is. */
const STEPS_MIN = [3, 5, 10, 15, 20, 30, 40, 50, 60, 75, 90, 120];

/** What to do for who walks so many minutes, how urgent that is, and for how many minutes one may stay yet.
    @param {Pick<Api.TicketOut, "wait_lo_s" | "wait_p50_s">} wait
    @param {number} minutes 0: the customer is here
    @returns {{ act: "stay" | "hurry" | "now" | "soon" | "later", grade: "good" | "warn" | "bad", spare_min: number }} */
export function leaving(wait, minutes) {
  const walk_s = minutes * 60;
  const spare_s = wait.wait_lo_s - walk_s - SPARE_S;
  const spare_min = STEPS_MIN.filter((step) => step <= spare_s / 60).pop() ?? 0;
  if (!minutes) return { act: "stay", grade: "good", spare_min: 0 };
  if (wait.wait_p50_s < walk_s) return { act: "hurry", grade: "bad", spare_min: 0 };
  if (spare_s < 0) return { act: "now", grade: "warn", spare_min: 0 };
  return spare_min ? { act: "later", grade: "good", spare_min } : { act: "soon", grade: "warn", spare_min: 0 };
}
