// What got no answer is asked for again as the same wish, and nothing else is.

import assert from "node:assert/strict";
import test from "node:test";
import { WISH_MS, wishes } from "../../web/static/wishes.js";
import { Clock, fc } from "./check.mjs";

/** Wishes with keys 1, 2, 3 ... on a clock of the test. */
function made() {
  let n = 0;
  const clock = new Clock();
  return { clock, wished: wishes(() => String((n += 1)), clock.later) };
}

test("a wish keeps its key until it is answered, whatever else is asked for and answered", () => {
  const wish = fc.constantFrom("book", "alive", "note");
  const step = fc.record({ wish, answered: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { wished } = made();
      const open = new Map();
      const seen = new Set();
      for (const { wish, answered } of steps) {
        const key = wished.keyOf(wish);
        if (open.has(wish)) assert.equal(key, open.get(wish));
        else assert.ok(!seen.has(key));
        seen.add(key);
        open.set(wish, key);
        if (answered) {
          wished.over(wish);
          open.delete(wish);
        }
      }
    }),
  );
});

test("an old wish is another one, and its end does not end the new one", async () => {
  const { clock, wished } = made();
  const first = wished.keyOf("help");
  await clock.forward(WISH_MS / 2);
  wished.over("help");
  const second = wished.keyOf("help");
  await clock.forward(WISH_MS / 2);
  assert.equal(wished.keyOf("help"), second);
  await clock.forward(WISH_MS / 2);
  assert.ok(![first, second].includes(wished.keyOf("help")));
});

test("the next customer's wish is their own", () => {
  const { wished } = made();
  const mine = wished.keyOf("a number");
  wished.forget();
  assert.notEqual(wished.keyOf("a number"), mine);
});
