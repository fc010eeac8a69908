// Draws who is called where: the newest, or the one being announced, large; the others in a list that stays.

import { $, el, icon, say } from "#web/dom.js";
import { packed } from "./packing.js";
import { COUNTER_SAYS, CUES, both, named, pair } from "./words.js";

const MARKS = { calling: "bell", recall: "repeat", called: "walk" };
const flash = $("#flash");
const list = $("#calls");
const rows = new Map();

/** `announced`: the call being announced, if any. `pending`: the counters whose calls will be.
    @param {Api.CallOut[]} calls
    @param {Feed.Call | null} announced
    @param {Set<string>} pending */
export function drawCalls(calls, announced, pending) {
  const first = announced ?? calls.find((call) => call.state === "called") ?? calls[0];
  drawFlash(first, announced);
  drawList(calls, first, pending);
}

/** A counter's own display.
    @param {Api.BoardOut} state
    @param {Feed.Call | null} announced */
export function drawCounter(state, announced) {
  const call = announced ?? state.calls[0];
  const counter = String(state.counter?.state);
  const person = state.counter?.person;
  $("#person").hidden = !person;
  say($("#person b"), person ?? "");
  const words = COUNTER_SAYS[announced ? "called" : (state.calls[0]?.state ?? counter)];
  drawFlash(call ?? { number: "", state: counter }, announced, words);
  list.replaceChildren(...(call ? [el("li", {}, `${call.number} ${words.join(" ")}`)] : []));
}

function drawFlash(call, announced, words) {
  flash.hidden = !call;
  const key = call && [call.number, call.counter, call.state, announced?.seq, words?.[0]].join();
  if (!call || flash.dataset.key === key) return;
  const cue = announced ? (announced.recall ? "recall" : "calling") : call.state;
  Object.assign(flash.dataset, { key, state: cue });
  $(".cue", flash).hidden = Boolean(words && !announced);
  $(".cue span", flash).replaceChildren(...(cue in CUES ? both(CUES[cue]) : []));
  $(".cue use", flash).setAttribute("href", `/static/icons.svg#${MARKS[cue] ?? "counter"}`);
  const fresh = $(".call", flash).cloneNode(true);
  say($(".number", fresh), call.number);
  $(".where", fresh).replaceChildren(...(words ? both(words) : named(pair(call.counter_name))));
  for (const [part, fits] of [
    [".number", "line"],
    [".where", "wrap"],
  ])
    $(part, fresh).dataset.fit = fits;
  $(".call", flash).replaceWith(fresh);
}

/** @param {Api.CallOut[]} calls
    @param {Feed.Call | undefined} first
    @param {Set<string>} pending */
function drawList(calls, first, pending) {
  const others = calls.filter((call) => call.counter !== first?.counter);
  const { columns, rows: high } = packed(others.length);
  list.style.setProperty("--columns", columns);
  list.style.setProperty("--rows", high);
  list.dataset.crowd = others.length;
  list.hidden = calls.length === 0;
  list.classList.toggle("visually-hidden", others.length === 0);
  const now = new Set(calls.map((call) => call.counter));
  for (const counter of rows.keys()) if (!now.has(counter)) rows.delete(counter);
  list.replaceChildren(...calls.map((call) => row(call, call.counter === first?.counter, pending.has(call.counter))));
}

/** The counter's row, made anew only when it says something else.
    @param {Api.CallOut} call
    @param {boolean} isFirst
    @param {boolean} isPending */
function row(call, isFirst, isPending) {
  const key = [call.number, call.state, call.recall, isPending].join();
  let made = rows.get(call.counter);
  if (made?.dataset.key !== key) {
    made = el(
      `li.${call.state}`,
      { "data-key": key, "data-counter": call.counter },
      el("span.number", {}, call.number),
      icon(isPending ? "bell" : "next"),
      el("span.to", { "data-fit": "wrap" }, ...named(pair(call.counter_name))),
    );
    rows.set(call.counter, made);
  }
  made.classList.toggle("pending", isPending);
  made.classList.toggle("visually-hidden", isFirst);
  return made;
}
