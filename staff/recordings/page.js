// The lobby manager lets a service end without its recording, or puts the reference of one right.

import { post } from "#web/api.js";
import { $, $$, say } from "#web/dom.js";
import { toldAtField } from "#web/fields.js";
import { refusal } from "#web/words.js";

async function act(event) {
  event.preventDefault();
  const form = event.target;
  try {
    await post(`/api/v1/recordings/${form.dataset.path}`, Object.fromEntries(new FormData(form)));
    location.reload();
  } catch (problem) {
    if (toldAtField(problem)) return;
    $("#problem").hidden = false;
    say($("#problem"), refusal(problem));
    $("#problem").scrollIntoView({ block: "center" });
  }
}

for (const form of $$(".act")) form.addEventListener("submit", act);
document.body.dataset.ready = "yes";
