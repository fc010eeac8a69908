// Choices open in place of the keys, never over the page: hold, transfer, one more service, a call by number.

import { $, $$, el } from "#web/dom.js";
import { _ } from "#web/words.js";

const SEATS = ["lifetime", "first", "last"];

/** Open one panel, or with null none; the keys stand again when none is open. */
export function openPanel(name) {
  for (const panel of $$(".picker")) panel.hidden = panel.id !== name;
  for (const button of $$("[data-open]")) button.setAttribute("aria-expanded", String(button.dataset.open === name));
  $("#acts").hidden = Boolean(name);
  document.body.classList.toggle("picking", Boolean(name));
  if (!name) return;
  choose("lifetime");
  $("#to-counter").value = "";
  const fields = $$(`#${name} input`);
  for (const field of fields) field.value = "";
  fields[0]?.focus();
}

export const opened = () => $(".picker:not([hidden])");

/** What the digits choose in the open panel, in their order. */
export const digits = (panel) => $$("[data-hold], [data-service], [data-add], [data-no-sale]", panel);

function choose(wanted) {
  for (const button of $$("[data-seat]")) button.setAttribute("aria-pressed", String(button.dataset.seat === wanted));
}

export const seat = () => $('[data-seat][aria-pressed="true"]').dataset.seat;
export const nextSeat = () => choose(SEATS[(SEATS.indexOf(seat()) + 1) % SEATS.length]);

export function nextCounter() {
  const list = $("#to-counter");
  list.selectedIndex = (list.selectedIndex + 1) % list.options.length;
}

export function pickers({ hold, transfer, add, byNumber }) {
  for (const button of $$("[data-open]")) {
    button.addEventListener("click", () =>
      openPanel(opened()?.id === button.dataset.open ? null : button.dataset.open),
    );
  }
  for (const button of $$("[data-seat]")) button.addEventListener("click", () => choose(button.dataset.seat));
  for (const button of $$("[data-hold]")) button.addEventListener("click", () => hold(button.dataset.hold));
  for (const button of $$("#transfer [data-service]"))
    button.addEventListener("click", () => transfer(button.dataset.service));
  for (const button of $$("[data-add]")) button.addEventListener("click", () => add(button.dataset.add));
  $("#by-number").addEventListener("submit", (event) => {
    event.preventDefault();
    byNumber(event.target.number.value);
  });
  for (const panel of $$(".picker")) {
    for (const [n, button] of digits(panel).slice(0, 9).entries())
      button.append(el("kbd", { "aria-hidden": "true" }, String(n + 1)));
    panel.append(backButton());
  }
}

function backButton() {
  const words = _("Back");
  return el(
    "button.quiet",
    { type: "button", "data-back": true, onclick: () => openPanel(null) },
    words,
    el("kbd", { "aria-hidden": "true" }, "0"),
  );
}
