// The tablet's outbox: each act is done once, in its order, on whatever line.

import assert from "node:assert/strict";
import test from "node:test";
import { OLD_MS, outbox } from "../../staff/shared/outbox.js";
import { Clock, fc, settle } from "./check.mjs";

const refusal = (status, message = "") => Object.assign(new Error(message), { status });

/** A branch that does each key once, behind a line that may be cut before or after it has heard. */
class Branch {
  log = [];
  answers = new Map();
  line = [];
  refuses = new Set();

  post = async (path, body, { key, expects }) => {
    const fate = this.line.shift() ?? "up";
    if (fate === "cut") throw refusal(0);
    if (fate === "busy") throw refusal(429);
    if (fate === "full") throw refusal(503);
    if (fate === "fault") throw refusal(500);
    if (this.refuses.has(path)) throw refusal(409, `no ${path}`);
    if (!this.answers.has(key)) {
      this.log.push(path);
      this.answers.set(key, { path, body, expects });
    }
    if (fate === "unheard") throw refusal(0);
    return this.answers.get(key);
  };
}

function tablet(branch = new Branch(), kept = { acts: [], refused: [] }) {
  const clock = new Clock();
  const shelf = { read: () => kept, write: (box) => (kept = JSON.parse(JSON.stringify(box))) };
  const done = [];
  let keys = 0;
  const world = {
    post: branch.post,
    newKey: () => `k${(keys += 1)}-${clock.now}`,
    changed: () => {},
    done: (act) => done.push(act.path),
    clock: () => "10:42",
    now: () => clock.now,
    later: clock.later,
    cancel: clock.cancel,
  };
  return { box: outbox(shelf, world), clock, done, branch, shelf, world };
}

const act = (path, more = {}) => ({ path, words: path, ...more });

test("acts are done once each and in their order, whatever the line does", async () => {
  const fate = fc.constantFrom("up", "cut", "unheard", "busy", "full", "fault");
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(50), { maxLength: 8 }),
      fc.array(fate, { maxLength: 12 }),
      async (acts, line) => {
        const { box, clock, branch, done } = tablet();
        branch.line = [...line];
        for (const n of acts) box.send(act(`/${n}`));
        await clock.forward(60_000);
        const paths = acts.map((n) => `/${n}`);
        assert.deepEqual(branch.log, paths);
        assert.deepEqual(done, paths);
        assert.deepEqual(box.acts(), []);
      },
    ),
  );
});

test("a page that is loaded anew goes on with what was not answered, under the same key", async () => {
  const branch = new Branch();
  branch.line = ["unheard"];
  const before = tablet(branch);
  before.box.send(act("/a"), act("/b"));
  await settle();
  const after = tablet(branch, before.shelf.read());
  await settle();
  assert.deepEqual(branch.log, ["/a", "/b"]);
  assert.deepEqual(after.box.acts(), []);
});

test("what waits is at risk only while the browser stores nothing more", async () => {
  const { branch, shelf, world } = tablet();
  let isStored = false;
  const box = outbox({ ...shelf, isStored: () => isStored }, world);
  await settle();
  branch.line = ["cut"];
  assert.equal(box.isAtRisk(), false);
  box.send(act("/a"));
  await settle();
  assert.equal(box.isAtRisk(), true);
  isStored = true;
  assert.equal(box.isAtRisk(), false);
});

test("what the line keeps waits with its reason, and is tried again", async () => {
  const { box, clock, branch } = tablet();
  branch.line = ["cut"];
  box.send(act("/a"));
  await settle();
  assert.equal(box.acts()[0].stuck, "line");
  await clock.forward(1999);
  assert.deepEqual(branch.log, []);
  await clock.forward(1);
  assert.deepEqual(branch.log, ["/a"]);
});

test("a refusal is kept until it was read, and drops what was touched together with it", async () => {
  const { box, branch } = tablet();
  branch.refuses.add("/a");
  box.send(act("/a"), act("/b"));
  await settle();
  box.send(act("/c"));
  await settle();
  assert.deepEqual(branch.log, ["/c"]);
  const [refused] = box.refused();
  assert.deepEqual([refused.words, refused.why, refused.clock], ["/a", "no /a", "10:42"]);
  box.drop(refused.key);
  assert.deepEqual(box.refused(), []);
});

test("what rests on an act that is refused is not done, and says why", async () => {
  const { box, clock, branch } = tablet();
  branch.line = ["cut"];
  branch.refuses.add("/i/1/items/b");
  const ends = (n) => act(`/i/${n}/end`, { rests: { on: `/i/${n}/items/`, why: "not ended" } });
  for (const one of [act("/i/1/items/a"), act("/i/1/items/b"), ends(1), ends(2)]) box.send(one);
  await clock.forward(10_000);
  assert.deepEqual(branch.log, ["/i/1/items/a", "/i/2/end"]);
  assert.deepEqual(
    box.refused().map(({ words, why }) => [words, why]),
    [
      ["/i/1/items/b", "no /i/1/items/b"],
      ["/i/1/end", "not ended"],
    ],
  );
});

test("the same act that still waits is not sent again", async () => {
  const { box, branch } = tablet();
  branch.line = ["cut", "cut", "cut"];
  box.send(act("/a", { body: { place: "first" } }));
  box.send(act("/a", { body: { place: "first" } }));
  box.send(act("/a", { body: { place: "last" } }));
  await settle();
  assert.equal(box.acts().length, 2);
});

test("what has grown old waits for a word", async () => {
  const branch = new Branch();
  const kept = { acts: [{ ...act("/old"), key: "k", group: "g", at: -OLD_MS - 1, clock: "10:20" }], refused: [] };
  const { box } = tablet(branch, kept);
  await settle();
  assert.deepEqual([branch.log, box.acts()[0].old], [[], true]);
  box.insist("k");
  await settle();
  assert.deepEqual([branch.log, box.acts()], [["/old"], []]);
});

test("what has grown old is told to who has the box already", async () => {
  let kept = { acts: [{ ...act("/old"), key: "k", group: "g", at: -OLD_MS - 1, clock: "10:20" }], refused: [] };
  const shelf = { read: () => kept, write: (box) => (kept = box) };
  const { world } = tablet();
  const told = [];
  const box = outbox(shelf, { ...world, changed: () => told.push(box.acts()[0].old) });
  await settle();
  assert.deepEqual(told, [true]);
});

test("an old act may be dropped, and holds nothing up", async () => {
  const branch = new Branch();
  const kept = { acts: [{ ...act("/old"), key: "k", group: "g", at: -OLD_MS - 1, clock: "10:20" }], refused: [] };
  const { box } = tablet(branch, kept);
  box.send(act("/new"));
  await settle();
  assert.deepEqual(branch.log, ["/new"]);
  box.drop("k");
  assert.deepEqual(box.acts(), []);
});

test("the counter's turn goes along", async () => {
  const { box, branch } = tablet();
  box.send(act("/next", { expects: "t7" }));
  await settle();
  assert.equal([...branch.answers.values()][0].expects, "t7");
});

test("a screen that cannot be drawn makes no refusal and stops nothing", async () => {
  const { shelf, clock, branch, world } = tablet();
  let broken = true;
  const drawing = () => {
    if (!broken || !branch.log.length) return;
    broken = false;
    throw new TypeError("no such element");
  };
  const box = outbox(shelf, { ...world, changed: drawing });
  await assert.rejects(box.send(act("/a"), act("/b")), TypeError);
  assert.deepEqual(shelf.read().refused, []);
  await clock.forward(60_000);
  assert.deepEqual(branch.log, ["/a", "/b"]);
});
