// Keys of a reader and of a person, as the page gets them: taken before it sees them, whole, and with where they began.

import assert from "node:assert/strict";
import test from "node:test";
import { Clock, settle } from "./check.mjs";

const CARD = ";6226091234567890=25121010000?";
let fresh = 0;

/** A page with a reader of its own. */
async function page() {
  const { listen, readWhole } = await import(`../../kiosk/touch/reader.js?${(fresh += 1)}`);
  const clock = new Clock();
  const kiosk = { clock, readWhole, read: [], keys: [], screen: "start", swallowed: "" };
  let take;
  const world = { keys: (each) => (take = each), now: () => clock.now, later: clock.later, cancel: clock.cancel };
  listen(
    (text, where) => kiosk.read.push([text, where]),
    (key) => kiosk.keys.push(key),
    () => kiosk.screen,
    world,
  );
  kiosk.press = async (key, gap = 5, more = {}) => {
    await clock.forward(gap);
    const stop = () => (kiosk.swallowed += key);
    take({ key, code: "", timeStamp: clock.now, preventDefault: stop, stopPropagation: () => {}, ...more });
    await settle();
  };
  kiosk.type = async (text, gap) => {
    for (const key of text) await kiosk.press(key, gap);
  };
  return kiosk;
}

test("a swipe is one reading, and the page sees no key of it but the first", async () => {
  const kiosk = await page();
  await kiosk.type(CARD);
  await kiosk.press("Enter");
  await kiosk.clock.forward(2000);
  assert.deepEqual(kiosk.read, [[CARD, "start"]]);
  assert.equal(kiosk.swallowed, `${CARD.slice(1)}Enter`);
  assert.deepEqual(kiosk.keys, []);
});

test("a reading belongs to the screen on which it began", async () => {
  const kiosk = await page();
  await kiosk.type(CARD.slice(0, 10));
  kiosk.screen = "result";
  await kiosk.type(CARD.slice(10));
  await kiosk.clock.forward(2000);
  assert.deepEqual(kiosk.read, [[CARD, "start"]]);
});

test("nothing goes on before the reading is whole", async () => {
  const kiosk = await page();
  await kiosk.type(CARD);
  let whole = false;
  kiosk.readWhole().then(() => (whole = true));
  await kiosk.clock.forward(50);
  assert.deepEqual([whole, kiosk.read], [false, []]);
  await kiosk.clock.forward(2000);
  assert.deepEqual([whole, kiosk.read.length], [true, 1]);
});

test("keys that wait behind a timer which came late are of the same reading", async () => {
  const kiosk = await page();
  await kiosk.type(CARD.slice(0, 12));
  const [timer] = kiosk.clock.due;
  kiosk.clock.cancel(timer);
  kiosk.clock.now = timer.at + 300;
  timer.act();
  await settle();
  assert.deepEqual(kiosk.read, [], "the page was busy: it waits once more");
  assert.equal(kiosk.clock.due.length, 1);
});

test("a person's digits are handed on one by one", async () => {
  const kiosk = await page();
  await kiosk.type("1234", 300);
  await kiosk.clock.forward(2000);
  assert.deepEqual([kiosk.read, kiosk.keys.join("")], [[], "1234"]);
});

test("a key that is held is not pressed again", async () => {
  const kiosk = await page();
  await kiosk.press("5", 300);
  await kiosk.press("5", 30, { repeat: true });
  await kiosk.clock.forward(2000);
  assert.deepEqual(kiosk.keys, ["5"]);
});

test("keys that mean nothing to a reader are the page's own", async () => {
  const kiosk = await page();
  await kiosk.press("Tab", 300);
  await kiosk.press("Escape", 300);
  assert.deepEqual([kiosk.swallowed, kiosk.keys, kiosk.read], ["", [], []]);
});
