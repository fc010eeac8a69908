// What to do first: in which order alerts burn, which counter may be opened, whether advice still holds. Pure.

/** These ring: somebody stands there now. */
export const URGENT = ["help", "feedback", "opinion"];

/** The alerts by kind, in the order in which the kinds burn; one that is not known comes first, to be seen.
    @template {{ kind: string }} A
    @param {A[]} alerts
    @param {string[]} order the kinds, the most urgent first
    @returns {{ kind: string, alerts: A[] }[]} */
export function byKind(alerts, order) {
  const kinds = [...new Set(alerts.map((alert) => alert.kind))];
  kinds.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return kinds.map((kind) => ({ kind, alerts: alerts.filter((alert) => alert.kind === kind) }));
}

/** The counter to open for an area: one where nobody is last, its own before one that helps
    there, a paused one before a closed one. One that is asked already is none.
    @param {Pick<Api.HallOut, "counters">} hall
    @param {string | null} area */
export function openable({ counters }, area) {
  const shut = counters.filter(({ state, asked_at }) => state !== "open" && !asked_at);
  const able = shut.filter((one) => one.area === area || one.helps.includes(String(area)));
  const [best] = able.sort((a, b) => rank(a, area) - rank(b, area));
  return best;
}

/** @param {Api.CounterOut} counter
    @param {string | null} area */
const rank = (counter, area) =>
  (counter.attended === false ? 4 : 0) + (counter.area === area ? 0 : 2) + (counter.state === "paused" ? 0 : 1);

/** Whether the floor still is what the advice was given for.
    @param {Pick<Api.HallOut, "counters" | "tickets">} hall
    @param {Pick<Api.OneAdviceOut, "kind" | "counter" | "tickets">} advice */
export function stands(hall, { kind, counter, tickets }) {
  if (kind === "self_service") return tickets.every((id) => waits(hall, id));
  const at = hall.counters.find((one) => one.id === counter);
  if (kind === "lend_counter") return at?.state === "open" && !at.ticket && !at.lent_to;
  if (kind === "open_counter" && at?.asked_at) return false;
  return (at?.state === "open") === (kind === "close_counter");
}

/** @param {Pick<Api.HallOut, "tickets">} hall
    @param {string} ticket */
const waits = ({ tickets }, ticket) =>
  tickets.some(({ id, state, offered, declined }) => id === ticket && state === "waiting" && !offered && !declined);
