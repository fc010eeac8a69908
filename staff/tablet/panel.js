// The panel of what was chosen: a ticket with all that may be done to it, or a counter.

import { fill, texts } from "#web/api.js";
import { $, $$, el, given, icon, minutes, say } from "#web/dom.js";
import { named } from "#web/words.js";
import { nameOf } from "../shared/names.js";
import { morphChildren } from "../shared/morph.js";
import { button, mins, since, unsent } from "./words.js";
import { counterKind, stepWords, tags } from "./map.js";
import { secondsLeft, undoWords } from "../shared/undo.js";
import { notToArea, notToCounter } from "./moves.js";

/** @param {Feed.Hall} hall
    @param {Api.HallTicketOut | undefined} one
    @param {Pick<import("./map.js").Ui, "pending">} ui */
export function drawTicketPanel(hall, one, { pending }) {
  $("#acts").hidden = !one;
  if (!one) return;
  const waits = pending("ticket", one.id);
  $("#acts").className = `acts ${one.late ? "late" : one.soon ? "soon" : ""}`;
  say($("#acts-number"), one.number);
  say($("#acts-state"), one.late ? texts.late : one.soon ? texts.soon : texts.states[one.state]);
  const age = fill(texts.of, { m: minutes(one.age_s), t: minutes(one.target_wait_s) });
  const more = one.state === "waiting" ? fill(texts.still, { wait: named(one.wait_words) }) : "";
  say(
    $("#acts-facts"),
    [nameOf("service", one.service), nameOf("area", one.area), age, more].filter(Boolean).join(" · "),
  );
  morphChildren($("#acts-tags"), ...tags(one));
  say($("#acts-why"), fill(texts.tier_by, { rule: named(one.rule_words) }));
  showPending($("#acts-pending"), waits);
  for (const move of $$("#acts [data-do=move]")) move.hidden = one.state !== "waiting";
  $("#resume").hidden = one.state !== "parked";
  $("#cancel").hidden = one.state === "serving";
  say($("#cancel"), texts.cancel_ticket);
  offer($("#divert"), (id) => hall.areas.some((area) => area.id === id && !notToArea(hall, one, area)));
  offer($("#only"), (id) => hall.counters.some((counter) => counter.id === id && !notToCounter(one, counter)));
  offer($("#transfer"), (id) => id !== one.service);
  offer($("#retier"), (id) => id !== one.tier);
  const steps = one.history ?? [];
  $("#acts-history").hidden = !steps.length;
  morphChildren($("#history"), ...steps.map((step) => el("li", {}, stepWords(step))));
}

function offer(select, may) {
  for (const option of select.options) if (option.value) option.disabled = !may(option.value);
}

function showPending(place, waits) {
  place.hidden = !waits;
  morphChildren(place, waits && unsent("span", fill(texts.pending, { what: waits })));
}

/** @param {Feed.Hall} hall
    @param {Api.CounterOut | null | undefined} one
    @param {{ pending: import("./map.js").Ui["pending"], now: number }} ui */
export function drawCounterPanel(hall, one, { pending, now }) {
  $("#at-counter").hidden = !one;
  if (!one) return;
  const kind = counterKind(one);
  say($("#counter-name"), named(one.name));
  say($("#counter-state"), kind === "free" ? texts.free : texts.states[kind]);
  const facts = [
    given.staffNumbers && one.person ? fill(texts.person, one.person) : one.teller,
    one.ticket && `${one.ticket.number} ${nameOf("service", one.ticket.service)}`,
    one.since && kind !== "closed" && mins(since(hall, one.since)),
  ];
  say($("#counter-facts"), facts.filter(Boolean).join(" · "));
  showPending($("#counter-pending"), pending("counter", one.id));
  say(
    $("#counter-serves"),
    fill(texts.serves, { services: one.serves.map((id) => nameOf("service", id)).join(texts.comma) }),
  );
  morphChildren($("#counter-acts"), ...counterActs(one), drawUndo(one, now));
}

/** A mistake at this counter is taken back from here too.
    @param {Api.CounterOut} counter
    @param {number} now */
function drawUndo({ id, undo }, now) {
  const seconds = secondsLeft(undo, now);
  const words = [
    undo && undoWords(undo),
    el("b", { "aria-hidden": "true" }, ` ${fill(texts.undo_left, { s: seconds })}`),
  ];
  return seconds > 0 && button([icon("undo"), ...words], { do: "undo", counter: id, key: "undo" }, "button.tonal.undo");
}

/** @param {Api.CounterOut} one */
function counterActs(one) {
  const turn = (verb, spec = "button") => button(texts[verb], { do: "turn", verb, counter: one.id, key: verb }, spec);
  const call = button(texts.call_next, { do: "next", counter: one.id, key: "next" }, "button.primary");
  const rest = [
    button(texts.grant, { do: "grant", counter: one.id, key: "grant" }, "button.primary"),
    button(texts.later, { do: "not-now", counter: one.id, key: "not-now" }),
  ];
  const asked = one.break === "asked" ? rest : [];
  if (one.ticket) return [...asked, el("p.soft", { "data-key": "busy" }, texts.busy)];
  const verbs = {
    open: () => [call, turn("pause"), turn("close")],
    paused: () => [turn("resume", "button.primary"), turn("close")],
    closed: () => [turn("open", "button.primary")],
  };
  return [...asked, ...verbs[one.state]()];
}
