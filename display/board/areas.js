// Draws how each area waits: calm, beside the calls.

import { $, el, icon } from "#web/dom.js";
import { _, both, pair } from "./words.js";

const list = $("#areas");
let drawn = "";

/** @param {Api.BoardAreaOut[]} areas */
export function drawAreas(areas) {
  const now = JSON.stringify(areas);
  if (now === drawn) return;
  drawn = now;
  list.dataset.areas = areas.length;
  list.replaceChildren(...areas.map(area));
}

/** @param {Api.BoardAreaOut} one */
function area(one) {
  return el(
    "li",
    { "data-area": one.id },
    el("div.name", { "data-fit": "wrap" }, ...both(pair(one.name))),
    one.self_service ? null : people(one.waiting),
    el("div.wait", { "data-fit": "wrap" }, ...wait(one)),
    one.next.length && !one.self_service ? next(one.next) : way(one.way),
  );
}

const people = (waiting) =>
  el("p.people", {}, icon("people"), el("b", {}, String(waiting)), el("span", {}, ...both(_("people waiting"))));

/** @param {Api.BoardAreaOut} one */
function wait(one) {
  if (one.self_service) return both(_("No queue"));
  if (!one.open_counters) return both(_("Not open now"));
  return both(pair(one.wait_words));
}

const next = (numbers) =>
  el(
    "div.next",
    {},
    el("p", {}, ...both(_("Up next"))),
    el("ul", { "data-spare": true }, ...numbers.map((number) => el("li.number", {}, number))),
  );

const way = (name) => el("div.way", { "data-fit": "wrap" }, icon("walk"), ...both(pair(name)));
