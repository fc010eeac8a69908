// How the tablet's zones and the board's calls take their room.

import assert from "node:assert/strict";
import test from "node:test";
import { fitted, packed as packedCalls } from "../../display/board/packing.js";
import { ROW, growing, packed, zones } from "../../staff/tablet/packing.js";
import { fc, hold } from "./check.mjs";

const areas = fc.array(fc.record({ counters: fc.nat(9), self_service: fc.boolean() }), { maxLength: 9 });

test("every row of zones is filled, no zone is narrower than its counters, and none is lost", () => {
  hold(
    fc.property(areas, (all) => {
      const placed = zones(all, ({ counters }) => counters);
      assert.deepEqual(new Set(placed.map(({ area }) => area)), new Set(all));
      let row = 0;
      for (const { area, span } of placed) {
        assert.ok(span >= (area.self_service ? ROW : Math.min(ROW, Math.max(1, area.counters))));
        row += span;
        assert.ok(row <= ROW);
        row %= ROW;
      }
      assert.equal(row, 0);
    }),
  );
});

test("the widest zone comes first and machines come last", () => {
  const all = [{ self_service: true, counters: 0 }, { counters: 1 }, { counters: 5 }, { counters: 2 }];
  const placed = zones(all, ({ counters }) => counters);
  assert.deepEqual(
    placed.map(({ area, span }) => [area.counters, span]),
    [
      [5, 4],
      [2, 2],
      [1, 2],
      [0, 4],
    ],
  );
  assert.equal(growing(placed), 2);
  assert.deepEqual(packed([3, 3]), [4, 4]);
});

test("calls have a place each, and as few columns as can be", () => {
  for (let calls = 0; calls <= 40; calls += 1) {
    const { columns, rows } = packedCalls(calls);
    assert.ok(columns * rows >= calls);
    assert.ok(columns * (rows - 1) < calls || calls === 0);
  }
  assert.deepEqual(
    [4, 5, 12, 13].map((calls) => packedCalls(calls).columns),
    [1, 2, 2, 3],
  );
});

test("a text is as large as it can be, and wraps only where one line would be too small", () => {
  /** A text that takes so much room at full size, in a place of one line or of several. */
  const text = (width, lines) => (size, wraps) => width * size <= (wraps ? lines : 1);
  assert.deepEqual(fitted(true, text(0.9, 2)), { size: 1, wraps: false });
  assert.deepEqual(fitted(true, text(1.4, 2)), { size: 0.68, wraps: false });
  assert.deepEqual(fitted(true, text(1.9, 2)), { size: 1, wraps: true });
  assert.deepEqual(fitted(false, text(1.9, 2)), { size: 0.5, wraps: false });
  assert.deepEqual(
    fitted(true, () => false),
    { size: 0.32, wraps: true },
  );
});
