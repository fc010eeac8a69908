// What a panel found, and the corrective action that it became.

import { el, given } from "#web/dom.js";
import { _ } from "#web/words.js";
import { ownerControl } from "../shared/people.js";

const WAYS = { action: (id) => `/desk/actions?list=all&action=${id}`, case: (id) => `/desk/cases/${id}` };

/** @param {Api.PanelWithBiasOut} panel
    @param {boolean} acts
    @param {(path: string, body: any) => void} act */
export function drawFindings({ id, findings }, acts, act) {
  const rows = findings.map((finding) =>
    el("li", {}, finding.text || _("Complaint"), " ", el("a", { href: WAYS[finding.leads](finding.id) }, _("Show"))),
  );
  return [
    findings.length ? el("ul.draws", {}, ...rows) : el("p.soft", {}, _("Nothing was noted yet.")),
    acts && form((body) => act(`/api/v1/panels/${id}/findings`, body)),
    acts &&
      el(
        "p",
        {},
        el(
          "a",
          { href: `/desk/actions?source=panel&source_id=${id}` },
          _("A corrective action with its cause and the figure that it is to move"),
        ),
      ),
  ].filter(Boolean);
}

const form = (send) =>
  el(
    "form.finding",
    {
      onsubmit: (event) => {
        event.preventDefault();
        send(Object.fromEntries(new FormData(event.target)));
      },
    },
    el("label.wide", {}, _("What was found"), el("input", { name: "text", required: true, maxlength: 200 })),
    el(
      "label.wide",
      {},
      _("What it becomes"),
      el(
        "select",
        { name: "leads" },
        el("option", { value: "action" }, _("a corrective action")),
        el("option", { value: "case" }, _("a case, with its own deadlines")),
      ),
    ),
    el("label", {}, _("Its owner"), ownerControl(given.me)),
    el("label", {}, _("Due"), el("input", { type: "date", name: "due", value: given.due, required: true })),
    el("button.primary", {}, _("Note it")),
  );
