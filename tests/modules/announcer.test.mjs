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
    say: (each, follows, hurried) => {
      heard.push([each.number, clock.now, follows]);
      return say(each, clock, hurried);
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
    heard.map(([number, at]) => [number, at]),
    [
      ["A1", 0],
      ["A2", HURRIED_MS],
      ["A3", HURRIED_MS * 2],
    ],
  );
});

test("one more call hurries the one that is only read any more", async () => {
  const { announcer, clock, heard } = board();
  announcer.call(call(1));
  await clock.forward(READ_MS - 1000);
  announcer.call(call(2));
  await settle();
  assert.deepEqual(
    heard.map(([number, at, follows]) => [number, at, follows]),
    [
      ["A1", 0, false],
      ["A2", READ_MS - 1000, true],
    ],
  );
});

test("five calls at once, each said in 2.6 s, are heard within 15 s", async () => {
  const ends = [];
  const { announcer, clock } = board(async (each, clock) => {
    await new Promise((done) => clock.later(done, 2600 + (ends.length ? 250 : 800)));
    ends.push(clock.now);
  });
  [1, 2, 3, 4, 5].forEach((seq) => announcer.call(call(seq)));
  await clock.forward(60_000);
  assert.equal(ends.length, 5);
  assert.ok(ends[4] <= 15_000, String(ends[4]));
});

test("after the first language it is known whether others wait", async () => {
  const waiting = [];
  const { announcer, clock } = board(async (_each, clock, hurried) => {
    await new Promise((done) => clock.later(done, 2000));
    waiting.push(hurried());
  });
  [1, 2, 3].forEach((seq) => announcer.call(call(seq)));
  announcer.heard(state([call(1), call(2)], { seq: 4, standing: [1, 2, 3] }), false); // the third did not come
  await clock.forward(60_000);
  assert.deepEqual(waiting, [true, false]);
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
  ["its customer did not come", state([], { seq: 2, standing: [1] })],
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

for (const [why, calls] of [
  ["sits down", [call(1), call(2, { state: "serving" })]],
  ["does not come", [call(1)]],
]) {
  test(`a call whose customer ${why} before its turn is passed over`, async () => {
    const { announcer, clock, announced } = board();
    [1, 2].forEach((seq) => announcer.call(call(seq)));
    announcer.heard(state(calls, { seq: 3, standing: [1, 2] }), false);
    await clock.forward(60_000);
    assert.deepEqual(announced, ["A1"]);
  });
}

test("a state from before a call does not end it", async () => {
  const { announcer, clock, announced } = board();
  [8, 9].forEach((seq) => announcer.call(call(seq)));
  announcer.heard(state([call(7, { counter: "9" })], { seq: 7 }), false);
  await clock.forward(60_000);
  assert.deepEqual(announced, ["A8", "A9"]);
});

test("a number that was put back and called again is announced again", async () => {
  const { announcer, clock, announced } = board();
  [1, 2].forEach((seq) => announcer.call(call(seq)));
  announcer.heard(state([call(1)], { seq: 3 }), false);
  announcer.call(call(4, { number: "A2", counter: "2" }));
  await clock.forward(60_000);
  assert.deepEqual(announced, ["A1", "A2"]);
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
