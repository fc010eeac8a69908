// A page that the branch draws, as it would be drawn now: what of it has changed takes the place of what stands there.

import { morphChildren } from "./morph.js";

/** @param {string[]} ids of the pieces that may change */
export async function lookAgain(...ids) {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ids) {
    const old = document.getElementById(id);
    const now = page.getElementById(id);
    if (old && now) morphChildren(old, ...now.childNodes);
  }
}
