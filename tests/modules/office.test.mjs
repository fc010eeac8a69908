import assert from "node:assert/strict";
import { test } from "node:test";
import { Store, fits, lookOf } from "../../headquarters/live/store.js";

const branch = (code, more = {}) => ({ code, age_s: 2, path: ["p", "n"], state: "live", heat: "calm", ...more });
const answer = (revision, branches, more = {}) => ({ revision, whole: false, burning: [], branches, ...more });

test("a change replaces its branch, and the others stay", () => {
  const store = new Store();
  store.take(answer(1, [branch("1"), branch("2")], { whole: true }), 10_000);
  assert.deepEqual(store.take(answer(2, [branch("2", { heat: "strained" })]), 11_000), ["2"]);
  assert.equal(store.branches.get("2").heat, "strained");
  assert.equal(store.branches.size, 2);
  assert.equal(store.revision, 2);
});

test("an answer that tells all forgets who has left, and its further pages do not", () => {
  const store = new Store();
  store.take(answer(1, [branch("1"), branch("2")], { whole: true }), 0);
  store.take(answer(5, [branch("2")], { whole: true }), 0);
  store.take(answer(6, [branch("3")], { whole: true }), 0, true);
  assert.deepEqual([...store.branches.keys()], ["2", "3"]);
  assert.equal(store.revision, 5);
});

test("the age of a word goes on by the page's own clock", () => {
  const store = new Store();
  store.take(answer(1, [branch("1"), branch("2", { age_s: null })], { whole: true }), 10_000);
  assert.equal(store.branches.get("1").heardMs, 8_000);
  assert.equal(store.branches.get("2").heardMs, null);
});

test("what burns comes in the order of the answer", () => {
  const store = new Store();
  store.take(answer(1, [branch("1"), branch("2")], { whole: true, burning: ["2", "1", "9"] }), 0);
  assert.deepEqual(
    store.burning().map(({ code }) => code),
    ["2", "1"],
  );
});

test("a filter is by text, unit and state", () => {
  const all = { text: "", unit: "", show: "" };
  assert.ok(fits(branch("4401"), { ...all, text: " 440 " }, "Jiefang"));
  assert.ok(fits(branch("4401"), { ...all, text: "jie" }, "Jiefang"));
  assert.ok(!fits(branch("4401"), { ...all, text: "x" }, "Jiefang"));
  assert.ok(!fits(branch("4401"), { ...all, unit: "w" }, ""));
  assert.ok(fits(branch("1", { state: "cut" }), { ...all, show: "silent" }, ""));
  assert.ok(!fits(branch("1", { state: "closed" }), { ...all, show: "silent" }, ""));
  assert.ok(fits(branch("1", { heat: "burning" }), { ...all, show: "strained" }, ""));
});

test("a branch that is not live looks like its state", () => {
  assert.equal(lookOf(branch("1", { heat: "burning" })), "burning");
  assert.equal(lookOf(branch("1", { state: "cut", heat: "calm" })), "cut");
});
