// What the lobby manager sees first, and when a customer should leave.

import assert from "node:assert/strict";
import test from "node:test";
import { leaving } from "../../kiosk/phone/leaving.js";
import { byKind, openable, stands } from "../../staff/tablet/advice.js";
import { fc, hold } from "./check.mjs";

const ORDER = ["help", "clock", "feedback", "late", "printer", "idle"];
const counter = (id, state, area, helps = []) => ({ id, state, area, helps });

test("alerts come by kind, in the order in which the kinds burn", () => {
  const alerts = ["idle", "late", "help", "late", "printer", "feedback", "clock"].map((kind, id) => ({ id, kind }));
  const groups = byKind(alerts, ORDER);
  assert.deepEqual(
    groups.map(({ kind }) => kind),
    ["help", "clock", "feedback", "late", "printer", "idle"],
  );
  assert.deepEqual(
    groups[3].alerts.map(({ id }) => id),
    [1, 3],
  );
});

test("an alert of a kind that this page does not know is shown, and first", () => {
  assert.equal(byKind([{ kind: "help" }, { kind: "flood" }], ORDER)[0].kind, "flood");
});

test("no alert is lost between its kinds", () => {
  hold(
    fc.property(fc.array(fc.constantFrom("help", "late", "soon", "other")), (kinds) => {
      const alerts = kinds.map((kind, id) => ({ id, kind }));
      const shown = byKind(alerts, ORDER).flatMap((group) => group.alerts);
      assert.deepEqual(new Set(shown), new Set(alerts));
    }),
  );
});

test("a crowded area has its own counter opened first, a paused one before a closed one", () => {
  const counters = [
    counter("helper", "paused", "other", ["hall"]),
    counter("closed", "closed", "hall"),
    counter("paused", "paused", "hall"),
    counter("open", "open", "hall"),
    counter("stranger", "closed", "other"),
  ];
  const order = [];
  for (let left = counters; openable({ counters: left }, "hall"); left = left.filter(({ id }) => id !== order.at(-1))) {
    order.push(openable({ counters: left }, "hall").id);
  }
  assert.deepEqual(order, ["paused", "closed", "helper"]);
});

test("advice to lend a counter stands while it is free and at home", () => {
  const hall = (more) => ({ counters: [{ ...counter("5", "open", "vip"), ...more }], tickets: [] });
  const lending = { kind: "lend_counter", counter: "5", tickets: [] };
  const floors = [{}, { ticket: { id: "t" } }, { lent_to: "hall" }, { state: "closed" }];
  assert.deepEqual(
    floors.map((more) => stands(hall(more), lending)),
    [true, false, false, false],
  );
});

test("advice stands while the floor is as it was given for", () => {
  const hall = { counters: [counter("1", "open", "hall"), counter("2", "paused", "hall")], tickets: [] };
  const opening = (id) => stands(hall, { kind: "open_counter", counter: id, tickets: [] });
  const closing = (id) => stands(hall, { kind: "close_counter", counter: id, tickets: [] });
  assert.deepEqual([opening("1"), opening("2"), closing("1"), closing("2")], [false, true, true, false]);
  const waiting = {
    ...hall,
    tickets: [
      { id: "a", state: "waiting" },
      { id: "b", state: "called" },
      { id: "asked", state: "waiting", offered: "machines" },
      { id: "no", state: "waiting", declined: true },
    ],
  };
  const sending = (...tickets) => stands(waiting, { kind: "self_service", counter: null, tickets });
  assert.deepEqual([sending("a"), sending("a", "b"), sending("gone")], [true, false, false]);
  assert.deepEqual([sending("asked"), sending("no")], [false, false]);
});

test("who leaves when told is back before the earliest call that was foreseen", () => {
  const wait = fc.record({ wait_lo_s: fc.nat(9000), more: fc.nat(4000) });
  hold(
    fc.property(wait, fc.integer({ min: 1, max: 60 }), ({ wait_lo_s, more }, minutes) => {
      const { act, spare_min } = leaving({ wait_lo_s, wait_p50_s: wait_lo_s + more }, minutes);
      if (act === "later") assert.ok(60 * (spare_min + minutes) <= wait_lo_s);
      if (act === "soon" || act === "later") assert.ok(60 * minutes + 120 <= wait_lo_s);
      if (act === "hurry") assert.ok(60 * minutes > wait_lo_s + more);
      if (act !== "later") assert.equal(spare_min, 0);
    }),
  );
});

test("what is said to who is near, in time, late, and far too late", () => {
  const wait = { wait_lo_s: 1200, wait_p50_s: 1500 };
  assert.equal(leaving(wait, 0).act, "stay");
  assert.deepEqual(leaving(wait, 5), { act: "later", grade: "good", spare_min: 10 });
  assert.deepEqual(leaving(wait, 17), { act: "soon", grade: "warn", spare_min: 0 });
  assert.deepEqual(leaving(wait, 20), { act: "now", grade: "warn", spare_min: 0 });
  assert.deepEqual(leaving(wait, 30), { act: "hurry", grade: "bad", spare_min: 0 });
});
