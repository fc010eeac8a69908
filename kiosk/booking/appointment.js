// The appointment: cancelled with a second touch.

import { post } from "#web/api.js";
import { $, say } from "#web/dom.js";
import { rest } from "#web/guard.js";
import { refusal } from "#web/words.js";

const { id, token } = document.body.dataset;

$("#give-up").addEventListener("toggle", () => rest($("#cancel-sure")));
$("#keep").addEventListener("click", () => {
  $("#give-up").open = false;
  $("#cancel").focus();
});
$("#cancel-sure").addEventListener("click", async (event) => {
  event.target.disabled = true;
  try {
    await post(`/api/v1/appointments/${id}/cancel?token=${token}`);
    location.reload();
  } catch (problem) {
    $("#problem").hidden = false;
    say($("#problem span"), refusal(problem));
    event.target.disabled = false;
  }
});
document.body.dataset.ready = "yes";
