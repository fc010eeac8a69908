// The number on the screen: where to go, how long, how it was set, and what becomes of the slip.

import { get } from "#web/api.js";
import { $, given, say } from "#web/dom.js";
import { _, named, waitWords } from "#web/words.js";
import { current, notice, showFirst } from "./screens.js";
import { isPaper } from "./waits.js";

const PATIENCE_S = 6;
const ASK_MS = 700;
const FAILED = {
  yes: _("The printer is not ready. Your place is kept: photograph this code."),
  no: _("This is your number: photograph the code, it shows your place in line."),
};
let watching = 0;

export const serviceName = (id) => $(`[data-service="${id}"]`)?.dataset.name ?? "";

/** @param {Api.TicketOut} ticket
    @param {string[]} then */
export function showTicket(ticket, then) {
  const area = $("#area-names").content.querySelector(`[data-area="${ticket.area}"]`);
  notice("");
  say($("#number"), ticket.number);
  say($("#service-name"), [ticket.service, ...then].map(serviceName).join(" · "));
  say($("#area"), area.textContent);
  say($("#area-way"), area.dataset.way);
  say($("#ahead"), ticket.ahead);
  say($("#wait"), waitWords(ticket));
  const token = String(ticket.links?.status).split("/").pop();
  $("#qr").src = `/qr/${token}.svg`;
  $("#code").hidden = false;
  say($("#why"), "");
  drawPrinting(ticket.print.state, 0);
  showFirst("result");
  watch(`/api/v1/tickets/${ticket.id}?token=${token}`);
}

function watch(address) {
  const since = Date.now();
  clearInterval(watching);
  watching = setInterval(look, ASK_MS);

  async function look() {
    if (!["result", "rule"].includes(current())) return clearInterval(watching);
    const now = await get(address).catch(() => null);
    drawPrinting(now?.print.state ?? "queued", (Date.now() - since) / 1000);
    if (now?.why) say($("#why"), named(now.why));
    if (now?.print.state === "printed") clearInterval(watching);
    return undefined;
  }
}

function drawPrinting(state, seconds) {
  const printed = state === "printed";
  const failed = !printed && (!isPaper() || state === "failed" || state === "none" || seconds > PATIENCE_S);
  $("#result").classList.toggle("unprinted", failed);
  say(
    $("#printing"),
    failed ? FAILED[given.prints] : printed ? _("Please take your slip.") : _("Printing your slip …"),
  );
}
