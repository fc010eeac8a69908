// A ticket's story as staff read it: what happened to it, and who was called before it.

import { el, minutes } from "#web/dom.js";
import { _ } from "#web/words.js";
import { STATES } from "./words.js";

/** 10:42 of an instant that carries the branch's offset. */
const hhmm = (at) => at.slice(11, 16);

/** Where a ticket stands or how it ended, and at which counter.
    @param {Api.FoundTicketOut} one */
export const standing = ({ state, counter }) => [STATES[state], counter].filter(Boolean).join(" · ");

/** @param {Api.FoundTicketOut} ticket */
export const waited = ({ wait_s, target_wait_s }) =>
  wait_s === null ? "" : _("waited {m} of {t} min", { m: minutes(wait_s), t: minutes(target_wait_s ?? 0) });

/** @param {Api.StoryOut} story */
export const drawSteps = ({ steps }) => el("ol.steps", {}, ...steps.map(drawStep));

/** @param {{ at: string, what: string, who: string }} step */
const drawStep = ({ at, what, who }) =>
  el("li", {}, el("time", {}, at.slice(11, 19)), el("span", {}, what), el("span.soft", {}, who));

/** @param {Api.StoryOut} story */
export const drawOvertakers = ({ overtaken_by: before }) =>
  el("ul.overtakers", {}, ...(before.length ? before.map(drawOvertaker) : [el("li.soft", {}, _("Nobody."))]));

/** @param {{ called_at: string, number: string, why: string }} one */
const drawOvertaker = ({ called_at, number, why }) =>
  el("li", {}, el("time", {}, hhmm(called_at)), el("b", {}, number), el("span", {}, why));
