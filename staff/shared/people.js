// A person is chosen by name among those whom the server offers.

import { $$, el, icon } from "#web/dom.js";
import { _ } from "#web/words.js";

/** Those whom this page offers, by id. */
export const PEOPLE = new Map($$("#people option").map((person) => [person.value, person.textContent]));

/** The control that names an owner. Nobody is chosen where the former owner may not be named any more: that is asked.
    @param {string} owner who is offered first */
export function ownerControl(owner) {
  const none = !PEOPLE.has(owner) && el("option", { value: "", selected: true }, _("Choose its owner"));
  return el("select", { name: "owner", required: true }, none, ...options(owner));
}

/** The control that names a colleague, or who asks where nobody is chosen.
    @param {string} name of the field */
export const colleagueControl = (name) => el("select", { name }, el("option", { value: "" }, _("me")), ...options(""));

/** That nobody will do it who was to: the person works here no more.
    @param {boolean} left */
export const leftPill = (left) => left && el("span.pill.bad", {}, icon("people"), _("has left"));

/** @param {string} chosen */
const options = (chosen) => [...PEOPLE].map(([id, name]) => el("option", { value: id, selected: id === chosen }, name));
