// Compliments: the own ones, today's cards that nobody has passed on, and what was passed on.

import { el, icon } from "#web/dom.js";
import { _ } from "#web/words.js";
import { nameOf } from "../shared/names.js";

const CHANNELS = {
  card: _("feedback card"),
  book: _("opinion book"),
  telephone: _("telephone"),
  on_the_spot: _("on the spot"),
};

/** @param {Api.ComplimentOut} one
    @param {Map<string, Api.ComplimentWordsOut>} opened */
export function drawMine(one, opened) {
  const words = opened.get(one.id);
  return el(
    "li",
    { "data-key": one.id, "data-compliment": one.id },
    el(
      "p.head",
      {},
      icon("heart"),
      el("b", {}, _("A customer praises you")),
      el("span.soft", {}, `${one.day} · ${CHANNELS[one.channel]}`),
    ),
    words
      ? el("p.words", {}, words.words)
      : el("p.buttons", {}, el("button.primary", { type: "button", "data-do": "read", "data-id": one.id }, _("Read"))),
  );
}

/** @param {Api.PraiseCardOut} card */
export const drawCard = (card) =>
  el(
    "li",
    { "data-key": card.ticket, "data-card": card.ticket },
    el(
      "p.head",
      {},
      el("b", {}, card.number),
      card.counter ? nameOf("counter", card.counter) : "",
      el("span.soft", {}, card.names.join(_(", "))),
    ),
    el(
      "p.buttons",
      {},
      el(
        "button",
        { type: "button", "data-do": "card", "data-id": card.ticket, "data-about": card.people[0] ?? "" },
        _("Use this card"),
      ),
    ),
  );

/** @param {Api.ComplimentOut} one */
export const drawPassedOn = (one) =>
  el(
    "li",
    { "data-key": one.id },
    el(
      "p.head",
      {},
      el("b", {}, one.names.join(_(", "))),
      el("span.soft", {}, `${one.day} · ${CHANNELS[one.channel]}`),
      one.read_by.length
        ? el("span.pill.good", {}, icon("check"), _("read"))
        : el("span.pill.info", {}, icon("clock"), _("not read yet")),
    ),
  );
