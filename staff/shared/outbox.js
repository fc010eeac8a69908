// Acts on a line that comes and goes. Each act is kept under its idempotency key until the branch has answered it: it
// is done once, in its order, after a cut or a reload too. A refusal stays until it has been read. Pure: what it keeps,
// sends and waits for are handed in.

import { UNSENT } from "#web/wishes.js";

const TRY_MS = 8000;
const AGAIN_MS = 2000;
export const OLD_MS = 10 * 60 * 1000;
/** What is wanted; `words` say it to who waits. Whose it is, `ticket`, `counter` or `alert`, is kept with it. What
    `rests` on others is not done where one of them is refused, whose path begins so; `why` says so.
    @typedef {{ path: string, words: string, body?: object, expects?: string, rests?: { on: string, why: string },
                ticket?: string, counter?: string, alert?: number }} Wish */
/** `clock`: when it was touched, in words; `group`: what was touched with it. `stuck`: why it waits, a status or "line".
    `old`: it waits for a word, `sure` once that was given.
    @typedef {Wish & { key: string, group: string, at: number, clock: string, stuck?: number | "line",
                       old?: boolean, sure?: boolean }} Act */
/** @typedef {{ key: string, clock: string, words: string, why: string }} Refusal */
/** @typedef {{ acts: Act[], refused: Refusal[] }} Box */

/** `shelf` keeps the box. `post` sends as api.js does, `newKey` makes a key. `changed()` is told after any change,
    `done(act, answer)` when the branch did one; `clock()` is the branch's time in words. After `old_ms` an act waits
    for a word.
    @param {{ read: () => Box, write: (box: Box) => void, isStored?: () => boolean }} shelf
    @param {{ post: (path: string, body: any, options: object) => Promise<any>, newKey: () => string,
              changed: () => void, done: (act: Act, answer: any) => void, clock: () => string,
              old_ms?: number, now?: () => number, later?: (act: () => void, ms: number) => any, cancel?: (timer: any) => void }} world */
export function outbox(
  shelf,
  { post, newKey, changed, done, clock, old_ms = OLD_MS, now = Date.now, later = setTimeout, cancel = clearTimeout },
) {
  let sending = false;
  /** @type {any} */
  let timer;

  /** @param {(box: Box) => Box} change */
  const edit = (change) => {
    shelf.write(change(shelf.read()));
    changed();
  };

  /** Several acts together are one: when one is refused, those after it are dropped. The very same act that still
      waits is not sent again.
      @param {...Wish} wanted */
  function send(...wanted) {
    const waits = shelf.read().acts.map(same);
    const acts = wanted.filter((act) => !waits.includes(same(act)));
    const all = { at: now(), clock: clock(), group: newKey() };
    edit((box) => ({ ...box, acts: [...box.acts, ...acts.map((act) => ({ ...act, ...all, key: newKey() }))] }));
    return flush();
  }

  async function flush() {
    cancel(timer);
    if (sending) return;
    sending = true;
    let line = true;
    try {
      for (let act = next(); act && line; act = line ? next() : undefined) line = await attempt(act);
    } finally {
      // Where drawing failed, too: what waits is sent.
      sending = false;
      if (shelf.read().acts.some((act) => !act.old)) timer = later(flush, AGAIN_MS);
    }
  }

  /** The next to send. What has grown old waits for a word: the lobby has changed since. */
  function next() {
    /** @param {Act} act */
    const old = (act) => !act.sure && now() - act.at > old_ms;
    if (shelf.read().acts.some((act) => old(act) && !act.old)) {
      edit((box) => ({ ...box, acts: box.acts.map((act) => (old(act) ? { ...act, old: true } : act)) }));
    }
    return shelf.read().acts.find((act) => !act.old);
  }

  /** Keeps the refusal, and drops what was touched with it or rests on it.
      @param {Act} act
      @param {string} why */
  function refuse(act, why) {
    const others = shelf.read().acts.filter((one) => one.group !== act.group);
    const resting = others.filter(({ rests }) => rests && act.path.startsWith(rests.on));
    const refused = [refusal(act, why), ...resting.map((one) => refusal(one, one.rests?.why ?? ""))];
    edit((box) => ({ acts: others.filter((one) => !resting.includes(one)), refused: [...box.refused, ...refused] }));
  }

  /** Whether the line carried it.
      @param {Act} act */
  async function attempt(act) {
    let answer;
    try {
      answer = await post(act.path, act.body, { key: act.key, tries: [], timeout_ms: TRY_MS, expects: act.expects });
    } catch (problem) {
      if (UNSENT.includes(problem.status)) {
        edit((box) => ({ ...box, acts: box.acts.map((one) => ({ ...one, stuck: problem.status || "line" })) }));
        return false;
      }
      refuse(act, problem.message);
      return true;
    }
    // What follows is no answer of the branch: an error of drawing must not look like a refusal.
    edit((box) => ({ ...box, acts: box.acts.filter((one) => one.key !== act.key) }));
    done(act, answer);
    return true;
  }

  // Not before who made the box has it: what has grown old is told at once.
  Promise.resolve().then(flush);
  return {
    send,
    flush,
    acts: () => shelf.read().acts,
    refused: () => shelf.read().refused,
    /** Whether something waits that goes with the page: the browser stores nothing more. */
    isAtRisk: () => shelf.read().acts.some((act) => act.stuck) && shelf.isStored?.() === false,
    /** An old act after all.
        @param {string} key */
    insist: (key) => {
      edit((box) => ({
        ...box,
        acts: box.acts.map((one) => (one.key === key ? { ...one, old: false, sure: true } : one)),
      }));
      flush();
    },
    /** A refusal was read, or an act is not wanted any more.
        @param {string} key */
    drop: (key) =>
      edit((box) => ({
        acts: box.acts.filter((one) => one.key !== key),
        refused: box.refused.filter((one) => one.key !== key),
      })),
  };
}

/** @param {Act} act
    @param {string} why
    @returns {Refusal} */
const refusal = ({ key, clock, words }, why) => ({ key, clock, words, why });

/** @param {Wish} act */
const same = ({ path, body }) => JSON.stringify([path, body]);
