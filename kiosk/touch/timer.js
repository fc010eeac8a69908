// Time-outs: a visit left alone ends, never without a warning that one touch answers; a quiet start page gives way
// to the welcome. Whoever needs it has more time.

import { $, say } from "#web/dom.js";
import { _ } from "#web/words.js";
import { patience } from "./modes.js";
import { current } from "./screens.js";

const VISIT_S = 45;
const RESULT_S = 30;
const MORE_S = 30;
const IDLE_S = 90;
const WARN_S = 20;
let left = 0;

const limit = () => Math.round((["result", "rule"].includes(current()) ? RESULT_S : VISIT_S) * patience());

/** The customer is there: the time of this screen begins anew. */
export function renew() {
  left = limit();
  draw();
}

export function more() {
  left += MORE_S;
  draw();
}

function draw(ending = false) {
  $("#expiring").hidden = !ending;
  say($("#countdown"), _("Back to start in {s} s", { s: left }));
}

/** `onEnd()` is told when a visit has run out, `onIdle()` when nobody has come for a while; `isFresh()` says whether
    nothing is to be forgotten. A closed kiosk stays as it is then: it has nobody to welcome. */
export function start({ onEnd, onIdle, isFresh }) {
  let idle = 0;
  setInterval(() => {
    if (current() === "attract") return;
    if (isFresh()) {
      idle = current() === "closed" ? 0 : idle + 1;
      draw();
      if (idle >= IDLE_S) onIdle();
      return;
    }
    idle = 0;
    left -= 1;
    draw(left <= WARN_S);
    if (left <= 0) onEnd();
  }, 1000);
  for (const sign of ["pointerdown", "keydown"]) {
    document.addEventListener(
      sign,
      () => {
        idle = 0;
        renew();
      },
      true,
    );
  }
  $("#more").addEventListener("click", more);
  renew();
}
