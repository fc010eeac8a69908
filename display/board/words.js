// What boards say in their two languages at once, and how names stand on them.

import { el, given } from "#web/dom.js";
import { fill } from "#web/words.js";

const PLACES = ["first", "second"];
/** The board's languages: code, tag in HTML, and its sentences by their English.
    @type {{ code: string, tag: string, sentences: Record<string, string> }[]} */
const languages = JSON.parse(given.texts).languages;

/** A sentence in both languages. A field may be a pair, too.
    @param {string} english
    @param {Record<string, any>} [fields] */
export const _ = (english, fields = {}) =>
  languages.map(({ sentences }, n) => fill(sentences[english] ?? english, inLanguage(fields, n)));

const inLanguage = (fields, n) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value[n] : value]));

/** A name or forecast in both languages.
    @param {Record<string, string>} name */
export const pair = (name) => languages.map(({ code }) => name[code] ?? name.en);

/** Words in both languages, one beside the other.
    @param {string[]} words */
export const both = ([first, second]) => [...part(0, first), " ", ...part(1, second)];

/** A name in both languages; the digits of the first one large, since they are what one looks for.
    @param {string[]} words */
export function named([first, second]) {
  const parts = first.split(/(\d+)/).filter(Boolean);
  const large = parts.map((text) => (/\d/.test(text) ? el("b", {}, text) : text));
  return [...part(0, ...large), ...part(1, second)];
}

const part = (n, ...words) => [el(`span.${PLACES[n]}`, { lang: languages[n].tag }, ...words)];

/** The same instant as both languages write it.
    @param {Date} at
    @param {Intl.DateTimeFormatOptions} form */
export const dated = (at, form) => languages.map(({ tag }) => at.toLocaleDateString(tag, form));

export const CUES = {
  calling: _("Now calling"),
  recall: _("Called again"),
  called: _("Please go to the counter"),
  serving: _("Being served"),
};

export const COUNTER_SAYS = {
  called: _("Please come to this counter"),
  serving: _("Being served"),
  open: _("One moment, please"),
  paused: _("Back soon"),
  closed: _("Not open now"),
};

export const IDLE = {
  soon: _("Please wait, we will call you soon"),
  welcome: _("Welcome, please take a number"),
  shut: _("The counters are not open now"),
  early: _("No counter is open at the moment, please wait"),
};

/** What stands there while nobody is called.
    @param {Api.BoardOut} state */
export function idleWords({ areas, closed }) {
  const manned = areas.some((area) => area.open_counters > 0 || area.self_service);
  const waiting = areas.some((area) => area.waiting > 0);
  if (closed && !waiting) return pair(closed);
  if (manned) return waiting ? IDLE.soon : IDLE.welcome;
  return waiting ? IDLE.early : IDLE.shut;
}

/** `90` as `2 min`, in both languages.
    @param {number} seconds */
export function ago(seconds) {
  if (seconds < 90) return _("{s} s", { s: seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return _("{m} min", { m: minutes });
  return _("{n} h", { n: Math.round(minutes / 60) });
}
