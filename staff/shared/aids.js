// What meets a customer's special needs now: who is here, which counter, how many are left to lend.

import { el, icon } from "#web/dom.js";
import { _, named } from "#web/words.js";
import { nameOf } from "./names.js";

/** A tag for each aid that fits the needs; those that are not at hand say so.
    @param {{ aids: Api.AidOut[] }} hall
    @param {{ needs: string[] }} ticket */
export const aidsFor = (hall, { needs }) =>
  hall.aids.filter((aid) => aid.needs.some((need) => needs.includes(need))).map(drawAid);

/** @param {Api.AidOut} aid */
function drawAid(aid) {
  const people = aid.people.filter(({ here }) => here).map(({ name }) => name);
  const counters = aid.counters.map((id) => nameOf("counter", id));
  const left = aid.left ? [_("{n} left", { n: aid.left })] : [];
  const where = aid.at_hand ? [...people, ...counters, ...left].join(" ") : _("not at hand");
  return el(
    `span.tag.aid.${aid.at_hand ? "at-hand" : "missing"}`,
    { "data-key": `aid-${aid.id}` },
    icon(aid.at_hand ? "check" : "warning"),
    [named(aid.name), where].filter(Boolean).join(" · "),
  );
}
