// Dual recording: product and reference of each sale, or why nothing was sold, before the service may end.

import { $, $$, el, icon, say } from "#web/dom.js";
import { _ } from "#web/words.js";
import { morphChildren } from "../shared/morph.js";
import { NO_SALE, OVERRIDES } from "../shared/recordings.js";

/** Whether the service at the counter has to be recorded, and goes on.
    @param {import("./page.js").Here} here */
export const recordable = ({ ticket }) => Boolean(ticket?.recorded) && ticket?.state === "serving";

/** What the band says: to start, what is missing, or what there is.
    @param {import("./page.js").Here} here */
export function drawRecording(here) {
  const { ticket } = here;
  const said = ticket?.recordings ?? [];
  $("#recording").hidden = !ticket?.recorded;
  $("#recording").className = said.length ? "band good" : "band bad";
  say($("#recording span"), said.length ? "" : _("Dual recording: start it before you serve"));
  morphChildren($("#recording ul"), ...said.map(entry));
  // Nobody is called by number while somebody is served: the key's place is free.
  $('[data-open="recording-form"]').hidden = !recordable(here);
  $('[data-open="by-number"]').hidden = recordable(here);
}

/** @param {Api.RecordingEntryOut} one */
function entry({ kind, product, reference, reason }) {
  const words = {
    made: `${product} · ${reference}`,
    refused: [product, NO_SALE[reason]].filter(Boolean).join(" · "),
    overridden: _("waived by the lobby manager: {reason}", { reason: OVERRIDES[reason] }),
  };
  return el("li", {}, icon(kind === "made" ? "check" : "info"), el("span", {}, words[kind]));
}

/** @param {{ record: (sale: { product: string, reference: string }) => void,
              refuse: (why: { reason: string, product: string }) => void }} does */
export function recordingForm({ record, refuse }) {
  const form = $("#recording-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    record({ product: form.product.value.trim(), reference: form.reference.value.trim() });
  });
  for (const button of $$("[data-no-sale]", form))
    button.addEventListener("click", () =>
      refuse({ reason: button.dataset.noSale, product: form.product.value.trim() }),
    );
}
