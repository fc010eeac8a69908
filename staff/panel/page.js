// Focus-customer panels: plan one, draw its guests, invite them, note who came.

import { get, post } from "#web/api.js";
import { $, el, given, icon, say } from "#web/dom.js";
import { latest } from "#web/latest.js";
import { _ } from "#web/words.js";
import { actsThen } from "../shared/act.js";
import { complain } from "../shared/names.js";
import { leftPill } from "../shared/people.js";
import { drawBias, drawDraws } from "./draw.js";
import { drawFindings } from "./findings.js";
import { drawInvitations } from "./invitations.js";
import "#web/guard.js";

const STATES = { planned: _("planned"), held: _("held"), cancelled: _("cancelled") };
const MARKS = { planned: "info", held: "good", cancelled: "" };
const acts = Boolean(given.acts);
let chosen = new URLSearchParams(location.search).get("panel") ?? "";

const act = actsThen(refresh);

const panelsNow = latest(async () => {
  /** @type {Api.PanelOut[]} */
  const all = await get("/api/v1/panels");
  chosen = chosen || (all[0]?.id ?? "");
  return { all, shown: chosen ? await get(`/api/v1/panels/${chosen}`) : null };
});

async function refresh() {
  const found = await panelsNow();
  if (!found) return;
  const { all, shown } = found;
  drawList(all);
  $("#one").replaceChildren(...(shown ? drawPanel(shown) : [nothing()]));
}

const nothing = () =>
  el(
    "section.card.none",
    {},
    icon("people"),
    el("p.soft", {}, _("No panel is planned yet. Plan one to hear customers who agreed to be asked.")),
  );

/** @param {Api.PanelOut[]} all */
function drawList(all) {
  const rows = all.map((panel) =>
    el(
      "li",
      {},
      el(
        "button.row",
        { type: "button", "aria-current": panel.id === chosen && "true", onclick: () => choose(panel.id) },
        el("b", {}, panel.title),
        el("span.soft", {}, panel.on),
        pill(panel),
      ),
    ),
  );
  $("#panels").replaceChildren(...(rows.length ? rows : [el("li.soft", {}, _("None yet."))]));
}

/** @param {{ state: keyof typeof STATES }} panel */
const pill = ({ state }) => el(`span.pill${MARKS[state] && `.${MARKS[state]}`}`, {}, STATES[state]);

async function choose(id) {
  chosen = id;
  complain(null);
  history.replaceState(null, "", `?panel=${encodeURIComponent(id)}`);
  await refresh().catch(complain);
}

/** @param {Api.PanelWithBiasOut} panel */
function drawPanel(panel) {
  const path = `/api/v1/panels/${panel.id}`;
  const asked = (guest, verb, body) => act(`${path}/invitations/${guest}/${verb}`, body);
  return [
    el(
      "section.card",
      {},
      el("div.title", {}, el("h2", {}, panel.title), pill(panel)),
      facts(panel),
      acts && panel.state === "planned" && steps(panel, path),
      acts && panel.has_reason && drawReason(path),
      el("p.soft", { id: "said", role: "status" }),
    ),
    el(
      "section.card",
      {},
      el("h3", {}, _("Invitations")),
      el("p.soft", {}, _("Places: {n} of {size}", { n: panel.expected, size: panel.size })),
      drawInvitations(panel, acts, asked, showContact),
    ),
    panel.state === "held" && el("section.card", {}, el("h3", {}, _("Findings")), ...drawFindings(panel, acts, act)),
    panel.draws.length > 0 &&
      el("section.card", {}, el("h3", {}, _("How they were drawn")), ...drawDraws(panel), ...drawBias(panel.bias)),
  ].filter(Boolean);
}

/** @param {Api.PanelWithBiasOut} panel */
function facts(panel) {
  const rows = [
    [_("Day"), panel.on],
    [_("Place"), panel.place],
    [_("Hosts from the bank"), panel.hosts || "–"],
    [_("Visits"), `${panel.since} – ${panel.until}`],
    [_("Its owner"), el("span", {}, panel.owner_name, " ", leftPill(panel.owner_left && panel.state === "planned"))],
  ];
  return el("dl", {}, ...rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/** @param {Api.PanelWithBiasOut} panel
    @param {string} path */
function steps(panel, path) {
  const lacking = panel.size - panel.expected;
  return el(
    "div.steps",
    {},
    lacking > 0 &&
      el(
        "button.primary",
        { type: "button", id: "draw", onclick: () => act(`${path}/draw`) },
        _("Draw {n} customers", { n: lacking }),
      ),
    el("button", { type: "button", id: "held", onclick: () => act(`${path}/hold`) }, _("It took place")),
    el(
      "details.cancel",
      {},
      el("summary", {}, _("Cancel the panel")),
      el(
        "form",
        { onsubmit: (event) => cancel(event, path) },
        el("label", {}, _("Reason"), el("input", { name: "reason", required: true, maxlength: 200 })),
        el("button.danger", {}, _("Cancel the panel")),
      ),
    ),
  );
}

/** Why it does not take place is shown at a touch, and the look is on record.
    @param {string} path */
function drawReason(path) {
  const place = el("div.words", {});
  const look = async () => {
    const words = await post(`${path}/words`).catch(complain);
    if (words) place.replaceChildren(el("p", {}, words.reason), el("small.soft", {}, _("Each look is on record.")));
  };
  return el("div", {}, el("button.quiet", { type: "button", onclick: look }, icon("eye"), _("Show the reason")), place);
}

async function cancel(event, path) {
  event.preventDefault();
  await act(`${path}/cancel`, { reason: event.target.elements.reason.value });
}

/** The contact stands on the page until something else is done: it is never in a list. */
async function showContact(panel, guest, place) {
  complain(null);
  try {
    const { contact } = await post(`/api/v1/panels/${panel}/invitations/${guest}/contact`);
    place.replaceChildren(icon("phone"), el("b", {}, contact), el("small.soft", {}, _("Each look is on record.")));
  } catch (problem) {
    complain(problem);
  }
}

async function plan(event) {
  event.preventDefault();
  const { size, ...wish } = Object.fromEntries(new FormData(event.target));
  const planned = await act("/api/v1/panels", { ...wish, size: Number(size) }, event.target);
  if (!planned) return;
  await choose(planned.id);
  say($("#said"), _("Planned. Draw the customers next."));
}

$("#plan")?.addEventListener("submit", plan);
refresh().catch(complain);
document.body.dataset.ready = "yes";
