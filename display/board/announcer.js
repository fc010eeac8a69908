// One call after the other, each with its cue for the eye and, where there is sound, chime and voice: long enough to
// be read, in the order they were made, and none left out. A call that its customer has followed already, or whose
// counter has called another since, needs no announcing any more. Pure: voice, drawing and time are handed in.

export const READ_MS = 6000;
export const HURRIED_MS = 4000;
export const OVER_MS = 1800;
export const FRESH_MS = 180000;

/** A call in the queue: `over` when nobody needs it any more, `drop()` ends its announcement soon.
    @typedef {Feed.Call & { over: boolean, drop: () => void }} Announced */

export class Announcer {
  /** @type {Announced[]} */
  queue = [];
  /** @type {Announced | null} */
  now = null;
  newest = 0;
  played = 0;

  /** `draw()` is told whenever `now` or `pending` have changed, `announced(call, n)` when the n-th call was announced.
      @param {{ prepare: (call: Announced) => void, say: (call: Announced) => Promise<void> }} voice
      @param {{ draw: () => void, announced?: (call: Announced, n: number) => void,
                later?: (act: () => void, ms: number) => void }} screen */
  constructor(voice, { draw, announced = () => {}, later = (act, ms) => setTimeout(act, ms) }) {
    this.voice = voice;
    this.draw = draw;
    this.announced = announced;
    this.later = later;
  }

  /** The counters whose calls are still to be announced. */
  get pending() {
    return new Set(this.queue.map((call) => call.counter));
  }

  /** @param {Feed.Call} call */
  call(call) {
    if (call.seq <= this.newest) return;
    this.newest = call.seq;
    const same = this.queue.find((one) => one.counter === call.counter && one.number === call.number);
    if (same) return;
    const waiting = { ...call, over: false, drop: () => {} };
    this.queue.push(waiting);
    this.voice.prepare(waiting);
    if (this.now) this.draw();
    else this.run();
  }

  /** What the whole state tells: calls missed while the line was down, and those that are over.
      @param {Pick<Api.BoardOut, "seq" | "at" | "calls" | "standing">} state
      @param {boolean} first */
  heard(state, first) {
    const known = first ? Infinity : this.newest;
    this.newest = first ? Math.max(0, ...state.calls.map((call) => call.seq)) : this.newest;
    if (state.seq < this.newest) this.newest = state.seq; // the branch's journal is another one
    for (const call of [...state.calls].reverse()) if (call.seq > known && isFresh(call, state)) this.call(call);
    const at = new Map(state.calls.map((call) => [call.counter, call]));
    for (const call of [this.now, ...this.queue]) {
      if (call && (isOver(call, at.get(call.counter)) || isTakenBack(call, state))) end(call);
    }
  }

  async run() {
    for (let call = this.queue.shift(); call; call = this.queue.shift()) {
      this.now = call;
      if (!call.over) await this.announce(call);
    }
    this.now = null;
    this.draw();
  }

  /** @param {Announced} call */
  async announce(call) {
    const dropped = new Promise((done) => {
      call.drop = () => this.later(() => done(null), OVER_MS);
    });
    this.draw();
    const read = new Promise((done) => this.later(() => done(null), this.queue.length ? HURRIED_MS : READ_MS));
    await Promise.race([Promise.all([read, this.voice.say(call)]), dropped]);
    this.played += 1;
    this.announced(call, this.played);
  }
}

/** Whether the customer may still be on the way.
    @param {Api.CallOut} call
    @param {{ at: string }} state */
const isFresh = (call, state) => call.say && Date.parse(state.at) - Date.parse(call.at) < FRESH_MS;

/** @param {Announced} call
    @param {Api.CallOut | undefined} there */
const isOver = (call, there) => Boolean(there) && (there?.number !== call.number || there.state === "serving");

/** The teller undid it: nobody shall walk there.
    @param {Announced} call
    @param {Pick<Api.BoardOut, "seq" | "standing">} state */
const isTakenBack = (call, { seq, standing }) => call.seq <= seq && !standing.includes(call.seq);

/** @param {Announced} call */
function end(call) {
  if (call.over) return;
  call.over = true;
  call.drop();
}
