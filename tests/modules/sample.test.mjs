// A sample with marks that are still on their way: what the tablet shows is what the branch will have.

import assert from "node:assert/strict";
import test from "node:test";
import { agreement, complete, isAnyOpen, leftOpen, markOf, withWaiting } from "../../staff/meeting/sample.js";

const item = (id, marks = [], sides = ["self", "peer"]) => ({ id, sides, marks, verdict: null, differs: false });
const mark = (side, verdict) => ({ side, verdict, by: "1001" });
const sample = (...items) => ({ items });

test("a mark that waits is shown as made", () => {
  const [shown] = withWaiting(sample(item("T01")), [
    { item: "T01", verb: "mark", side: "self", verdict: "kept", by: "1001" },
  ]);
  assert.equal(markOf(shown, "self").verdict, "kept");
  assert.equal(shown.verdict, "kept");
  assert.equal(complete([shown]).length, 0, "the peer has not looked");
});

test("a difference shows before the line carries it", () => {
  const waiting = [{ item: "T01", verb: "mark", side: "peer", verdict: "broken", by: "1002" }];
  const [shown] = withWaiting(sample(item("T01", [mark("self", "kept")])), waiting);
  assert.equal(shown.differs, true);
  assert.equal(shown.verdict, null);
});

test("agreement counts the first marks of both", () => {
  const marks = [mark("self", "kept"), mark("peer", "broken"), mark("self", "broken")];
  assert.deepEqual(agreement([item("T01", marks), item("T02", [mark("self", "kept")])]), { n: 1, same: 0 });
});

test("an item of one side needs no peer", () => {
  assert.equal(complete([item("L01", [mark("self", "kept")], ["self"])]).length, 1);
});

test("an agreement and an owner that wait close what is open", () => {
  const marks = [mark("self", "kept"), mark("peer", "broken")];
  const broken = { ...item("T02", [mark("self", "broken")], ["self"]), verdict: "broken" };
  const before = sample({ ...item("T01", marks), differs: true }, broken, item("T03"));
  const open = leftOpen(before.items);
  assert.deepEqual([open.differing, open.unseen, open.unowned].map(ids), [["T01"], ["T03"], ["T02"]]);

  const waiting = [
    { item: "T01", verb: "agree", verdict: "kept" },
    { item: "T02", verb: "finding", owner: "1002", due: "2026-03-09" },
    { item: "T03", verb: "mark", side: "self", verdict: "kept", by: "1001" },
    { item: "T03", verb: "mark", side: "peer", verdict: "kept", by: "1002" },
  ];
  assert.equal(isAnyOpen(leftOpen(withWaiting(before, waiting))), false);
});

const ids = (items) => items.map(({ id }) => id);
