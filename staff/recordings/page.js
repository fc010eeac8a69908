// The lobby manager lets a service end without its recording.

import { post } from "#web/api.js";
import { $, $$, say } from "#web/dom.js";
import { refusal } from "#web/words.js";

async function override(event) {
  event.preventDefault();
  const form = event.target;
  try {
    await post("/api/v1/recordings/override", { ticket: form.dataset.ticket, reason: form.reason.value });
    location.reload();
  } catch (problem) {
    $("#problem").hidden = false;
    say($("#problem"), refusal(problem));
  }
}

for (const form of $$(".override")) form.addEventListener("submit", override);
document.body.dataset.ready = "yes";
