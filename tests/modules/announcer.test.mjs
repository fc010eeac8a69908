// Calls on a board: one after the other, in their order, none left out, and none that nobody needs.

import assert from "node:assert/strict";
import test from "node:test";
import { Announcer, FRESH_MS, HURRIED_MS, OVER_MS, READ_MS } from "../../display/board/announcer.js";
import { Clock, fc, settle } from "./check.mjs";

const AT = "2026-03-02T10:00:00.000+08:00";
const later = (ms) => new Date(Date.parse(AT) + ms).toISOString();
const call = (seq, more = {}) => ({
  seq,
  number: `A${seq}`,
  counter: String(seq),
  counter_name: {},
  area: "hall",
  state: "called",
  at: AT,
  recall: false,
  say: {},
  audio: {},
  ...more,
});
const state = (calls, more = {}) => ({
  seq: Math.max(0, ...calls.map(({ seq }) => seq)),
  at: AT,
  calls,
  standing: calls.map(({ seq }) => seq),
  ...more,
});

function board(say = () => Promise.resolve()) {
  const clock = new Clock();
  const heard = [];
  const announced = [];
  const voice = {
    prepare: () => {},
    say: (each) => {
      heard.push([each.number, clock.now]);
      return say(each, clock);
    },
  };
  const screen = { draw: () => {}, announced: ({ number }) => announced.push(number), later: clock.later };
  return { announcer: new Announcer(voice, screen), clock, heard, announced };
}

test("every call is announced once and in its order, however they come", async () => {
  const seqs = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(seqs, async (all) => {
      const { announcer, clock, announced } = board();
      all.forEach((seq) => announcer.call(call(seq)));
      await clock.forward(20 * READ_MS);
      const rising = all.filter((seq, n) => seq > Math.max(0, ...all.slice(0, n)));
      assert.deepEqual(
        announced,
        rising.map((seq) => `A${seq}`),
      );
    }),
  );
});

test("a call stands long enough to be read, less long while others wait", async () => {
  const { announcer, clock, heard } = board();
  [1, 2, 3].forEach((seq) => announcer.call(call(seq)));
  await clock.forward(HURRIED_MS * 3 + READ_MS);
  assert.deepEqual(
    heard,
    [
      ["A1", 0],
      ["A2", READ_MS],
      ["A3", READ_MS + HURRIED_MS],
    ].map(([n, at]) => [n, at]),
  );
});

test("a voice that takes longer is waited for", async () => {
  const slow = (each, clock) => new Promise((done) => clock.later(done, 15_000));
  const { announcer, clock, heard } = board(slow);
  [1, 2].forEach((seq) => announcer.call(call(seq)));
  await clock.forward(15_000);
  assert.deepEqual(
    heard.map(([number]) => number),
    ["A1", "A2"],
  );
  assert.equal(heard[1][1], 15_000);
});

test("the counters that still wait for their call are known", async () => {
  const { announcer } = board();
  [1, 2, 3].forEach((seq) => announcer.call(call(seq)));
  assert.equal(announcer.now.number, "A1");
  assert.deepEqual([...announcer.pending], ["2", "3"]);
});

test("what was called while the line was down is announced, unless that is long ago", async () => {
  const { announcer, clock, announced } = board();
  announcer.heard(state([call(1)]), true);
  const missed = [call(4, { at: later(-1000) }), call(3, { at: later(-FRESH_MS) }), call(2, { at: later(-2000) })];
  announcer.heard(state(missed), false);
  await clock.forward(60_000);
  assert.deepEqual(announced, ["A2", "A4"]);
});

test("what stood when the page opened is not announced", async () => {
  const { announcer, clock, announced } = board();
  announcer.heard(state([call(5), call(4)]), true);
  announcer.call(call(5));
  await clock.forward(60_000);
  assert.deepEqual(announced, []);
});

for (const [why, now] of [
  ["its customer is being served", state([call(1, { state: "serving" })])],
  ["its counter has called another", state([call(2, { counter: "1" })])],
  ["the teller took it back", state([], { seq: 9, standing: [] })],
]) {
  test(`a call ends soon when ${why}`, async () => {
    const { announcer, clock, announced } = board(() => new Promise(() => {}));
    announcer.call(call(1));
    announcer.heard(now, false);
    await clock.forward(OVER_MS - 1);
    assert.deepEqual(announced, []);
    await clock.forward(1);
    assert.equal(announced[0], "A1");
  });
}

test("a call that is over before its turn is passed over", async () => {
  const { announcer, clock, announced } = board();
  [1, 2].forEach((seq) => announcer.call(call(seq)));
  announcer.heard(state([call(1), call(2, { state: "serving" })]), false);
  await clock.forward(60_000);
  assert.deepEqual(announced, ["A1"]);
});

test("another journal, whose numbers begin anew, is announced from its first call on", async () => {
  const { announcer, clock, announced } = board();
  announcer.heard(state([call(500)]), true);
  announcer.heard(state([], { seq: 3 }), false);
  announcer.call(call(4));
  await clock.forward(60_000);
  await settle();
  assert.deepEqual(announced, ["A4"]);
});
