// What is known of the customer at hand, until the visit ends. It stands in no page and no store.

import { newKey, post } from "#web/api.js";

export const visit = {};

/** Tells whether the visit is still the one it was asked in. */
export function sameVisit() {
  const { needs } = visit;
  return () => visit.needs === needs;
}

/** A new visit: everything the last customer did is forgotten. */
export function forget() {
  Object.assign(visit, { service: null, group: "", also: new Set(), needs: new Set(), customer: "", mine: null });
  visit.shown = "";
  Object.assign(visit, { wish: null, busy: false });
}

/** Ask the branch for a number. The same wish again goes under the same key, so that it is one number however
    often it is asked for; null while the answer is still awaited. */
export async function ask(path, body) {
  if (visit.busy) return null;
  visit.busy = true;
  const same = JSON.stringify([path, body]);
  if (visit.wish?.same !== same) visit.wish = { same, key: newKey() };
  const { wish } = visit;
  try {
    const answer = await post(path, body, { key: wish.key });
    visit.wish = null;
    return answer;
  } catch (problem) {
    if (problem.status !== 0 && problem.status < 500) visit.wish = null;
    throw problem;
  } finally {
    visit.busy = false;
  }
}
