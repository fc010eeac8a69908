// Each screen read aloud at a touch, and from then on when it comes, until the customer wants no more of it or leaves.
// A voice of the machine itself speaks where there is one for the language, else the branch's.

import { file } from "#web/api.js";
import { $, $$, given } from "#web/dom.js";
import { _ } from "#web/words.js";
import { needsFirst, notice, section } from "./screens.js";

const PACE = 0.9;
const FEW = 8;
const UNSAID = "[aria-hidden=true], .unsaid, .visually-hidden";
const SILENT = _("It cannot be read aloud now. Touch the help button, somebody reads it to you.");
const synthesis = window.speechSynthesis;
const tag = document.documentElement.lang;
const player = new Audio();
let turn = 0;

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

/** What is being said ends, and what was asked for is not said any more. */
function stop() {
  turn += 1;
  synthesis?.cancel();
  player.pause();
}

/** @param {string[]} lines */
async function speak(lines) {
  stop();
  const voice = find();
  if (!lines.length) return;
  if (voice) utter(lines.join("。"), voice);
  else await play(lines);
}

function utter(text, voice) {
  const words = new SpeechSynthesisUtterance(text);
  Object.assign(words, { voice, lang: voice.lang, rate: PACE });
  synthesis.speak(words);
}

/** By the branch; nothing is said when the screen went while the voice was fetched. */
async function play(lines) {
  const asked = turn;
  const clip = await file("/api/v1/speech", { lang: given.lang, lines }).catch(() => null);
  if (asked !== turn) return;
  if (!clip) return void notice(SILENT);
  URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(clip);
  await player.play().catch(() => {});
}

const shown = (element) => element.getClientRects().length > 0 && !element.closest(UNSAID);

/** The texts of an element as they stand there, each element's own words as one line. */
function linesOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const owned = new Map();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const owner = node.parentElement?.closest(":not(b)");
    if (owner && shown(owner)) owned.set(owner, (owned.get(owner) ?? "") + node.textContent);
  }
  return [...owned.values()].map((text) => text.replace(/\s+/g, " ").trim()).filter(Boolean);
}

/** What stands on the screen, from top to bottom: a sentence, the needs where they come first, what it tells, and its
    choices if they are few. */
function screenLines() {
  const choices = $$(".act button", section()).filter(shown);
  const told = [$(".tell", section()), ...(choices.length <= FEW ? choices : [])];
  const needs = $$("#needs").filter(shown);
  const parts = needsFirst() ? [...needs, ...told] : [...told, ...needs];
  return [...$$("#notice").filter(shown), ...parts].flatMap(linesOf);
}

/** The screen that is shown now. */
export function readScreen() {
  if (isOn()) speak(screenLines());
  else stop();
}

/** Whether screens are read from now on. */
export function turnTo(on) {
  document.body.classList.toggle("spoken", on && isAble());
  $("#hush").hidden = !isOn();
  readScreen();
}

const isAble = () => Boolean(find()) || given.speaks === "yes";

function readFocused({ target }) {
  if (isOn() && target.matches("button:focus-visible, a:focus-visible")) {
    const name = target.getAttribute("aria-label");
    speak(name ? [name] : linesOf(target));
  }
}

/** A sentence that came to the screen is heard, and the screen after it. */
function readNews(changes) {
  const text = changes[0].target.textContent;
  if (isOn() && text && text !== SILENT) readScreen();
}

/** Offer the voice where there is one. */
export function listen() {
  const offer = () => {
    $("#voice").hidden = !isAble();
  };
  offer();
  synthesis?.addEventListener?.("voiceschanged", offer);
  $("#voice").addEventListener("click", () => turnTo(true));
  $("#hush").addEventListener("click", () => turnTo(false));
  document.addEventListener("focusin", readFocused);
  for (const news of $$(".news")) new MutationObserver(readNews).observe(news, { childList: true });
}
