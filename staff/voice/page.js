// Hearing the branch's voice, and recording its words: one at a time, by the microphone or from a file.

import { Problem, raw } from "#web/api.js";
import { $, say } from "#web/dom.js";
import { _ } from "#web/words.js";
import { actsThen } from "../shared/act.js";
import { lookAgain } from "../shared/again.js";
import { asWav, decoded } from "./wav.js";
import "#web/guard.js";

/** A little less than the six seconds that the branch takes: a recorder ends a moment after it is told to. */
const LONGEST_MS = 5800;
const sound = new Audio();
const words = () => lookAgain("list-zh", "list-en", "count-zh", "count-en");
const act = actsThen(words);
/** The recorder at work and its row.
    @type {{ recorder: MediaRecorder, row: HTMLElement } | null} */
let taping = null;
/** The browser asks for the microphone: a second touch meanwhile is none. */
let asking = false;
/** The row whose file is being chosen.
    @type {HTMLElement | null} */
let choosing = null;

const address = ({ dataset }) => `/api/v1/voice/recordings/${dataset.lang}/${encodeURIComponent(dataset.word)}`;

// -- hearing ----------------------------------------------------------------------------------------------
$("#call").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { engine } = /** @type {HTMLElement} */ (event.submitter ?? $("[data-engine]")).dataset;
  const wish = [...new FormData(event.target)].map(([name, value]) => [name, String(value)]);
  const heard = $("#heard");
  heard.className = "";
  say(heard, engine === "neural" ? _("The neural voice is at work; at first it takes half a minute.") : "");
  try {
    await play(`/api/v1/voice/hear?${new URLSearchParams([...wish, ["engine", engine ?? ""]])}`);
    say(heard, _("This is how it sounds."));
  } catch (problem) {
    heard.className = "problem";
    say(heard, problem.said || _("No connection"));
  }
});

/** @param {string} path */
async function play(path) {
  const clip = await (await raw(path)).blob();
  URL.revokeObjectURL(sound.src);
  sound.src = URL.createObjectURL(clip);
  await sound.play();
}

// -- recording --------------------------------------------------------------------------------------------
const ACTS = { record, upload, play: playWord, delete: remove };

document.addEventListener("click", ({ target }) => {
  const button = /** @type {HTMLElement} */ (target).closest("button");
  const row = /** @type {HTMLElement | null} */ (button?.closest("[data-word]"));
  if (!button || !row) return;
  const name = Object.keys(ACTS).find((one) => one in button.dataset);
  if (name) refuse(row, "");
  if (name) ACTS[name](row);
});

/** Begins, or ends what was begun; a word is over within LONGEST_MS.
    @param {HTMLElement} row */
async function record(row) {
  if (taping) {
    const same = taping.row === row;
    taping.recorder.stop();
    if (same) return;
  }
  if (asking) return;
  asking = true;
  const microphone = await microphoneFor(row);
  asking = false;
  if (!microphone) return;
  const recorder = new MediaRecorder(microphone);
  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  recorder.addEventListener("stop", async () => {
    taping = null;
    for (const track of microphone.getTracks()) track.stop();
    mark(row, false);
    await keep(row, new Blob(parts));
  });
  taping = { recorder, row };
  recorder.start();
  mark(row, true);
  setTimeout(() => recorder.state === "recording" && recorder.stop(), LONGEST_MS);
}

/** The browser gives it to pages on https and on this machine alone. The browser's own levelling stays off: the branch
    makes all words as loud.
    @param {HTMLElement} row */
async function microphoneFor(row) {
  if (!navigator.mediaDevices) {
    refuse(
      row,
      _("The browser gives the microphone to https pages alone: choose a file, or open this page over https."),
    );
    return null;
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, autoGainControl: false } });
  } catch {
    refuse(
      row,
      _("There is no microphone, or the browser may not use it: allow it beside the address, or choose a file."),
    );
    return null;
  }
}

/** @param {HTMLElement} row
    @param {boolean} on */
function mark(row, on) {
  row.classList.toggle("recording", on);
  const button = $("[data-record]", row);
  if (on) button.dataset.words = button.textContent;
  say(/** @type {ChildNode} */ (button.lastChild), on ? _("Stop") : button.dataset.words);
}

/** @param {HTMLElement} row
    @param {Blob} recorded */
async function keep(row, recorded) {
  try {
    const samples = await decoded(await recorded.arrayBuffer()).catch(() => {
      throw new Problem(422, _("This is no sound that can be read: record it here, or choose another file"));
    });
    await raw(address(row), new Blob([asWav(samples)], { type: "audio/wav" }));
    await words();
    refuse(rowOf(row), "");
  } catch (problem) {
    refuse(rowOf(row), problem.said || _("No connection"));
  }
}

/** The row as it stands on the page by now.
    @param {HTMLElement} row */
const rowOf = (row) => $(`[data-lang="${row.dataset.lang}"][data-word="${row.dataset.word}"]`);

/** @param {HTMLElement} row */
function upload(row) {
  choosing = row;
  $("#file").click();
}

$("#file").addEventListener("change", async ({ target }) => {
  const { files } = /** @type {HTMLInputElement} */ (target);
  if (choosing && files?.length) await keep(choosing, files[0]);
  /** @type {HTMLInputElement} */ (target).value = "";
});

/** @param {HTMLElement} row */
async function playWord(row) {
  await play(address(row)).catch((problem) => refuse(row, problem.said || _("No connection")));
}

/** @param {HTMLElement} row */
async function remove(row) {
  await act(`${address(row)}/delete`);
}

/** @param {HTMLElement} row
    @param {string} why */
function refuse(row, why) {
  const place = $(".refused", row);
  say(place, why);
  place.hidden = !why;
}

document.body.dataset.ready = "yes";
