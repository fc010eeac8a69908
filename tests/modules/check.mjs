// What the tests of pure modules share: properties that hold for any input.

import { createRequire } from "node:module";

export const fc = createRequire(new URL("../../tools/js/", import.meta.url))("fast-check");

/** Holds every property of several that take a while together. */
export const all = (...properties) => properties.forEach((property) => fc.assert(property, { numRuns: 300 }));
export const hold = (property) => fc.assert(property, { numRuns: 300 });

/** Lets everything run that only waits for promises. */
export const settle = async () => {
  for (let n = 0; n < 20; n += 1) await null;
};

/** Timers that a test winds. */
export class Clock {
  now = 0;
  due = [];
  later = (act, ms) => {
    const timer = { act, at: this.now + ms };
    this.due.push(timer);
    return timer;
  };
  cancel = (timer) => {
    this.due = this.due.filter((each) => each !== timer);
  };

  /** Time passes, and each timer comes when it is due. */
  async forward(ms) {
    await settle();
    const end = this.now + ms;
    for (let next = this.first(end); next; next = this.first(end)) {
      this.cancel(next);
      this.now = Math.max(this.now, next.at);
      next.act();
      await settle();
    }
    this.now = end;
  }

  first(end) {
    return [...this.due].sort((a, b) => a.at - b.at).find(({ at }) => at <= end);
  }
}
