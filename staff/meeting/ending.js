// The end of a meeting, a round or a visit: what is still open is asked once; afterwards it says what was left out.

import { el, icon } from "#web/dom.js";
import { _ } from "#web/words.js";

/** So many standards are named before the rest is folded away. */
const FEW = 8;
/** Gives a standard's name in words.
    @typedef {(id: string) => string} Naming */

/** What is still open, and whether to end all the same.
    @param {import("./sample.js").Open} open
    @param {Naming} naming
    @param {string} due until when what has no owner is to be put right */
export function drawAsked({ differing, unseen, unowned }, naming, due) {
  const owner = _("{n} not kept, and nobody is named: who ends it owns them until {due}", { n: unowned.length, due });
  return [
    el("h2", { id: "ending-title" }, _("End it? Something is still open")),
    group("chat", _("Self-check and peer check differ on {n}", { n: differing.length }), ids(differing), naming),
    group("eye", _("{n} not yet checked by everybody who should", { n: unseen.length }), ids(unseen), naming),
    group("person", owner, ids(unowned), naming),
    el(
      "p.buttons",
      {},
      el("button.primary", { type: "button", "data-do": "stay" }, _("Go on with it")),
      el("button", { type: "button", "data-do": "finish" }, _("End all the same")),
    ),
  ];
}

/** When it ended and by whom, and what can be done still.
    @param {Api.InspectionOut} inspection
    @param {boolean} waits whether the end waits for the line */
export function drawEnded({ ended_at: at, ended_by_name: who }, waits) {
  if (waits)
    return [el("p.band.warn", {}, icon("clock"), el("span", {}, _("It ends when the connection is back."), " ", ONLY))];
  if (!at) return [];
  const time = at.slice(11, 16);
  const words = who ? _("{who} ended it at {time}.", { who, time }) : _("It ended with the day, at {time}.", { time });
  return [el("p.band.info", {}, icon("check"), el("span", {}, words, " ", ONLY))];
}

const ONLY = _("What was seen can only be corrected now, with a reason; what it was before stays on record.");

/** What was left out when it ended.
    @param {Api.InspectionOut} inspection
    @param {Naming} naming */
export function drawLeftOut({ left_out: all, differing }, naming) {
  const unseen = all.filter((id) => !differing.includes(id));
  return [
    el("h2", { id: "ending-title" }, _("Left out at the end")),
    group("chat", _("Self-check and peer check differed on {n}", { n: differing.length }), differing, naming),
    group("eye", _("{n} not yet checked by everybody who should", { n: unseen.length }), unseen, naming),
  ];
}

/** @param {import("./sample.js").Item[]} items */
const ids = (items) => items.map((item) => item.id);

/** Standards by name, each with the way to it; nothing of none.
    @param {string} sign
    @param {string} words
    @param {string[]} all
    @param {Naming} naming */
function group(sign, words, all, naming) {
  if (all.length === 0) return null;
  const links = all.map((id) => el("li", {}, el("a", { href: `#item-${id}` }, `${id} ${naming(id)}`)));
  const rest = links.slice(FEW);
  const more = _("More items: {n}", { n: rest.length });
  return el(
    "div.open",
    {},
    el("p", {}, icon(sign), el("b", {}, words)),
    el("ul", {}, ...links.slice(0, FEW)),
    rest.length > 0 && el("details", {}, el("summary", {}, more), el("ul", {}, ...rest)),
  );
}
