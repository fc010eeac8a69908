// Being called: vibration, a chime, a screen that stays on. A phone allows them after its owner touched the page.

import { $, say } from "#web/dom.js";
import { _ } from "#web/words.js";

const PATTERN = [400, 150, 400, 150, 800];
const AGAIN_MS = [10_000, 25_000];
const NOTES = [
  [880, 0],
  [660, 0.35],
  [880, 0.9],
  [660, 1.25],
];
const button = $("#arm");
/** @type {AudioContext | null} */
let sound = null;
/** @type {ReturnType<typeof setTimeout>[]} */
let later = [];

function chime() {
  if (!sound) return;
  for (const [hertz, after] of NOTES) {
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    const at = sound.currentTime + after;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.5, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
    tone.connect(volume).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.6);
  }
}

function once() {
  navigator.vibrate?.(PATTERN);
  chime();
}

/** Now and twice more, until the customer answers or the call is over. */
export function ring() {
  once();
  later = AGAIN_MS.map((ms) => setTimeout(once, ms));
}

export function hush() {
  later.forEach((timer) => clearTimeout(timer));
  later = [];
}

/** Without it the screen only goes dark, as ever. */
async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // low battery, or the page is not in view
  }
}

function arm() {
  button.setAttribute("aria-pressed", "true");
  say($("#arm-words"), _("On: this phone will vibrate and ring"));
  navigator.vibrate?.(120);
  sound ??= window.AudioContext ? new AudioContext() : null;
  sound?.resume();
  stayAwake();
}

button?.addEventListener("click", arm);
$("#coming").addEventListener("click", () => {
  hush();
  navigator.vibrate?.(0);
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && button?.getAttribute("aria-pressed") === "true") stayAwake();
});
