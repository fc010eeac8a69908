// One call after the other, each with its cue for the eye and, where there is sound, chime and voice: long enough to
// be read, in the order they were made, and none left out. A call that its customer has followed already, or whose
// counter has called another since, needs no announcing any more.

const READ_MS = 6000;
const HURRIED_MS = 4000;
const OVER_MS = 1800;
const FRESH_MS = 180000;

export class Announcer {
  /** `draw()` is told whenever `now` or `pending` have changed. */
  constructor(voice, draw) {
    this.voice = voice;
    this.draw = draw;
    this.queue = [];
    this.now = null;
    this.newest = 0;
    this.played = 0;
  }

  get pending() {
    return new Set(this.queue.map((call) => call.counter));
  }

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

  /** What the whole state tells: calls missed while the line was down, and those that are over. */
  heard(state, first) {
    const known = first ? Infinity : this.newest;
    this.newest = first ? Math.max(0, ...state.calls.map((call) => call.seq)) : this.newest;
    if (state.seq < this.newest) this.newest = state.seq; // the branch's journal is another one
    for (const call of [...state.calls].reverse()) if (call.seq > known && isFresh(call, state)) this.call(call);
    const at = new Map(state.calls.map((call) => [call.counter, call]));
    for (const call of [this.now, ...this.queue])
      if (call && (isOver(call, at.get(call.counter)) || isTakenBack(call, state))) end(call);
  }

  async run() {
    while (this.queue.length) {
      this.now = this.queue.shift();
      if (!this.now.over) await this.announce(this.now);
    }
    this.now = null;
    this.draw();
  }

  async announce(call) {
    const dropped = new Promise((done) => {
      call.drop = () => setTimeout(done, OVER_MS);
    });
    this.draw();
    const read = pause(this.queue.length ? HURRIED_MS : READ_MS);
    await Promise.race([Promise.all([read, this.voice.say(call)]), dropped]);
    this.played += 1;
    Object.assign(document.body.dataset, { callsPlayed: this.played, lastCall: call.number });
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Whether the customer may still be on the way. */
const isFresh = (call, state) => call.say && Date.parse(state.at) - Date.parse(call.at) < FRESH_MS;

function isOver(call, there) {
  return there ? there.number !== call.number || there.state === "serving" : false;
}

/** The teller undid it: nobody shall walk there. */
function isTakenBack(call, { seq, standing }) {
  return Boolean(standing) && call.seq <= seq && !standing.includes(call.seq);
}

function end(call) {
  if (call.over) return;
  call.over = true;
  call.drop();
}
