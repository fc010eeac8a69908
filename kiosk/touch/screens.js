// Which screen is shown, and the way back. A new screen takes the focus to its heading; who listens is told.

import { $, $$, given, say } from "#web/dom.js";
import { changed } from "#web/guard.js";

const PASSING = ["attract", "offline", "refused"];
/** @type {((screen: string) => void)[]} */
const heard = [];
/** @type {string[]} */
let trail = [];
let turns = 0;

export const current = () => given.screen;
export const onShow = (listener) => heard.push(listener);
export const section = () => $(`#${current()}`);

/** Turn to a screen; `goBack` leads to the one before. */
export function show(name) {
  if (name !== current() && !PASSING.includes(current())) trail.push(current());
  turn(name);
}

/** Turn to a screen that nothing stands before. */
export function showFirst(name) {
  trail = [];
  turn(name);
}

export function goBack() {
  turn(trail.pop() ?? "start");
}

function turn(name) {
  for (const screen of $$(".screen")) screen.hidden = screen.id !== name;
  given.screen = name;
  turns += 1;
  changed();
  heard.forEach((tell) => tell(name));
  $("h2", section()).focus({ preventScroll: true });
  section().scrollTop = 0;
}

/** Whether the needs stand before the screen: in the page's order, as they are seen and read. */
export const needsFirst = () => document.body.classList.contains("needs-first");

/** @param {boolean} first */
export function placeNeeds(first) {
  const needs = $(".region");
  const next = first ? $("#screens") : $("footer");
  if (needs.nextElementSibling !== next) next.before(needs);
  document.body.classList.toggle("needs-first", first);
}

/** Another after every turn to a screen. */
export const turnNow = () => turns;

/** Whether a sentence stands there that somebody was told; one of the line goes with its cause. */
export const isAnswered = () => !$("#notice").hidden && !$("#notice").classList.contains("down");

/** A sentence for whatever screen is shown; it takes no place of its own. */
export function notice(text, down = false) {
  const line = $("#notice");
  line.classList.toggle("down", down);
  line.hidden = !text;
  say(line, text);
}
