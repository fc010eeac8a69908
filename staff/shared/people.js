// A person is chosen by name among those whom the server offers.

import { el } from "#web/dom.js";
import { _ } from "#web/words.js";

/** The control that names an owner. Nobody is chosen where the former owner may not be named any more: that is asked.
    Without anybody to offer, a staff number is typed.
    @param {Map<string, string>} people by id
    @param {string} owner who is offered first */
export function ownerControl(people, owner) {
  if (people.size === 0) return el("input", { name: "owner", maxlength: 40, value: owner, required: true });
  const options = [...people].map(([id, name]) => el("option", { value: id, selected: id === owner }, name));
  const none = !people.has(owner) && el("option", { value: "", selected: true }, _("Choose who is responsible"));
  return el("select", { name: "owner", required: true }, none, ...options);
}
