// One call after the other, each with its cue for the eye and, where there is sound, chime and voice: long enough to
// be read, in the order they were made, and none left out. A call whose customer sits, did not come or was sent
// elsewhere, or whose counter has called another since, needs no announcing any more: what is spoken is spoken to its
// end, what still waits is left out. Pure: voice, drawing and time are handed in.

export const READ_MS = 6000;
export const HURRIED_MS = 2800; // five calls at once are heard within 15 s; all of them stand in the list meanwhile
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
  hurry = () => {};

  /** `voice.say(call, follows, hurried)`: whether it comes right after another, and whether others wait by now.
      `draw()` is told whenever `now` or `pending` have changed, `announced(call, n)` when the n-th call was announced.
      @param {{ prepare: (call: Announced) => void, 
                say: (call: Announced, follows: boolean, hurried: () => boolean) => Promise<void> }} voice
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
    if (this.queue.some((one) => !one.over && one.counter === call.counter && one.number === call.number)) return;
    const waiting = { ...call, over: false, drop: () => {} };
    this.queue.push(waiting);
    this.hurry();
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
      if (call && call.seq <= state.seq && isOver(call, at.get(call.counter), state)) end(call);
    }
  }

  async run() {
    let follows = false;
    for (let call = this.queue.shift(); call; call = this.queue.shift()) {
      this.now = call;
      if (call.over) continue;
      await this.announce(call, follows);
      follows = true;
    }
    this.now = null;
    this.draw();
  }

  /** @param {Announced} call
      @param {boolean} follows */
  async announce(call, follows) {
    const dropped = new Promise((done) => {
      call.drop = () => this.later(() => done(null), OVER_MS);
    });
    this.draw();
    const said = this.voice.say(call, follows, () => this.others > 0);
    await Promise.race([Promise.all([this.read(), said]), dropped]);
    this.played += 1;
    this.announced(call, this.played);
  }

  /** How many calls still wait to be announced. */
  get others() {
    return this.queue.filter((call) => !call.over).length;
  }

  /** Long enough: READ_MS, less as soon as others wait. */
  async read() {
    await this.after(HURRIED_MS);
    if (this.others) return;
    const hurried = new Promise((done) => {
      this.hurry = () => done(null);
    });
    await Promise.race([this.after(READ_MS - HURRIED_MS), hurried]);
  }

  /** @param {number} ms */
  after(ms) {
    return new Promise((done) => this.later(() => done(null), ms));
  }
}

/** Whether the customer may still be on the way.
    @param {Api.CallOut} call
    @param {{ at: string }} state */
const isFresh = (call, state) => call.say && Date.parse(state.at) - Date.parse(call.at) < FRESH_MS;

/** Its customer is not awaited there any more, the counter has called another, or the teller took the call back.
    @param {Announced} call
    @param {Api.CallOut | undefined} there
    @param {Pick<Api.BoardOut, "standing">} state */
const isOver = (call, there, { standing }) =>
  there?.number !== call.number || there.state !== "called" || !standing.includes(call.seq);

/** @param {Announced} call */
function end(call) {
  if (call.over) return;
  call.over = true;
  call.drop();
}
