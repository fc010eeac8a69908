import assert from "node:assert/strict";
import test from "node:test";

import { troubleOf } from "../../staff/tablet/trouble.js";

const words = {
  offline: "offline",
  paper_out: "out of paper",
  fault: "program fault",
  undrawable: "cannot be drawn",
  unprinted: "not printed",
};

test("a slip that cannot be drawn has words", () => {
  assert.equal(troubleOf({ status: "fault", error: "undrawable" }, words), "cannot be drawn");
  assert.equal(troubleOf({ error: "undrawable" }, words), "cannot be drawn");
});

test("a status has words, whatever the device said", () => {
  assert.equal(troubleOf({ status: "offline", error: "[Errno 111] refused" }, words), "offline");
  assert.equal(troubleOf({ error: "paper_out" }, words), "out of paper");
});

test("no error of the program or of a device is on the tablet", () => {
  assert.equal(troubleOf({ status: "fault", error: "KeyError: 'a'" }, words), "program fault");
  assert.equal(troubleOf({ error: "KeyError: 'a'" }, words), "not printed");
});
