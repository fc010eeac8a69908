// While a day is still played, the part of the page with its result is fetched again.

import { $, say } from "#web/dom.js";
import { _ } from "#web/words.js";

const EVERY_MS = 1500;
let failed = false;

async function renew() {
  if (!document.hidden) await fetched().catch(tell);
  if ($("#result").dataset.ready !== "yes") setTimeout(renew, EVERY_MS);
  else document.body.dataset.ready = "yes";
}

async function fetched() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected) location.reload(); // the session ended: to sign in
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const result = page.querySelector("#result");
  if (!result) throw new Error("no result");
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
