// The teller's own summary of feedback cards: shares with their interval, never a single answer.

import { get } from "#web/api.js";
import { $, el, given } from "#web/dom.js";
import { _, refusal } from "#web/words.js";

const percent = (share) => Math.round(share * 100);

/** @param {Api.ShareOut} share
    @param {string} words */
const line = ({ value, lo, hi }, words) =>
  el(
    "p",
    {},
    el("b", {}, `${percent(value)} %`),
    ` ${words} `,
    el("span.soft", {}, _("({lo} to {hi} %)", { lo: percent(lo), hi: percent(hi) })),
  );

/** @param {Api.OwnCardsOut} own */
function summary({ first, last, least, cards, glad, low }) {
  const span = el("p.soft", {}, _("Whole weeks, {first} to {last}", { first, last }));
  if (!glad || !low) return [el("p", {}, _("Fewer than {n} cards: too few to tell.", { n: least })), span];
  return [
    line(glad, _("content (4 and 5)")),
    line(low, _("not content (1 and 2)")),
    el("p", {}, _("Cards: {n}", { n: cards })),
    span,
  ];
}

export function ownCards() {
  const panel = $("#own-cards");
  panel.addEventListener("toggle", async () => {
    if (!panel.open) return;
    try {
      $("div", panel).replaceChildren(...summary(await get(`/api/v1/counters/${given.counter}/cards`)));
    } catch (problem) {
      $("div", panel).replaceChildren(el("p", {}, refusal(problem)));
    }
  });
}
