// What runs out today: the most urgent first, each with its reason, its deadline in words and who answers for it.

import { get } from "#web/api.js";
import { $, el, icon } from "#web/dom.js";
import { _, named } from "#web/words.js";
import { complain } from "../shared/names.js";
import { CHANNELS, LEVELS, WHY, WHY_MARKS, about, statusPill } from "./words.js";
import "#web/guard.js";

const REFRESH_MS = 60_000;

/** @param {Api.DueOut} entry */
function row({ case: view, why }) {
  return el(
    "li.due",
    { "data-case": view.id },
    el(
      "a.entry",
      { href: `/desk/cases/${view.id}` },
      el("span.head", {}, el("b", {}, view.number), statusPill(view), el("span.tag", {}, CHANNELS[view.channel])),
      el("span.pills", {}, ...why.map(pill)),
      el("span", {}, about(view)),
      el("span.soft", {}, [deadlines(view), who(view)].filter(Boolean).join(" · ")),
    ),
  );
}

const pill = (reason) => el(`span.pill${WHY_MARKS[reason] ? `.${WHY_MARKS[reason]}` : ""}`, {}, WHY[reason]);

/** @param {Api.ComplaintOut} view */
function deadlines(view) {
  const answer = view.answer_due && _("answer: {words}", { words: named(view.answer_due.words) });
  const word = view.first_word_due && _("first word: {words}", { words: named(view.first_word_due.words) });
  const promises = view.promises
    .filter((promise) => !promise.kept)
    .map(({ due }) => _("promised for {day}", { day: due }));
  return [answer, word, ...promises].filter(Boolean).join(" · ");
}

/** @param {Api.ComplaintOut} view */
const who = (view) =>
  view.owner || view.level !== "owner"
    ? [view.owner_name, LEVELS[view.level]].filter(Boolean).join(", ")
    : _("nobody answers for it");

async function refresh() {
  const { total, entries } = await get("/api/v1/cases/due");
  const further = total - entries.length;
  $("#due").replaceChildren(...(total ? entries.map(row) : [nothing()]), ...(further ? [rest(further)] : []));
}

const rest = (n) =>
  el(
    "li.none",
    {},
    el("a", { href: "/desk/cases" }, _("{n} less urgent ones are not shown here: see all complaints", { n })),
  );

const nothing = () =>
  el("li.none", {}, icon("check"), el("p", {}, _("Nothing runs out today, and nothing is late. Well done.")));

refresh().catch(complain);
setInterval(() => refresh().catch(complain), REFRESH_MS);
document.body.dataset.ready = "yes";
