// The invitations of a panel: who is asked, what they answered, who came.

import { el, icon } from "#web/dom.js";
import { _ } from "#web/words.js";
import { nameOf } from "../shared/names.js";

const STATES = {
  drawn: _("to be asked"),
  asked: _("asked"),
  agreed: _("coming"),
  declined: _("declined"),
  came: _("came"),
  absent: _("did not come"),
  withdrawn: _("does not want to be asked"),
};
const MARKS = { drawn: "warn", asked: "info", agreed: "good", came: "good" };
const VERBS = {
  asked: _("Asked"),
  agreed: _("Accepts"),
  declined: _("Declines"),
  came: _("Came"),
  absent: _("Did not come"),
};
/** What may be noted next, before the meeting and after it. */
const NEXT = {
  planned: { drawn: ["asked"], asked: ["agreed", "declined"], agreed: ["declined"], declined: ["agreed"] },
  held: { agreed: ["came", "absent"], came: ["absent"], absent: ["came"] },
  cancelled: {},
};

/** @param {Api.PanelWithBiasOut} panel
    @param {boolean} acts
    @param {(guest: string, verb: string, body?: any) => void} ask
    @param {(panel: string, guest: string, place: HTMLElement) => void} showContact */
export function drawInvitations(panel, acts, ask, showContact) {
  if (!panel.invitations.length) return el("p.soft", {}, _("Nobody is drawn yet."));
  const head = [_("Customer of"), _("Score"), _("State"), acts && _("Contact"), acts && _("What is next")].filter(
    Boolean,
  );
  const rows = panel.invitations.map((invitation) => row(panel, invitation, acts, ask, showContact));
  return el(
    "div.scroll",
    {},
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, ...rows),
    ),
  );
}

/** @param {Api.PanelWithBiasOut} panel
    @param {Api.InvitationOut} invitation */
function row(panel, invitation, acts, ask, showContact) {
  const { guest, state } = invitation;
  const mark = MARKS[state];
  return el(
    "tr",
    { "data-guest": guest, "data-state": state },
    el(
      "th",
      { scope: "row" },
      nameOf("tier", invitation.tier),
      el("span.soft", {}, nameOf("service", invitation.service)),
    ),
    el("td", {}, String(invitation.score)),
    el("td", {}, el(`span.pill${mark ? `.${mark}` : ""}`, {}, STATES[state])),
    acts && contact(panel, invitation, ask, showContact),
    acts && el("td.next", {}, ...(NEXT[panel.state][state] ?? []).map((next) => verb(guest, next, ask))),
  );
}

const verb = (guest, next, ask) =>
  el("button", { type: "button", onclick: () => ask(guest, "answer", { state: next }) }, VERBS[next]);

/** @param {Api.PanelWithBiasOut} panel
    @param {Api.InvitationOut} invitation */
function contact(panel, { guest, state }, ask, showContact) {
  if (state === "withdrawn") return el("td.soft", {}, _("erased"));
  const place = el("span.contact", {});
  return el(
    "td",
    {},
    el(
      "div.reach",
      {},
      el(
        "button.quiet",
        { type: "button", onclick: () => showContact(panel.id, guest, place) },
        icon("phone"),
        _("Show"),
      ),
      el(
        "details.forget",
        {},
        el("summary", {}, _("Withdraw")),
        el(
          "div.menu",
          {},
          el("p", {}, _("The contact details are erased for ever. The opinion stays.")),
          el(
            "button.danger",
            { type: "button", onclick: () => ask(guest, "withdraw") },
            _("Erase the contact details"),
          ),
        ),
      ),
      place,
    ),
  );
}
