// Chime and spoken call, one after the other and never over each other. The clip that the branch has is fetched while
// the call before it is spoken; where there is none, the browser's own voice speaks. What sounds is stopped by its own
// time limit alone, which ends with it.

import { abortAfter } from "#web/api.js";
import { $ } from "#web/dom.js";

const LANGS = { zh: "zh-CN", en: "en" };
const FETCH_MS = 10000;
const SPOKEN_MS = 20000; // the longest call takes 8 s; a voice that says no end must not hold up those behind it
// A call is said within 4 s, its chime among them (benchmarks/voice.py): the voice begins while the chime fades.
const CHIME_MS = 800;
const CHIME = [
  { hz: 880, at: 0, for: 0.45 },
  { hz: 659, at: 0.4, for: 0.7 },
];
// Right after another call one short tone is enough: everybody listens already.
const DING_MS = 250;
const DING = [{ hz: 880, at: 0, for: 0.4 }];
const LOUDEST = 0.35;
const button = $("#sound");

export class Voice {
  turn = Promise.resolve();
  level = 1;
  /** Where there is sound at all.
      @type {any} */
  context = null;
  /** @type {any} */
  loudness = null;

  /** @param {boolean} on */
  constructor(on) {
    if (!on) return;
    this.context = new AudioContext();
    this.loudness = this.context.createGain();
    this.loudness.connect(this.context.destination);
    this.askForSound();
  }

  /** Browsers keep quiet until somebody touched the page; kiosk browsers are set not to. */
  askForSound() {
    const ask = () => {
      button.hidden = this.context.state === "running";
    };
    this.context.addEventListener("statechange", ask);
    button.addEventListener("click", () => this.context.resume());
    setTimeout(ask, 500);
  }

  /** 0 (silent) to 100, as the hour is. */
  set volume(percent) {
    this.level = percent / 100;
    document.body.dataset.volume = percent;
    if (this.loudness) this.loudness.gain.value = this.level;
  }

  get audible() {
    return this.level > 0 && this.context?.state === "running";
  }

  /** Fetch ahead what will be needed. */
  prepare(call) {
    if (!this.audible) return;
    call.clips = Object.fromEntries(call.spoken.map((lang) => [lang, this.fetch(call.audio[lang])]));
  }

  /** Say the call when it is its turn; done when it is said, at once where there is no sound.
      @param {any} call
      @param {boolean} follows right after another
      @param {() => boolean} hurried whether others wait: then the customer's own language is enough */
  say(call, follows, hurried) {
    if (!this.context) return Promise.resolve();
    this.turn = this.turn.then(() => this.announce(call, follows, hurried)).catch(() => {});
    return this.turn;
  }

  async announce(call, follows, hurried) {
    if (!this.audible || call.over) return;
    await (follows ? this.chime(DING, DING_MS) : this.chime(CHIME, CHIME_MS));
    const [first, ...others] = call.spoken;
    await this.speak(call, first);
    for (const lang of others) if (!call.over && !hurried()) await this.speak(call, lang);
  }

  chime(tones, ms) {
    const now = this.context.currentTime;
    for (const tone of tones) {
      const gain = this.context.createGain();
      const source = this.context.createOscillator();
      source.frequency.value = tone.hz;
      gain.gain.setValueAtTime(LOUDEST, now + tone.at);
      gain.gain.exponentialRampToValueAtTime(0.001, now + tone.at + tone.for);
      source.connect(gain).connect(this.loudness);
      source.start(now + tone.at);
      source.stop(now + tone.at + tone.for);
    }
    return within(ms);
  }

  async speak(call, lang) {
    const clip = await (call.clips?.[lang] ?? this.fetch(call.audio[lang]));
    const voice = own(lang);
    if (clip) await this.play(clip);
    else if (voice) await this.utter(call.say[lang], voice, lang);
  }

  utter(text, voice, lang) {
    const utterance = new SpeechSynthesisUtterance(text);
    Object.assign(utterance, { voice, lang: LANGS[lang], rate: 1.1, volume: this.level });
    // kept until it has ended: Chromium forgets an utterance that nobody holds, with its end
    this.speaking = utterance;
    return ended(
      (done) => {
        Object.assign(utterance, { onend: done, onerror: done });
        speechSynthesis.speak(utterance);
      },
      () => speechSynthesis.cancel(),
    );
  }

  /** The clip's sound, or null: then the chime and the picture have called. */
  async fetch(url) {
    try {
      const answer = await fetch(url, { signal: abortAfter(FETCH_MS) });
      return answer.ok ? await this.context.decodeAudioData(await answer.arrayBuffer()) : null;
    } catch {
      return null;
    }
  }

  play(sound) {
    const source = this.context.createBufferSource();
    source.buffer = sound;
    source.connect(this.loudness);
    return ended(
      (done) => {
        source.start();
        source.addEventListener("ended", done, { once: true });
      },
      () => source.stop(),
    );
  }
}

/** Once `start(done)` has said that it is done; when it does not, `stop()` puts an end to it. The limit ends with
    what it was set for, so that it meets nothing that comes later.
    @param {(done: () => void) => void} start
    @param {() => void} stop
    @returns {Promise<void>} */
function ended(start, stop) {
  return new Promise((finish) => {
    let limit = 0;
    const done = () => {
      clearTimeout(limit);
      finish();
    };
    limit = setTimeout(() => {
      stop();
      done();
    }, SPOKEN_MS);
    start(done);
  });
}

/** @returns {Promise<void>} */
const within = (ms) => new Promise((done) => setTimeout(done, ms));

/** The browser's own voice of a language, on this machine. */
function own(lang) {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.lang.startsWith(lang) && voice.localService);
}
