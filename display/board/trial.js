// A test of the screen: a picture to its very edges, and where it is a test call, the voice. A call goes before it.

import { $, say } from "#web/dom.js";

const SHOWN_MS = 10000;
/** A test that had to wait so long for customers' calls is over: who asked for it has gone on. */
export const WAITS_MS = 12000;
const place = $("#test");
/** The test call that is said.
    @type {{ over: boolean }} */
let said = { over: true };
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {Feed.Test} test
    @param {{ say: (call: object, follows: boolean, hurried: () => boolean) => Promise<void> }} voice
    @param {string} time as the board shows it now */
export function showTest(test, voice, time) {
  endTest();
  place.dataset.test = test.test;
  say($("time", place), time);
  place.hidden = false;
  timer = setTimeout(endTest, SHOWN_MS);
  if (test.test !== "call") return;
  const call = { ...test, spoken: Object.keys(test.audio), over: false };
  said = call;
  voice.say(call, false, () => call.over);
}

/** Nothing more of it is shown or said: a customer is called, or it has been seen long enough. */
export function endTest() {
  clearTimeout(timer);
  said.over = true;
  place.hidden = true;
}
