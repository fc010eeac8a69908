// What the tablet keeps where the browser is full: the newest, as long as the page lives.

import assert from "node:assert/strict";
import test from "node:test";

import { shelf, waitingOfOthers } from "../../staff/shared/shelf.js";

const box = (path) => ({ acts: [{ path }], refused: [] });

/** A browser's storage that takes nothing more once it is full. */
class Storage {
  stored = {};
  full = false;

  getItem(name) {
    return this.stored[name] ?? null;
  }

  setItem(name, text) {
    if (this.full) throw new Error("QuotaExceededError");
    this.stored[name] = text;
  }
}

test("what a full browser does not store is not replaced by what it stored before", () => {
  globalThis.localStorage = new Storage();
  const kept = shelf("box");
  kept.write(box("/a"));
  localStorage.full = true;
  kept.write(box("/b"));
  assert.deepEqual(kept.read(), box("/b"));
  assert.equal(kept.isStored(), false);
  localStorage.full = false;
  kept.write(box("/c"));
  assert.deepEqual(shelf("box").read(), box("/c"));
});

test("what others left waits for them, and is told", () => {
  globalThis.localStorage = /** @type {any} */ ({
    "marks:teller1": JSON.stringify(box("/a")),
    "marks:teller2": JSON.stringify({ acts: [], refused: [] }),
    "marks:manager": JSON.stringify(box("/b")),
    "lists:teller3": JSON.stringify(box("/c")),
    getItem(name) {
      return this[name] ?? null;
    },
  });
  assert.deepEqual(waitingOfOthers("marks", "manager"), [{ who: "teller1", n: 1 }]);
});
