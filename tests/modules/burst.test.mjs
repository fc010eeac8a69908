// What of a stream of keys is a reader's and what a person's: the kiosk's pure module, for any reader and any hand.

import assert from "node:assert/strict";
import test from "node:test";
import { Burst } from "../../kiosk/touch/burst.js";
import { typed } from "../../kiosk/touch/keyboard.js";
import { all, fc } from "./check.mjs";

const MARKS = ";%+";

/** Presses `[key, gap]` one after the other, and finishes when it was quiet long enough, as the page does. */
function heard(keys) {
  const burst = new Burst();
  const out = { read: [], keys: "", passed: [] };
  let at = 1000;
  const take = ({ text, keys: by = [] }) => {
    if (text) out.read.push(text);
    out.keys += by.join("");
  };
  for (const [key, gap] of keys) {
    if (burst.open && gap > burst.quiet) take(burst.finish());
    at += gap;
    const { swallow, done } = burst.press(key, at);
    if (done) take(done);
    if (!swallow && key === "Enter") out.passed.push(key);
  }
  if (burst.open) take(burst.finish());
  return out;
}

const spell = (text, gap, first = 5000) => [...text].map((sign, place) => [sign, place ? gap : first]);
const digits = (min, max) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));
const swipe = digits(12, 19).map((number) => `;${number}=25121010000?`);
const code = fc.stringMatching(/^[A-Z]{2,3}-[0-9]{5,12}$/);
const link = fc.stringMatching(/^https:\/\/bank\.example\/t\/260302A[0-9]{3}-[A-Za-z0-9_-]{12}$/);
const fast = fc.integer({ min: 1, max: 60 });
const slow = fc.integer({ min: 60, max: 350 });

test("whatever a quick reader types is one reading, with a suffix or without", () => {
  const suffix = fc.constantFrom(
    [],
    [["Enter", 5]],
    [
      ["Enter", 5],
      ["Enter", 5],
    ],
    [["Enter", 300]],
    [["Enter", 600]],
  );
  all(
    fc.property(fc.oneof(swipe, code, link, digits(11, 19)), fast, suffix, (text, gap, end) => {
      assert.deepEqual(heard([...spell(text, gap), ...end]), { read: [text], keys: "", passed: [] });
    }),
  );
});

test("six digits of an appointment are one reading, however late their suffix comes", () => {
  all(
    fc.property(digits(6, 6), fast, fc.integer({ min: 1, max: 650 }), (text, gap, late) => {
      assert.deepEqual(heard([...spell(text, gap), ["Enter", late]]), { read: [text], keys: "", passed: [] });
    }),
  );
});

test("a slow reader's cards, codes and links come whole, however its pace varies", () => {
  all(
    fc.property(fc.oneof(swipe, code, link), fc.infiniteStream(slow), (text, gaps) => {
      const keys = spell(text, 0).map(([sign, gap]) => [sign, gap || gaps.next().value]);
      assert.equal(heard(keys).read.join("|"), text);
    }),
    fc.property(fc.oneof(swipe, code, link), slow, (text, gap) => {
      assert.deepEqual(heard(spell(text, gap)).read, [text]);
    }),
  );
});

test("a person's digits are that person's, one by one", () => {
  all(
    fc.property(
      digits(1, 11),
      fc.array(fc.integer({ min: 90, max: 900 }), { minLength: 11, maxLength: 11 }),
      (text, gaps) => {
        const keys = spell(text, 0).map(([sign, gap], place) => [sign, gap || gaps[place]]);
        assert.deepEqual(heard([...keys, ["Enter", 900]]), { read: [], keys: text, passed: ["Enter"] });
      },
    ),
  );
});

test("nothing is lost and nothing comes twice, whatever is typed", () => {
  const key = fc.tuple(fc.constantFrom(..."0123456789ABC;=?", "Enter", ""), fc.integer({ min: 0, max: 1500 }));
  all(
    fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
      const { read, keys: by } = heard(keys);
      const signs = keys.map(([sign]) => sign).filter((sign) => sign.length === 1);
      assert.deepEqual([...read.join(""), ...by].sort(), signs.sort());
    }),
  );
});

test("two tracks, each with its Enter, are one reading", () => {
  const first = [...spell("%B6226091234567890^LI^25?", 8), ["Enter", 8]];
  const second = [...spell(";6226091234567890=25?", 8, 8), ["Enter", 8]];
  assert.deepEqual(heard([...first, ...second]).read, ["%B6226091234567890^LI^25?;6226091234567890=25?"]);
});

test("a person's Enter is the page's own, long after a swipe", () => {
  assert.deepEqual(heard([...spell(";6226091234567890=25?", 5), ["Enter", 5], ["Enter", 2000]]).passed, ["Enter"]);
});

test("keys that an input method holds back are told by their place", () => {
  const press = (code, shiftKey = false) => typed({ key: "Process", code, shiftKey });
  assert.equal(press("Semicolon") + press("Digit6") + press("KeyA", true) + press("Slash", true), ";6A?");
  assert.equal(typed({ key: "End", code: "Numpad1" }), "1");
  for (const key of ["Shift", "CapsLock", "F11", "Escape", "ArrowDown"]) assert.equal(typed({ key, code: key }), null);
  assert.equal(typed({ key: "j", code: "KeyJ", ctrlKey: true }), "Enter");
  assert.equal(typed({ key: "]", code: "BracketRight", ctrlKey: true }), "");
  assert.ok([...MARKS].every((mark) => typed({ key: mark, code: "" }) === mark));
});
