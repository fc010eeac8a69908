// Who is held here, and who waits for this counter.

import { $, el, given, icon, minutes, say } from "#web/dom.js";
import { _, fill } from "#web/words.js";
import { mayServe, nameOf } from "../shared/names.js";
import { morphChildren } from "../shared/morph.js";

const SHOWN = 8;
const HOLDS = { any: _("Away"), same: _("Kept here"), step: _("Another step") };
const ACTS = { wake: _("Bring {number} back"), call: _("Call {number}") };
const { counter: id } = given;
/** @type {Record<string, (one: { id: string }) => void>} */
const acts = {};

/** @param {import("./page.js").Here} here
    @param {Record<string, (one: { id: string }) => void>} does */
export function drawHeld({ hall }, { call, wake }) {
  Object.assign(acts, { call, wake });
  const held = hall.tickets.filter((one) => one.state === "parked" && one.counter === id);
  say($("#parked-title"), held.length ? _("{n} held here", { n: held.length }) : _("Nobody is held here."));
  morphChildren($("#parked"), ...held.map(heldRow));
}

/** @param {import("./page.js").Here} here */
export function drawWaiting({ hall, mine }) {
  const waiting = hall.tickets.filter(
    (one) => one.state === "waiting" && mayServe(mine, one) && [null, id].includes(one.only_counter),
  );
  say($("#waiting-title"), _("{n} waiting for this counter", { n: waiting.length }));
  morphChildren($("#waiting"), ...waiting.slice(0, SHOWN).map(waitingRow));
}

/** @param {Api.HallTicketOut} one */
function heldRow(one) {
  const said = `${HOLDS[String(one.hold)]} · ${nameOf("service", one.service)}`;
  const wakes = one.hold === "step";
  return row(one, said, wakes ? "wake" : "call", wakes ? "bell" : "play");
}

/** @param {Api.HallTicketOut} one */
const waitingRow = (one) => row(one, nameOf("service", one.service), "call", "play");

/** @param {Api.HallTicketOut} one
    @param {string} said
    @param {string} act
    @param {string} mark */
function row(one, said, act, mark) {
  const age = _("waited {m} of {t} min", { m: minutes(one.age_s), t: minutes(one.target_wait_s) });
  const label = fill(ACTS[act], { number: one.number });
  return el(
    one.late ? "li.late" : "li",
    { "data-key": one.id },
    el("b", {}, one.number),
    el("span", {}, said, el("span.soft", {}, age)),
    el("button", { type: "button", [`data-${act}`]: one.id, "aria-label": label, title: label }, icon(mark)),
  );
}

for (const list of ["#parked", "#waiting"]) {
  $(list).addEventListener("click", (event) => {
    const { call, wake } = event.target.closest("button")?.dataset ?? {};
    if (call) acts.call({ id: call });
    if (wake) acts.wake({ id: wake });
  });
}
