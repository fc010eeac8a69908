// All cases: looked for by number, state and channel; lists of the hotline taken in, and given out in codes.

import { Problem, get, newKey, post } from "#web/api.js";
import { $, $$, el, icon, say } from "#web/dom.js";
import { latest } from "#web/latest.js";
import { _, named } from "#web/words.js";
import { complain } from "../shared/names.js";
import { leftPill } from "../shared/people.js";
import { assignControls } from "./owner.js";
import { CHANNELS, about, statusPill, takingWords, when } from "./words.js";
import "#web/guard.js";

const csrf = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
const PAGE = 100;
const casesOf = latest((asked) => get(`/api/v1/cases?${asked}`));
const TAKING_MS = 2000;
let offset = 0;
let again;

async function refresh() {
  const wish = [...new FormData($("#filter"))]
    .filter(([, value]) => value !== "")
    .map(([name, value]) => [name, String(value)]);
  const asked = new URLSearchParams([...wish, ["offset", String(offset)], ["limit", String(PAGE)]]);
  const found = await casesOf(asked);
  if (!found) return;
  const { total, cases, taking } = found;
  say($("#count"), _("Cases: {n}", { n: total }));
  tellTaking(taking);
  $("#cases").replaceChildren(...(cases.length ? cases.map(row) : [nothing()]));
  for (const drawn of $$(".scroll, #lists")) drawn.hidden = false;
  $("#back").hidden = offset === 0;
  $("#more").hidden = offset + PAGE >= total;
}

/** A part of a list is no list: that is said, and looked at again, until all of it is there.
    @param {Api.CaseListOut["taking"]} taking */
function tellTaking(taking) {
  clearTimeout(again);
  $("#taking").hidden = taking.length === 0;
  $("#taking").classList.toggle("warn", taking.some(isStopped));
  say($("#taking"), taking.map(takingWords).join(" "));
  if (!taking.every(isStopped)) again = setTimeout(() => refresh().catch(complain), TAKING_MS);
}

/** Nothing more comes of it by itself.
    @param {Api.TakingOut} list */
const isStopped = ({ stopped }) => stopped;

/** @param {Api.ComplaintOut} view */
function row(view) {
  return el(
    "tr",
    { "data-case": view.id },
    el("th", { scope: "row" }, el("a", { href: `/desk/cases/${view.id}` }, view.number)),
    el("td", {}, CHANNELS[view.channel], view.reference && el("small.soft", {}, view.reference)),
    el("td", {}, about(view), view.group && el("span.tag", {}, _("group")), view.confidential && icon("lock")),
    el("td", {}, when(view.came_at)),
    el("td", {}, statusPill(view)),
    el("td", {}, ...deadline(view)),
    el("td", {}, owner(view)),
  );
}

/** Who answers for it, and how that is changed. */
const owner = (view) =>
  el(
    "div.owner",
    {},
    el(view.owner ? "span" : "span.soft", {}, view.owner_name || _("nobody")),
    leftPill(view.owner_left),
    ...assignControls(view, (body) => assign(view, body)),
  );

async function assign(view, body) {
  complain(null);
  try {
    await post(`/api/v1/cases/${view.id}/assign`, body);
    await refresh();
  } catch (problem) {
    complain(problem);
  }
}

/** @param {Api.ComplaintOut} view */
function deadline({ answer_due: due }) {
  if (!due) return [el("span.soft", {}, "–")];
  return [el(due.late ? "b.late" : "span", {}, named(due.words)), due.last_day && el("small.soft", {}, due.last_day)];
}

const nothing = () => el("tr", {}, el("td.none", { colspan: 7 }, _("No case matches.")));

/** A whole file goes as it is; what is wrong in it comes back row by row. */
async function take(event) {
  event.preventDefault();
  const { file, channel } = event.target.elements;
  const button = event.target.querySelector("button");
  complain(null);
  button.disabled = true;
  say($("#taken"), _("The list is being read …"));
  try {
    report(await send(file.files[0], channel.value));
  } catch (problem) {
    say($("#taken"), "");
    complain(problem);
    refresh().catch(complain);
  }
  button.disabled = false;
}

async function send(file, channel) {
  const answer = await fetch(`/api/v1/cases/import?channel=${channel}`, {
    method: "POST",
    headers: { "X-CSRFToken": csrf, "Idempotency-Key": newKey(), "Accept-Language": document.documentElement.lang },
    body: file,
    credentials: "same-origin",
  }).catch(() => null);
  if (!answer) throw new Problem(0, "");
  const body = await answer.json();
  if (!answer.ok) throw new Problem(answer.status, body.detail);
  return body;
}

/** @param {Api.CaseImportOut} answer */
function report({ rows, taken, known, wrong, known_rows: knownRows, to_check: toCheck }) {
  const words = wrong.length
    ? _("Nothing was imported. Errors: {n}", { n: wrong.length })
    : _("Rows: {rows}. New: {taken}. Already here: {known}.", { taken, rows, known });
  say($("#taken"), words);
  $("#wrong").replaceChildren(...wrong.map((one) => el("li", {}, _("row {row}, {field}: {message}", { ...one }))));
  $("#known").replaceChildren(...toCheck.map(checkRow), ...knownRows.map(knownRow));
  refresh().catch(complain);
}

/** @typedef {Api.CaseImportOut["known_rows"][number]} KnownRow */

/** A row that was passed over, and the case that it is.
    @param {KnownRow} one */
const knownRow = (one) =>
  rowWithCase(
    one,
    one.formerly
      ? _("row {row}, {reference}: already here under another number", { ...one })
      : _("row {row}, {reference}: already here", { ...one }),
  );

/** A row that was taken, and the case that had or has its number by mistake, or is the same after all.
    @param {KnownRow} one */
const checkRow = (one) =>
  rowWithCase(
    one,
    one.formerly
      ? _("row {row}, {reference}: imported; another complaint had this number before a correction, please compare", {
          ...one,
        })
      : _("row {row}, {reference}: imported; another complaint has this number since a correction, please compare", {
          ...one,
        }),
  );

/** @param {KnownRow} one
    @param {string} words */
const rowWithCase = (one, words) =>
  el("li", {}, words, " ", one.case && el("a", { href: `/desk/cases/${one.case}` }, String(one.number)));

const turn = (by) => {
  offset = Math.max(0, offset + by);
  refresh().catch(complain);
};
$("#filter").addEventListener("input", () => {
  offset = 0;
  refresh().catch(complain);
});
$("#filter").addEventListener("submit", (event) => event.preventDefault());
$("#back").addEventListener("click", () => turn(-PAGE));
$("#more").addEventListener("click", () => turn(PAGE));
$("#import")?.addEventListener("submit", take);
refresh().catch(complain);
document.body.dataset.ready = "yes";
