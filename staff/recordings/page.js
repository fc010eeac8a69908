// The lobby manager lets a service end without its recording, or puts the reference of one right.

import { $$ } from "#web/dom.js";
import { actsThen } from "../shared/act.js";

const act = actsThen(async () => location.reload());

for (const form of $$(".act")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(`/api/v1/recordings/${form.dataset.path}`, Object.fromEntries(new FormData(form)), form);
  });
}
document.body.dataset.ready = "yes";
