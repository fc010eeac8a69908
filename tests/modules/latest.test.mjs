// What is drawn answers the question asked last.

import assert from "node:assert/strict";
import test from "node:test";
import { latest } from "../../web/static/latest.js";
import { fc } from "./check.mjs";

/** Questions whose answers come in an order of the test's choice. */
function asker() {
  const open = [];
  const ask = latest(
    (n) => new Promise((answer, refuse) => open.push({ answer: () => answer(n), refuse: () => refuse(n) })),
  );
  return { ask, open };
}

test("only the question asked last is answered, in whatever order the answers come", async () => {
  const orders = fc.integer({ min: 1, max: 6 }).chain((n) => {
    const each = Array.from({ length: n }, (_, i) => i);
    return fc.tuple(
      fc.shuffledSubarray(each, { minLength: n }),
      fc.array(fc.boolean(), { minLength: n, maxLength: n }),
    );
  });
  await fc.assert(
    fc.asyncProperty(orders, async ([order, fails]) => {
      const { ask, open } = asker();
      const found = order.map((_, n) => ask(n).catch((problem) => ({ problem })));
      for (const n of order) fails[n] ? open[n].refuse() : open[n].answer();
      const last = order.length - 1;
      const expected = order.map((_, n) => (n < last ? null : fails[n] ? { problem: n } : n));
      assert.deepEqual(await Promise.all(found), expected);
    }),
  );
});

test("a question after an answer is answered again", async () => {
  const { ask, open } = asker();
  const first = ask(1);
  open[0].answer();
  assert.equal(await first, 1);
  const second = ask(2);
  open[1].answer();
  assert.equal(await second, 2);
});
