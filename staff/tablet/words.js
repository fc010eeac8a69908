// What the tablet's parts share: its words, times as the branch's clock shows them, signs.

import { el, icon, minutes } from "#web/dom.js";
import { _, named } from "#web/words.js";

/** 10:42 of an instant that carries the branch's offset. */
export const hhmm = (at) => at.slice(11, 16);

/** A wait as staff read it: whom a customer would ask is they.
    @param {{ wait_said: Api.QuotedWaitOut, wait_words: Record<string, string> }} one */
export const waitOf = (one) => (one.wait_said.kind === "unknown" ? _("no counter open") : named(one.wait_words));

/** How a printer is. */
export const PRINTERS = {
  ok: _("well"),
  unknown: _("no answer"),
  paper_low: _("paper low"),
  paper_out: _("out of paper"),
  cover_open: _("cover open"),
  offline: _("offline"),
  silent: _("no longer answers"),
  paused: _("print queue stopped"),
  fault: _("program fault; the log has the reason"),
  undrawable: _("the slip cannot be drawn; the log has the reason"),
  unprinted: _("the slip was not printed; the log has the reason"),
};

/** Between the members of a list. */
export const COMMA = _(", ");

/** What is done to a counter. */
export const VERBS = { open: _("Open"), close: _("Close"), pause: _("Pause"), resume: _("Resume") };

export const mins = (seconds) => _("{m} min", { m: minutes(seconds) });

/** Seconds from an instant to the state's own.
    @param {Api.HallOut} hall
    @param {string} at */
export const since = (hall, at) => Math.max(0, (Date.parse(hall.at) - Date.parse(at)) / 1000);

export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** What waits for the line, with its sign. */
export const unsent = (spec, words) => el(spec, {}, icon("clock"), words);

/** A button that says what it does: `data` become its data attributes. */
export function button(text, data, spec = "button", more = {}) {
  const attributes = Object.fromEntries(Object.entries(data).map(([name, value]) => [`data-${name}`, value]));
  return el(spec, { type: "button", ...attributes, ...more }, ...[text].flat());
}

/** How a ticket stands to its promise: late, soon or calm; each has a shape of its own beside its colour.
    @param {Api.HallTicketOut} one */
export const heat = (one) => (one.late ? "late" : one.soon ? "soon" : "calm");
const HEATS = ["late", "soon", "calm"];
/** @param {Api.HallTicketOut} a
    @param {Api.HallTicketOut} b */
export const byHeat = (a, b) => HEATS.indexOf(heat(a)) - HEATS.indexOf(heat(b));
/** @param {Api.HallTicketOut} one */
export const inLine = (one) => ["waiting", "parked"].includes(one.state);
const SHAPES = { late: "▲", soon: "◆", calm: "●" };
export const shape = (kind) => el("i.shape", { "aria-hidden": "true" }, SHAPES[kind]);
