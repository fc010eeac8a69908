// What headquarters announces, until its last day; a lobby manager can take it off the branch's screens.

import { el, icon } from "#web/dom.js";
import { _, named } from "#web/words.js";

/** A band for each announcement, with a button that takes it off where `hides`.
    @param {{ announcements: Api.AnnouncementOut[] }} hall
    @param {{ hides?: boolean }} [may] */
export const drawAnnounced = (hall, { hides = false } = {}) =>
  hall.announcements.map((one) => {
    const hide = hides ? el("button", { type: "button", "data-unannounce": String(one.id) }, _("Take off")) : "";
    const who = one.important ? _("Headquarters, important") : _("Headquarters");
    return el(
      `li.band.${one.important ? "warn" : "info"}`,
      { "data-key": `announced-${one.id}` },
      icon(one.important ? "warning" : "chat"),
      el("span", {}, el("small", {}, who), " ", named({ zh: one.zh, en: one.en })),
      hide,
    );
  });

/** Takes it off wherever such a button is pressed.
    @param {(path: string) => unknown} act */
export function unannounce(act) {
  document.addEventListener("click", ({ target }) => {
    const button = /** @type {HTMLElement} */ (target).closest("[data-unannounce]");
    const id = /** @type {HTMLElement | null} */ (button)?.dataset.unannounce;
    if (id) act(`/api/v1/announcements/${id}/hide`);
  });
}
