// Keys -> what a reader typed and what a person typed. A reader is quicker than a hand; where no hand has anything to
// type, as with letters and the marks of a card's tracks, slow readers are waited for. Pure: the time comes with the key.

const GAP_MS = 80; // a quick hand needs 90 ms and more from digit to digit
const SLOW_GAP_MS = 400; // readers over Bluetooth or at a set pace; nobody types letters at a kiosk
const QUIET_MS = 150;
const PATIENCE = 3; // of the slowest gap so far: then a quick reader has surely ended
const QUICK_MS = 40;
const LATE_MS = 700; // a suffix that some readers send by themselves, after the text
const AGAIN_MS = 300; // the second half of a suffix
const SHORTEST = 3;
const UNENDED = 8; // fewer keys without a suffix are a person's
const LONGEST = 256;
const END = "Enter";
const HALF_TRACK = /^[;%+][^?]*$/;

export class Burst {
  text = "";
  last = 0;
  slowest = 0;
  ended = false;
  end = -Infinity;

  begin(text, at) {
    this.text = text;
    this.last = at;
    this.slowest = 0;
    this.ended = false;
  }

  get open() {
    return this.text !== "";
  }

  get isNew() {
    return this.text.length === 1;
  }

  /** Whether no person would have typed this: digits are a person's too. */
  get marked() {
    return /^[^0-9 ]/.test(this.text);
  }

  /** What may still lie between the last key and the next one of the same burst. */
  gapTo(key) {
    if (key === END && this.text.length >= SHORTEST) return LATE_MS;
    return this.marked ? SLOW_GAP_MS : GAP_MS;
  }

  /** How long after its last key the burst is over. */
  get quiet() {
    if (!this.marked) return this.isShort && this.text.length >= SHORTEST ? LATE_MS : QUIET_MS;
    if (this.slowest > QUICK_MS || HALF_TRACK.test(this.text) || this.isShort) return SLOW_GAP_MS;
    return QUIET_MS + PATIENCE * this.slowest;
  }

  get isShort() {
    return !this.ended && this.text.length < UNENDED;
  }

  /** A key: a character, "Enter" for each kind of suffix, "" for a control character. `swallow`: it is none of the
      page's. `done`: what had ended before it. */
  press(key, at) {
    const over = this.open && at - this.last > this.gapTo(key);
    const done = over ? this.finish() : null;
    if (!this.open) return { swallow: this.start(key, at), done };
    if (key === END && this.text.length < SHORTEST) return { swallow: false, done };
    this.slowest = Math.max(this.slowest, key === END ? 0 : at - this.last);
    this.last = at;
    if (key === END) this.ended = true;
    else if (this.text.length < LONGEST) this.text += key;
    return { swallow: true, done };
  }

  /** The first key of a burst may be a person's, and does what it does. */
  start(key, at) {
    if (key === END) return at <= this.end;
    this.begin(key, at);
    return false;
  }

  /** No further key came: `{text}` of a reader, or `{keys}` of a person.
      @returns {{ text?: string, keys?: string[] }} */
  finish() {
    const { text, ended } = this;
    const isRead = text.length >= (ended ? SHORTEST : UNENDED);
    if (isRead) this.end = this.last + (ended ? AGAIN_MS : LATE_MS);
    this.begin("", 0);
    return isRead ? { text } : { keys: [...text] };
  }
}
