// Booking: business, day, a time with places left; then to the appointment's own page.

import { Problem, post } from "#web/api.js";
import { $, $$, el, say } from "#web/dom.js";
import { slotsOf } from "#web/slots.js";
import { _, refusal } from "#web/words.js";

const form = $("#book");

const chosen = (name) => $(`[name=${name}]:checked`)?.value ?? "";

function tell(text) {
  $("#problem").hidden = !text;
  say($("#problem span"), text);
}

function option({ at, left }) {
  const time = at.slice(11, 16);
  const input = el("input", { type: "radio", name: "at", value: at, disabled: !left });
  return el(
    "label",
    {},
    input,
    el("span", {}, el("b", {}, time), " ", el("small", {}, left ? _("{n} left", { n: left }) : _("full"))),
  );
}

/** Shows the times of the chosen day. Until they are here none can be chosen: those on the page are another day's. */
async function times() {
  const [service, day] = [chosen("service"), chosen("day")];
  if (!service) return;
  $("#days").disabled = false;
  $("#times").disabled = true;
  $("#send").disabled = true;
  try {
    const found = await slotsOf({ service, day });
    if (!found) return;
    const free = found.slots.some((slot) => slot.left);
    $("#slots").replaceChildren(...found.slots.map(option));
    say($("#empty"), free ? "" : _("No time is left on this day."));
    $("#empty").hidden = free;
    $("#times").disabled = false;
    ready();
  } catch (problem) {
    refuse(problem);
  }
}

function ready() {
  const at = chosen("at");
  $("#send").disabled = !at;
  say($("#send"), at ? _("Book {time}", { time: at.slice(11, 16) }) : _("Choose a time"));
}

function refuse(problem) {
  if (!(problem instanceof Problem)) throw problem;
  tell(refusal(problem));
}

async function send(event) {
  event.preventDefault();
  const needs = $$("[name=needs]:checked").map((one) => one.value);
  const wish = { service: chosen("service"), at: chosen("at"), needs, lang: document.body.dataset.lang };
  $("#send").disabled = true;
  try {
    const booked = await post("/api/v1/appointments", wish);
    location.assign(new URL(String(booked.links?.status)).pathname);
  } catch (problem) {
    refuse(problem);
    if (problem.status === 0) return ready(); // the branch may have booked it: the same touch again is the same wish
    if (problem.status === 409) tell(_("This time has just been taken. Please choose another."));
    await times();
  }
}

form.addEventListener("change", (event) => {
  tell("");
  if (["service", "day"].includes(event.target.name)) times();
  else ready();
});
form.addEventListener("submit", send);
times();
document.body.dataset.ready = "yes";
