// The card at the counter: for a minute after the end of a service, for the customer's hand.

import { newKey, post } from "#web/api.js";
import { $, given, say } from "#web/dom.js";
import { follow } from "#web/live.js";
import { _, refusal } from "#web/words.js";
import { contents, fit } from "../shared/card.js";

const SECOND_MS = 1000;
const THANKS_MS = 6000;
const { counter } = given;
const form = $("#card");
/** Whose card is shown, and whose was put away or handed in. */
let token = "";
let done = "";
let key = newKey();
let endsAt = 0;
let ticking = 0;
let thanking = 0;

function show(part) {
  clearTimeout(thanking);
  for (const id of ["idle", "card", "thanks"]) $(`#${id}`).hidden = id !== part;
}

/** @param {Api.CounterCardOut} card */
function open(card) {
  clear();
  token = card.token;
  key = newKey();
  say($("#number"), card.number);
  show("card");
  endsAt = performance.now() + card.left_s * SECOND_MS;
  ticking = setInterval(tick, SECOND_MS);
  tick();
  post(`/api/v1/feedback/${token}/asked`, { by: "tablet" }, { unseen: true }).catch(() => null);
}

/** The minute ends here too: the line may be lost. */
function tick() {
  const left_s = Math.round((endsAt - performance.now()) / SECOND_MS);
  $("#left").value = left_s;
  if (left_s <= 0) close();
}

/** Nothing of a customer stays on the page. */
function clear() {
  clearInterval(ticking);
  token = "";
  form.reset();
  fit(form);
  say($("#number"), "");
  $("#send").disabled = true;
  $("#problem").hidden = true;
}

function close(part = "idle") {
  done = token || done;
  clear();
  show(part);
}

function thank() {
  close("thanks");
  thanking = setTimeout(() => show("idle"), THANKS_MS);
}

/** @param {Feed.Turn} turn */
function draw({ card }) {
  if (card && card.token !== token && card.token !== done) open(card);
  else if (token && card?.token !== token) close();
}

form.addEventListener("change", () => {
  fit(form);
  $("#send").disabled = false;
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const sent = token;
  $("#send").disabled = true;
  try {
    await post(`/api/v1/feedback/${sent}`, contents(form), { key });
    if (!token || token === sent) thank();
  } catch (problem) {
    if (sent !== token) return;
    $("#problem").hidden = false;
    say($("#problem span"), refusal(problem));
    $("#send").disabled = problem.status === 409;
  }
});
$("#skip").addEventListener("click", () => close());

clear();
follow("/card", {
  join: ["join", { counter }],
  onState: draw,
  onLine: (up) => {
    $("#lost").hidden = up;
    say($("#lost"), up ? "" : _("No connection."));
  },
});
document.body.dataset.ready = "yes";
