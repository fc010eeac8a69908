// How much is due today for who is signed in, beside the way to it.

import { get } from "#web/api.js";
import { $$, say } from "#web/dom.js";

const REFRESH_MS = 60_000;

async function refresh() {
  /** @type {Api.DueCountOut | null} */
  const due = await get("/api/v1/due/count").catch(() => null);
  if (due) $$("[data-due-n]").forEach((mark) => show(mark, due));
}

/** @param {Element} mark
    @param {Api.DueCountOut} due */
function show(mark, { n, late }) {
  mark.toggleAttribute("hidden", n === 0);
  mark.classList.toggle("late", late > 0);
  say(mark, String(n));
}

refresh();
setInterval(refresh, REFRESH_MS);
