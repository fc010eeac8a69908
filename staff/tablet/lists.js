// What stands around the map: how the branch is, the lists, what waits for the line and what was refused.

import { $, el, given, say } from "#web/dom.js";
import { _, fill } from "#web/words.js";
import { AT_RISK } from "../shared/at-risk.js";
import { morphChildren } from "../shared/morph.js";
import { drawBooked, drawDevices, drawMissed, drawScore, troubled } from "./branch.js";
import { drawRow } from "./map.js";
import { COMMA, button, byHeat, inLine, shape, unsent } from "./words.js";

/** Whether customers are let in and no counter is there for them. @param {Feed.Hall} hall */
export const isUnmanned = (hall) => hall.open && hall.counters.every((one) => one.state === "closed");

/** @param {Feed.Hall} hall */
export function drawHealth(hall) {
  const [late, soon] = [hall.tickets.filter((one) => one.late).length, hall.tickets.filter((one) => one.soon).length];
  const grade = late ? "late" : soon ? "soon" : hall.alerts.length ? "alerts" : isUnmanned(hall) ? "unmanned" : "calm";
  const words = {
    late: _("{n} late", { n: late }),
    soon: [soon, _("nearly late")].join(" "),
    alerts: _("alerts: {n}", { n: hall.alerts.length }),
    unmanned: _("No counter open"),
    calm: _("All is well"),
  };
  $("#health").className = `state ${grade}`;
  morphChildren(
    $("#health"),
    shape(["alerts", "unmanned"].includes(grade) ? "soon" : grade),
    el("span", {}, words[grade]),
  );
  const troubles = late + hall.alerts.length;
  document.title = [troubles && `(${troubles})`, _("Lobby manager's tablet")].filter(Boolean).join(" ");
}

/** @param {Feed.Hall} hall
    @param {import("./map.js").Ui} ui */
export function drawLists(hall, ui) {
  const line = hall.tickets.filter(inLine).sort(byHeat);
  const rows = line.map((one) => drawRow(one, ui));
  morphChildren($("#tickets"), ...(rows.length ? rows : [el("li.soft.none", {}, _("Nobody is waiting."))]));
  const missed = hall.missed ?? [];
  morphChildren(
    $("#missed"),
    ...(missed.length
      ? missed.map(drawMissed)
      : [el("li.soft.none", {}, _("Nobody is to be brought back into line."))]),
  );
  morphChildren($("#devices"), ...drawDevices(hall));
  morphChildren($("#scores"), ...hall.forecast.map(drawScore));
  drawDay(hall);
  badge("line", line.length);
  badge("missed", missed.length);
  badge("house", troubled(hall), "!");
  if (!$("#booked")) return;
  const booked = hall.appointments ?? [];
  const drawn = booked.map(drawBooked);
  morphChildren($("#booked"), ...(drawn.length ? drawn : [el("li.soft.none", {}, _("No appointments today."))]));
  badge("booked", booked.filter((one) => one.state === "booked").length);
}

/** Whether numbers are given, and when again. Outside the hours it is asked why. */
function drawDay({ open, closed, outside_hours }) {
  const said = outside_hours
    ? _("Opened outside the hours. Numbers are given until you stop them, or the day ends.")
    : "";
  say($("#day-said"), closed?.[given.lang] ?? said);
  say($("#day"), open ? _("No more numbers") : _("Give numbers again"));
  $("#day-why").hidden = open || !outside_hours;
}

const badge = (tab, n, mark = String(n)) => say($(`#n-${tab}`), n ? mark : "");

/** What waits for the line, and what was refused meanwhile.
    @param {{ acts: () => import("../shared/outbox.js").Act[], refused: () => import("../shared/outbox.js").Refusal[],
              isAtRisk: () => boolean }} box */
export function drawBox(box) {
  const acts = box.acts();
  const old = acts.filter((act) => act.old);
  const stuck = acts.filter((act) => act.stuck && !act.old);
  const signIn = stuck.some((act) => act.stuck === 401);
  const words = fill(
    signIn ? _("Waiting until you sign in again ({n}): {what}") : _("Waiting for the connection ({n}): {what}"),
    { n: stuck.length, what: stuck.map((act) => act.words).join(COMMA) },
  );
  morphChildren(
    $("#outbox"),
    ...(stuck.length
      ? [
          el(
            "li",
            { "data-key": "stuck" },
            unsent("span", words),
            signIn ? el("a", { href: "/signin?next=/desk/hall" }, _("Sign in")) : "",
          ),
        ]
      : []),
    ...(box.isAtRisk() ? [el("li", { "data-key": "risk", role: "alert" }, unsent("b", AT_RISK))] : []),
    ...old.map((act) =>
      drawNote(
        act,
        _("Touched at {at}, not sent yet: {what}. The lobby has changed since.", { at: act.clock, what: act.words }),
        button(_("Send anyway"), { do: "insist", key: "insist", act: act.key }),
        drop(act, _("Do not send")),
      ),
    ),
  );
  morphChildren(
    $("#conflicts"),
    ...box
      .refused()
      .map((one) =>
        drawNote(
          one,
          _("Touched at {at}: {what}. Not done: {why}", { at: one.clock, what: one.words, why: one.why }),
          drop(one, _("Understood")),
        ),
      ),
  );
}

const drawNote = (one, words, ...answers) => el("li", { "data-key": one.key }, el("span", {}, words), ...answers);
const drop = (one, text) => button(text, { do: "drop", act: one.key, key: "drop" });
