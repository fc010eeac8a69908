// What stands around the map: how the branch is, the lists, what waits for the line and what was refused.

import { fill, texts } from "#web/api.js";
import { $, el, say } from "#web/dom.js";
import { morphChildren } from "../shared/morph.js";
import { drawBooked, drawDevices, drawMissed, drawScore, troubled } from "./branch.js";
import { drawRow } from "./map.js";
import { button, byHeat, inLine, shape, unsent } from "./words.js";

/** @param {Feed.Hall} hall */
export function drawHealth(hall) {
  const [late, soon] = [hall.tickets.filter((one) => one.late).length, hall.tickets.filter((one) => one.soon).length];
  const grade = late ? "late" : soon ? "soon" : hall.alerts.length ? "alerts" : "calm";
  const words = {
    late: fill(texts.n_late, { n: late }),
    soon: `${soon} ${texts.n_soon}`,
    alerts: fill(texts.open_alerts, { n: hall.alerts.length }),
    calm: texts.calm,
  };
  $("#health").className = `state ${grade}`;
  morphChildren($("#health"), shape(grade === "alerts" ? "soon" : grade), el("span", {}, words[grade]));
  document.title = late || hall.alerts.length ? `(${late + hall.alerts.length}) ${texts.title}` : texts.title;
}

/** @param {Feed.Hall} hall
    @param {import("./map.js").Ui} ui */
export function drawLists(hall, ui) {
  const line = hall.tickets.filter(inLine).sort(byHeat);
  const rows = line.map((one) => drawRow(one, ui));
  morphChildren($("#tickets"), ...(rows.length ? rows : [el("li.soft.none", {}, texts.nobody)]));
  const missed = hall.missed ?? [];
  morphChildren($("#missed"), ...(missed.length ? missed.map(drawMissed) : [el("li.soft.none", {}, texts.no_missed)]));
  morphChildren($("#devices"), ...drawDevices(hall));
  morphChildren($("#scores"), ...hall.forecast.map(drawScore));
  say($("#day"), hall.open ? texts.close_day : texts.open_day);
  badge("line", line.length);
  badge("missed", missed.length);
  badge("house", troubled(hall), "!");
  if (!$("#booked")) return;
  const booked = hall.appointments ?? [];
  const drawn = booked.map(drawBooked);
  morphChildren($("#booked"), ...(drawn.length ? drawn : [el("li.soft.none", {}, texts.no_bookings)]));
  badge("booked", booked.filter((one) => one.state === "booked").length);
}

const badge = (tab, n, mark = String(n)) => say($(`#n-${tab}`), n ? mark : "");

/** What waits for the line, and what was refused meanwhile.
    @param {{ acts: () => import("./outbox.js").Act[], refused: () => import("./outbox.js").Refusal[] }} box */
export function drawBox(box) {
  const acts = box.acts();
  const old = acts.filter((act) => act.old);
  const stuck = acts.filter((act) => act.stuck && !act.old);
  const signIn = stuck.some((act) => act.stuck === 401);
  const words = fill(signIn ? texts.signed_out : texts.unsent, {
    n: stuck.length,
    what: stuck.map((act) => act.words).join(texts.comma),
  });
  morphChildren(
    $("#outbox"),
    ...(stuck.length
      ? [
          el(
            "li",
            { "data-key": "stuck" },
            unsent("span", words),
            signIn ? el("a", { href: "/signin?next=/desk/hall" }, texts.sign_in) : "",
          ),
        ]
      : []),
    ...old.map((act) =>
      drawNote(
        act,
        fill(texts.old_act, { at: act.clock, what: act.words }),
        button(texts.send_still, { do: "insist", key: "insist", act: act.key }),
        drop(act, texts.send_never),
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
          fill(texts.refused, { at: one.clock, what: one.words, why: one.why }),
          drop(one, texts.understood),
        ),
      ),
  );
}

const drawNote = (one, words, ...answers) => el("li", { "data-key": one.key }, el("span", {}, words), ...answers);
const drop = (one, text) => button(text, { do: "drop", act: one.key, key: "drop" });
