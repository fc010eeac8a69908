// While a day is still played, the part of the page with its result is fetched again.

import { $, say } from "#web/dom.js";
import { _ } from "#web/words.js";
import { anew } from "../shared/anew.js";

const EVERY_MS = 1500;
let failed = false;

async function renew() {
  if (!document.hidden) await fetched().catch(tell);
  if ($("#result").dataset.ready !== "yes") setTimeout(renew, EVERY_MS);
  else document.body.dataset.ready = "yes";
}

async function fetched() {
  const result = await anew("#result");
  if (!result) return location.reload(); // to sign in
  if (!result.isEqualNode($("#result"))) $("#result").replaceWith(result);
  failed = false;
  $("#trouble").hidden = true;
}

function tell() {
  if (failed) {
    say($("#trouble"), _("Headquarters cannot answer right now. What you see is the last picture."));
    $("#trouble").hidden = false;
  }
  failed = true; // told the second time
}

if ($("#result").dataset.ready === "yes") document.body.dataset.ready = "yes";
else setTimeout(renew, EVERY_MS);
