// The card at the counter: for a minute after the end of a service, for the customer's hand.

import { get, newKey, post } from "#web/api.js";
import { $, given, say } from "#web/dom.js";
import { _, refusal } from "#web/words.js";
import { contents, fit } from "../shared/card.js";

const LOOK_MS = 2000;
const THANKS_MS = 6000;
const { counter } = given;
const form = $("#card");
/** Whose card is shown, and whose was put away or handed in. */
let token = "";
let done = "";
let key = newKey();
let thanked = 0;

function show(part) {
  for (const id of ["idle", "card", "thanks"]) $(`#${id}`).hidden = id !== part;
}

/** @param {Api.CounterCardOut} card */
function open(card) {
  token = card.token;
  key = newKey();
  form.reset();
  fit(form);
  $("#send").disabled = true;
  $("#problem").hidden = true;
  say($("#number"), card.number);
  show("card");
  post(`/api/v1/feedback/${token}/asked`, { by: "tablet" }).catch(() => null);
}

function close(part = "idle") {
  done = token;
  token = "";
  show(part);
}

/** @param {Api.CounterCardOut | null} card */
function draw(card) {
  if (Date.now() < thanked + THANKS_MS) return;
  if (card && card.token !== token && card.token !== done) open(card);
  else if (!token || !card) close();
  if (card) $("#left").value = card.left_s;
}

async function look() {
  try {
    draw(await get(`/api/v1/counters/${counter}/card`));
    $("#lost").hidden = true;
  } catch {
    $("#lost").hidden = false;
    say($("#lost"), _("No connection."));
  }
  setTimeout(look, LOOK_MS);
}

form.addEventListener("change", () => {
  fit(form);
  $("#send").disabled = false;
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  $("#send").disabled = true;
  try {
    await post(`/api/v1/feedback/${token}`, contents(form), { key });
    thanked = Date.now();
    close("thanks");
  } catch (problem) {
    $("#problem").hidden = false;
    say($("#problem span"), refusal(problem));
    $("#send").disabled = problem.status === 409;
  }
});
$("#skip").addEventListener("click", () => close());
fit(form);
look();
document.body.dataset.ready = "yes";
