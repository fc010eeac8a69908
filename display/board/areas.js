// Draws how each area waits: calm, beside the calls.

import { $, el, icon } from "#web/dom.js";

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
    el("div.name", { "data-fit": "wrap" }, el("span.zh", {}, one.name.zh), el("span.en", { lang: "en" }, one.name.en)),
    one.self_service ? null : people(one.waiting),
    el("div.wait", { "data-fit": "wrap" }, ...wait(one)),
    one.next.length && !one.self_service ? next(one.next) : way(one.way),
  );
}

const people = (waiting) =>
  el(
    "p.people",
    {},
    icon("people"),
    el("b", {}, String(waiting)),
    el("span", {}, " 人等候 ", el("span.en", { lang: "en" }, "waiting")),
  );

/** @param {Api.BoardAreaOut} one */
function wait(one) {
  if (one.self_service) return both("随到随办", "No queue");
  if (!one.open_counters) return both("暂未开放", "Not open now");
  return both(one.wait_words.zh, one.wait_words.en);
}

const both = (zh, en) => [el("span.zh", {}, zh), " ", el("span.en", { lang: "en" }, en)];

const next = (numbers) =>
  el(
    "div.next",
    {},
    el("p", {}, "下一位 ", el("span.en", { lang: "en" }, "Next")),
    el("ul", { "data-spare": true }, ...numbers.map((number) => el("li.number", {}, number))),
  );

const way = (name) =>
  el(
    "div.way",
    { "data-fit": "wrap" },
    icon("walk"),
    el("span.zh", {}, name.zh),
    " ",
    el("span.en", { lang: "en" }, name.en),
  );
