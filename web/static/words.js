// Words that come with the branch's answers, in the page's language.

import { fill, texts } from "./api.js";
import { given } from "./dom.js";

const { lang } = given;

/** A name of an answer in the page's language.
    @param {Record<string, string>} name */
export const named = (name) => name[lang] ?? name.en;

/** The wait of a ticket, service or area as people say it; the figures were rounded by the branch.
    @param {{ wait_said: Api.QuotedWaitOut }} answer */
export const waitWords = ({ wait_said: said }) => fill(texts.wait[said.kind], said);
