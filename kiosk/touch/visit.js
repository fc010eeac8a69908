// What is known of the customer at hand, until the visit ends. It stands in no page and no store.

import { forgetWishes, post } from "#web/api.js";

export const visit = {};

/** Tells whether the visit is still the one it was asked in. */
export function sameVisit() {
  const { needs } = visit;
  return () => visit.needs === needs;
}

/** A new visit: everything the last customer did is forgotten. */
export function forget() {
  Object.assign(visit, {
    service: null,
    group: "",
    also: new Set(),
    needs: new Set(),
    customer: "",
    hadCard: false,
    mine: null,
    ticket: null,
    amending: Promise.resolve(),
  });
  visit.shown = "";
  visit.busy = false;
  forgetWishes();
}

/** Ask the branch for a number. The same wish again is one number, however often it is asked for; null while the
    answer is still awaited. */
export async function ask(path, body) {
  if (visit.busy) return null;
  visit.busy = true;
  try {
    return await post(path, body);
  } finally {
    visit.busy = false;
  }
}
