// Each screen read aloud by a voice of the machine itself; where it has none for the language, nothing is offered.

import { $, $$ } from "#web/dom.js";
import { press } from "./modes.js";
import { section } from "./screens.js";

const PACE = 0.9;
const FEW = 8;
const synthesis = window.speechSynthesis;
const tag = document.documentElement.lang;
let wanted = false;

const find = () => {
  const voices = synthesis?.getVoices() ?? [];
  const own = voices.filter((voice) => voice.localService !== false);
  const speaks = (voice) => voice.lang.replace("_", "-").toLowerCase();
  return (
    own.find((voice) => speaks(voice) === tag.toLowerCase()) ??
    own.find((voice) => speaks(voice).startsWith(tag.slice(0, 2)))
  );
};

export const isOn = () => document.body.classList.contains("spoken");

function speak(text) {
  const voice = find();
  if (!voice || !text) return;
  synthesis.cancel();
  const words = new SpeechSynthesisUtterance(text);
  Object.assign(words, { voice, lang: voice.lang, rate: PACE });
  synthesis.speak(words);
}

const shown = (element) => element.getClientRects().length > 0;
const lines = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .join("。");

/** The screen's words, then its choices if they are few. */
export function readScreen() {
  if (!isOn()) return;
  const choices = $$(".act button", section()).filter(shown);
  const told = lines($(".tell", section()).innerText);
  const named = choices.length <= FEW ? choices.map((button) => lines(button.innerText)) : [];
  speak([told, ...named].join("。"));
}

export function turn(on) {
  wanted = on;
  const able = on && Boolean(find());
  document.body.classList.toggle("spoken", able);
  press($("#voice"), able);
  $("#again").hidden = !able;
  if (able) readScreen();
  else synthesis?.cancel();
}

function readFocused({ target }) {
  if (isOn() && target.matches("button:focus-visible, a:focus-visible")) {
    speak(target.getAttribute("aria-label") ?? lines(target.innerText));
  }
}

/** Offer the voice once there is one. */
export function listen() {
  const offer = () => {
    $("#voice").hidden = !find();
    if (wanted && !isOn()) turn(true);
  };
  offer();
  synthesis?.addEventListener?.("voiceschanged", offer);
  $("#voice").addEventListener("click", () => turn(!isOn()));
  $("#again").addEventListener("click", readScreen);
  document.addEventListener("focusin", readFocused);
}
