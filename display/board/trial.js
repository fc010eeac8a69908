// A test of the screen: a picture to its very edges, and where it is a test call, the voice. A call goes before it.

import { $, say } from "#web/dom.js";

const SHOWN_MS = 10000;
const place = $("#test");
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {Feed.Test} test
    @param {{ say: (call: object, follows: boolean, hurried: () => boolean) => Promise<void> }} voice
    @param {string} time as the board shows it now */
export function showTest(test, voice, time) {
  clearTimeout(timer);
  place.dataset.test = test.test;
  say($("time", place), time);
  place.hidden = false;
  timer = setTimeout(endTest, SHOWN_MS);
  if (test.test === "call") voice.say({ ...test, spoken: Object.keys(test.audio), over: false }, false, () => false);
}

export function endTest() {
  clearTimeout(timer);
  place.hidden = true;
}
