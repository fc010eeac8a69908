// Locks a screen that nobody touched for a while. All windows of a browser count as one: they have one session.

import { post } from "./api.js";
import { $ } from "./dom.js";

const LOOK_MS = 5000;
const ALIVE_MS = 60000;
const TOUCHED = "lobby-touched";
const lockMs = Number($('meta[name="lock-s"]').content) * 1000;
let told = 0;

for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, touched, { capture: true, passive: true });
}
touched();
setInterval(look, LOOK_MS);

function touched() {
  const now = Date.now();
  localStorage.setItem(TOUCHED, String(now));
  if (now - told > ALIVE_MS) {
    told = now;
    post("/account/alive", undefined, { unseen: true }).catch(() => {});
  }
}

async function look() {
  const idle = Date.now() - Number(localStorage.getItem(TOUCHED));
  if (idle < lockMs) return;
  await post("/lock").catch(() => {});
  location.replace(`/lock?next=${encodeURIComponent(location.pathname)}`);
}
