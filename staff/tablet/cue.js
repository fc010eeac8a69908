// The cue for what is urgent: two soft tones and a short vibration, which can be muted; the card itself shows it too.

import { $ } from "#web/dom.js";

const KEY = "lobby-tablet-muted";
const TONES = [
  [880, 0],
  [1175, 0.18],
];
/** @type {any} */
let context = null;

const muted = () => localStorage.getItem(KEY) === "1";

function show() {
  $("#sound").setAttribute("aria-pressed", String(!muted()));
  $("#sound use").setAttribute("href", `/static/icons.svg#${muted() ? "volume-off" : "volume"}`);
}

/** Browsers make no sound before the first touch. */
function wake() {
  context ??= new AudioContext();
  context.resume();
}

/** @param {number[]} tone */
function tone([pitch, after]) {
  const [swing, volume, at] = [context.createOscillator(), context.createGain(), context.currentTime + after];
  swing.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
  swing.connect(volume).connect(context.destination);
  swing.start(at);
  swing.stop(at + 0.5);
}

export function ring() {
  document.body.dataset.rung = String(Number(document.body.dataset.rung ?? 0) + 1);
  if (muted()) return;
  navigator.vibrate?.([200, 100, 200]);
  if (context?.state === "running") TONES.forEach(tone);
}

$("#sound").addEventListener("click", () => {
  localStorage.setItem(KEY, muted() ? "0" : "1");
  show();
});
addEventListener("pointerdown", wake, { once: true });
show();
