// Words that come with the branch's answers, in the page's language.

import { fill, texts } from "./api.js";
import { given } from "./dom.js";

const { names } = given;

/** A `{zh, en}` of an answer: what the page's language has for it, else as its readers read names.
    @param {Record<string, string>} name */
export const named = (name) => texts.said?.[name.en] ?? name[names];

/** The wait of a ticket, service or area as people say it; the figures were rounded by the branch.
    @param {{ wait_said: Api.QuotedWaitOut }} answer */
export const waitWords = ({ wait_said: said }) => fill(texts.wait[said.kind], said);
