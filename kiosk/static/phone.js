// The ticket on the customer's phone, and the feedback card.

import { fill, newKey, post, texts } from "/static/api.js";
import { $, say } from "/static/dom.js";
import { follow } from "/static/live.js";
import { named, waitWords } from "/static/words.js";

const { token, given } = document.body.dataset;
const id = token.split("-")[0];
const key = newKey();
let state = document.body.dataset.state;

function draw(ticket) {
  if (ticket.state === "called" && state !== "called") navigator.vibrate?.([400, 150, 400, 150, 800]);
  state = ticket.state;
  document.body.dataset.state = state;
  say($("#state"), texts[state]);
  $("#place").hidden = state !== "waiting";
  if (state === "waiting" && ticket.wait_said) {
    say($("#ahead"), fill(texts.ahead, { n: ticket.ahead }));
    say($("#wait"), waitWords(ticket));
  }
  const called = state === "called" && ticket.counter_name;
  $("#counter").hidden = !called;
  if (called) say($("#counter"), fill(texts.go, { counter: named(ticket.counter_name) }));
}

async function cancel() {
  if (!confirm(texts.sure)) return;
  try {
    draw(await post(`/api/v1/tickets/${id}/cancel?token=${token}`));
  } catch (problem) {
    refuse(problem);
  }
}

function refuse(problem) {
  $("#refused").hidden = false;
  say($("#refused"), problem.status === 0 ? fill(texts.lost, { s: 0 }) : problem.message);
}

async function send(event) {
  event.preventDefault();
  const form = new FormData($("#card"));
  const card = {
    score: Number(form.get("score")),
    reasons: form.getAll("reasons"),
    text: form.get("text"),
    contact: form.get("contact"),
    consent: form.has("consent"),
  };
  $("#send").disabled = true;
  try {
    await post(`/api/v1/feedback/${token}`, card, { key });
    thank();
  } catch (problem) {
    refuse(problem);
    $("#send").disabled = problem.status === 409;
  }
}

function thank() {
  $("#card").hidden = true;
  $("#thanks").hidden = false;
}

$("#card").addEventListener("submit", send);
$("#card").addEventListener("change", () => {
  $("#send").disabled = !$("[name=score]:checked");
});
$("#cancel").addEventListener("click", cancel);
if (given === "yes") thank();
draw({ state });
follow("/ticket", {
  auth: { token },
  onState: draw,
  onLine: (up, age) => {
    $("#lost").hidden = up;
    if (!up) say($("#lost"), fill(texts.lost, { s: age }));
  },
});
document.body.dataset.ready = "yes";
