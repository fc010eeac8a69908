// Chime and spoken call, one after the other and never over each other. The browser's own voice speaks where
// it has one for the language; else the clip that the branch made.

const LANGS = { zh: "zh-CN", en: "en" };
const SPOKEN_MS = 20000;
const CHIME = [
  { hz: 880, at: 0, for: 0.45 },
  { hz: 659, at: 0.4, for: 0.8 },
];

export class Voice {
  constructor(on, button) {
    this.on = on;
    this.button = button;
    this.queue = [];
    this.playing = false;
    if (!on) return;
    this.context = new AudioContext();
    this.askForSound();
  }

  /** Browsers keep quiet until somebody touched the page; kiosk browsers are set not to. */
  askForSound() {
    const ask = () => {
      this.button.hidden = this.context.state === "running";
    };
    this.context.addEventListener("statechange", ask);
    this.button.addEventListener("click", () => this.context.resume());
    setTimeout(ask, 500);
  }

  call(call) {
    this.queue.push(call);
    if (!this.playing) this.play();
  }

  async play() {
    this.playing = true;
    while (this.queue.length) {
      const call = this.queue.shift();
      if (this.on) await this.announce(call);
      this.note(call);
    }
    this.playing = false;
  }

  async announce(call) {
    if (this.context.state !== "running") return;
    await this.chime();
    for (const lang of ["zh", "en"]) await this.speak(call, lang);
  }

  /** What was played, for whoever looks after the board. */
  note(call) {
    const played = Number(document.body.dataset.callsPlayed ?? 0) + 1;
    Object.assign(document.body.dataset, { callsPlayed: played, lastCall: call.number });
  }

  chime() {
    const now = this.context.currentTime;
    for (const tone of CHIME) {
      const gain = this.context.createGain();
      const source = this.context.createOscillator();
      source.frequency.value = tone.hz;
      gain.gain.setValueAtTime(0.35, now + tone.at);
      gain.gain.exponentialRampToValueAtTime(0.001, now + tone.at + tone.for);
      source.connect(gain).connect(this.context.destination);
      source.start(now + tone.at);
      source.stop(now + tone.at + tone.for);
    }
    return new Promise((done) => setTimeout(done, 1200));
  }

  speak(call, lang) {
    const own = speechSynthesis.getVoices().find((voice) => voice.lang.startsWith(lang) && voice.localService);
    const spoken = own ? this.utter(call.say[lang], own, lang) : this.clip(call.audio[lang]);
    return Promise.race([spoken, new Promise((done) => setTimeout(done, SPOKEN_MS))]);
  }

  utter(text, voice, lang) {
    return new Promise((done) => {
      const utterance = new SpeechSynthesisUtterance(text);
      Object.assign(utterance, { voice, lang: LANGS[lang], rate: 0.9, onend: done, onerror: done });
      speechSynthesis.speak(utterance);
    });
  }

  async clip(url) {
    try {
      const bytes = await (await fetch(url)).arrayBuffer();
      const source = this.context.createBufferSource();
      source.buffer = await this.context.decodeAudioData(bytes);
      source.connect(this.context.destination);
      source.start();
      await new Promise((done) => source.addEventListener("ended", done));
    } catch {
      // no voice to be had: the chime and the picture have called
    }
  }
}
