// Practice: the console follows a lobby of one's own, and says what is to be mastered and what the customer does.

import { get } from "#web/api.js";
import { $, el, icon, say } from "#web/dom.js";
import { _, named } from "#web/words.js";
import { morphChildren } from "../shared/morph.js";

const REFRESH_MS = 2000;
const TASKS = {
  call: _("Call next"),
  start: _("Start"),
  finish: _("Finish"),
  hold: _("Hold"),
  transfer: _("Transfer"),
  no_show: _("No-show"),
  undo: _("Undo"),
};
/** @type {() => Promise<void>} */
let refresh = async () => {};

/** The trainee did an act: how all stands is asked at once. */
export const practised = () => refresh();

/** Follows the lobby as a console follows its branch.
    @param {{ onState: (state: any) => void, onLine: (up: boolean, age: number) => void }} options */
export function rehearse({ onState, onLine }) {
  let heard = Date.now();
  refresh = async () => {
    const answer = await get("/api/v1/practice").catch(() => null);
    onLine(Boolean(answer), Math.round((Date.now() - heard) / 1000));
    if (!answer) return;
    heard = Date.now();
    onState(answer.hall);
    draw(answer);
  };
  setInterval(refresh, REFRESH_MS);
  refresh();
}

/** @param {Api.PracticeOut} practice */
function draw(practice) {
  say($("#practice-hint"), hint(practice));
  morphChildren($("#practice-tasks"), ...practice.tasks.map(drawTask));
  document.body.classList.toggle(
    "mastered",
    practice.tasks.every(({ done, of }) => done >= of),
  );
}

/** What the customer does, who cannot be seen here.
    @param {Api.PracticeOut} practice */
function hint({ present, wish }) {
  if (wish) return _("The customer says: I need {service}. Transfer, or add the service.", { service: named(wish) });
  if (present === null) return "";
  return present ? _("The customer stands at the counter.") : _("Nobody is at the counter yet.");
}

/** @param {{ id: string, done: number, of: number }} task */
const drawTask = ({ id, done, of }) =>
  el(
    `li.pill.${done >= of ? "good" : "info"}`,
    { "data-key": id, "data-task": id },
    icon(done >= of ? "check" : "clock"),
    `${TASKS[id]} ${Math.min(done, of)}/${of}`,
  );
