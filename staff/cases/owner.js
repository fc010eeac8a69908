// Who answers for a case: taken by who looks at it, or given to somebody by name, in one touch.

import { $, el, given, icon } from "#web/dom.js";
import { _ } from "#web/words.js";

/** What may be done about the owner of a case; nothing for who may not.
    @param {Api.ComplaintOut} view
    @param {(body: { owner?: string }) => Promise<unknown>} assign */
export function assignControls(view, assign) {
  if (!view.moves.includes("assign")) return [];
  const mine = !given.me || view.owner === given.me;
  return [
    !mine &&
      el(
        "button.take",
        { type: "button", "data-take": view.id, onclick: () => assign({}) },
        icon("hand"),
        _("I'll handle it"),
      ),
    el(
      "select.give",
      { "aria-label": _("Give {number} to", { number: view.number }), onchange: (event) => give(event, assign) },
      el("option", { value: "" }, view.owner ? _("hand over to …") : _("give to …")),
      ...others(view),
    ),
  ].filter(Boolean);
}

/** Those who may answer for it, but for who does so now. */
const others = ({ owner }) =>
  [...$("#owners").content.cloneNode(true).querySelectorAll("option")].filter(({ value }) => value && value !== owner);

async function give({ target }, assign) {
  target.disabled = true;
  await assign({ owner: target.value });
  target.disabled = false;
}
