// What a page says, in its language. A sentence stands in its script in English, and the catalogues have the others.

import { given } from "./dom.js";

const { lang } = given;
/** The sentences of the page's scripts by their English.
    @type {Record<string, string>} */
const sentences = JSON.parse(given.texts ?? "{}");

const HAN = /[\u4e00-\u9fff]/;
const LATIN = /[0-9A-Za-z]/;

/** Whether a space belongs between a Chinese character of the sentence and what is filled in beside it.
    @param {string | undefined} written
    @param {string | undefined} filled */
const apart = (written, filled) => HAN.test(written ?? "") && LATIN.test(filled ?? "");

/** Fill `{name}` places. Chinese stands apart from figures and letters, whatever a counter's name is.
    @param {string} text
    @param {Record<string, any>} values */
export const fill = (text, values) =>
  text.replace(/\{(\w+)\}/g, (place, name, at) => {
    const value = String(values[name] ?? "");
    const before = apart(text[at - 1], value[0]) ? " " : "";
    const after = apart(text[at + place.length], value[value.length - 1]) ? " " : "";
    return before + value + after;
  });

/** A sentence in the page's language. Without `fields` it is a pattern, which `fill` fills.
    @param {string} english
    @param {Record<string, any>} [fields]
    @returns {string} */
export function _(english, fields) {
  const text = sentences[english] ?? english;
  return fields ? fill(text, fields) : text;
}

/** A name of an answer in the page's language.
    @param {Record<string, string>} name */
export const named = (name) => name[lang] ?? name.en;

const WAIT = {
  none: _("no waiting"),
  soon: _("very soon"),
  within: _("within {hi} min"),
  range: _("about {lo}–{hi} min"),
  long: _("more than {lo} min"),
  unknown: _("no counter is open for it, please ask the staff"),
};

/** The wait of a ticket, service or area as people say it; the figures were rounded by the branch.
    @param {{ wait_said: Api.QuotedWaitOut }} answer */
export const waitWords = ({ wait_said: said }) => fill(WAIT[said.kind], said);

/** Why a customer's act was refused.
    @param {{ status: number, message: string }} problem 0: no line */
export const refusal = ({ status, message }) =>
  status === 0 ? _("No connection. Please try again: nothing is done twice.") : message;
