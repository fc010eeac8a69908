// What a new action is opened from: what the branch knows of it, and what of the form follows from that.

import { get } from "#web/api.js";
import { el, icon, minutes } from "#web/dom.js";
import { _ } from "#web/words.js";
import { SOURCES, said, valueOf } from "./words.js";

/** `facts` are for the reader; `fields` are what the form begins with; `why` says why a figure is proposed, or none;
    `tickets` are linked.
    @typedef {{ href: string, facts: (string | false | null)[], fields: Record<string, string>, why?: string,
      tickets?: string[] }} Origin */

/** Where what an action was opened from is read. */
export const WAYS = {
  case: (id) => `/desk/cases/${id}`,
  inspection: () => "/desk/standards",
  panel: (id) => `/desk/panel?panel=${id}`,
  figure: (id) => `/desk/bulletin/parts?measure=${id}`,
};

/** By source, what asks the branch about it.
    @type {Record<string, (asked: URLSearchParams) => Promise<Origin>>} */
const ORIGINS = { case: ofCase, inspection: ofInspection, panel: ofPanel, figure: ofFigure };

/** @param {URLSearchParams} asked what another page leads here with
    @returns {Promise<Origin | null>} null for an action that is opened freely */
export async function originOf(asked) {
  const source = asked.get("source") ?? "";
  return ORIGINS[source] ? ORIGINS[source](asked) : null;
}

/** The complaint, and its visit as the branch's own journal has it.
    @returns {Promise<Origin>} */
async function ofCase(asked) {
  const id = asked.get("source_id");
  const { case: view, visit } = await get(`/api/v1/cases/${id}`);
  const { why, ...aim } = aimOf(view, visit);
  return {
    href: WAYS.case(id),
    facts: [view.number, view.cause && said("cause", view.cause), ...(visit ? visitFacts(visit) : [])],
    fields: { cause: view.cause ?? "", ...aim },
    why,
    tickets: view.ticket ? [view.ticket] : [],
  };
}

const isLate = ({ waited_s: waited, target_wait_s: target }) => waited !== null && waited > target;

function visitFacts(visit) {
  const waited = { n: minutes(visit.waited_s ?? 0), target: minutes(visit.target_wait_s) };
  return [
    _("ticket {number} of {day}", visit),
    said("service", visit.service),
    visit.waited_s === null ? _("was never called") : _("waited {n} min, the target was {target} min", waited),
    visit.counter && said("counter", visit.counter),
    visit.overtaken > 0 && _("Came later and were called before: {n}", { n: visit.overtaken }),
  ];
}

/** The manner and quality of service, as JR/T 0169-2018 has it. */
const MANNER = "C01";

/** The figure that a change is to move, for the business of the visit, and why it is this one. What customers complain
    of beside waits and manners is measured for no group: the form says so.
    @param {Api.ComplaintOut} view
    @returns {{ measure: string, service?: string, why: string }} */
function aimOf(view, visit) {
  const group = visit ? { service: visit.service } : {};
  if (visit && isLate(visit))
    return { measure: "late_share", ...group, why: _("Proposed, since the customer waited past the target.") };
  if (view.channel === "card")
    return { measure: "feedback_low_share", ...group, why: _("Proposed, since the complaint came with a low score.") };
  if (view.cause === MANNER)
    return {
      measure: "feedback_low_share",
      ...group,
      why: _("Proposed, since low scores tell how customers are served."),
    };
  return {
    measure: "",
    why: view.cause ? noneFits(view.cause) : _("None is proposed: the complaint has no cause yet."),
  };
}

const noneFits = (cause) =>
  _("None is proposed: no figure measures “{cause}”. Choose one, or leave it: the effect is then not measured.", {
    cause: said("cause", cause),
  });

/** What was not kept: its standard, its owner and its day. */
async function ofInspection(asked) {
  const { day, items } = await get(`/api/v1/inspections/${asked.get("source_id")}`);
  const standard = asked.get("standard") ?? "";
  const finding = items.find((item) => item.id === standard)?.finding;
  return {
    href: WAYS.inspection(),
    facts: [day, standard, standardWords(standard), finding && _("due {day}", { day: finding.due })],
    fields: { standard, title: standardWords(standard).slice(0, 200), ...(finding ? openFinding(finding) : {}) },
  };
}

const openFinding = ({ owner, due }) => ({ owner, due });

/** What the catalogue asks for by this id; empty for an id that it does not have. */
export const standardWords = (id) =>
  document.querySelector(`#standards option[value="${CSS.escape(id)}"]`)?.textContent ?? "";

async function ofPanel(asked) {
  const id = asked.get("source_id");
  const panel = await get(`/api/v1/panels/${id}`);
  return {
    href: WAYS.panel(id),
    facts: [panel.title, panel.on, ...panel.findings.map((finding) => finding.text).filter(Boolean)],
    fields: {},
  };
}

/** The figure of the bulletin's period, of all or of one group. */
async function ofFigure(asked) {
  const measure = asked.get("source_id") ?? "";
  const span = asked.get("span") ?? "day";
  const day = asked.get("date");
  const { measures } = await get(`/api/v1/reports/${span}/${day}`);
  const { value, n } = measures[measure];
  return {
    href: `${WAYS.figure(measure)}&from=${day}&to=${day}`,
    facts: [said("measure", measure), valueOf(measure, value), day, _("{n} behind it", { n })],
    fields: { measure },
  };
}

/** @param {string} source
    @param {Origin} origin */
export const drawOrigin = (source, { href, facts }) =>
  el(
    "p.band.info",
    {},
    icon("info"),
    el(
      "span",
      {},
      el("a", { href }, _("Opened from {source}", { source: SOURCES[source] })),
      ": ",
      facts.filter(Boolean).join(" · "),
    ),
  );
