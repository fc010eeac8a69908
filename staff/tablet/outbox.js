// Acts on a line that comes and goes. Each act is kept in the browser under its idempotency key until the branch has
// answered it: it is done once, in its order, after a cut or a reload too. A refusal stays until it has been read.

import { newKey, post } from "#web/api.js";

const TRY_MS = 8000;
const AGAIN_MS = 2000;
const OLD_MS = 10 * 60 * 1000;
/** What the line or a proxy answers, not the branch: the act is kept. 401: until somebody signs in again. */
const UNSENT = [0, 401, 429, 502, 504];

/** `changed()` after any change, `done(act, answer)` when the branch did one; `clock()` is the branch's time in words. */
export function outbox(who, { changed, done, clock }) {
  const store = shelf(`lobby-outbox:${who}`);
  let sending = false;
  let timer = 0;

  const edit = (change) => {
    store.write(change(store.read()));
    changed();
  };

  /** Several acts together are one: when one is refused, those after it are dropped. The very same act that still
      waits is not sent again. */
  function send(...wanted) {
    const waits = store.read().acts.map(same);
    const acts = wanted.filter((act) => !waits.includes(same(act)));
    const all = { at: Date.now(), clock: clock(), group: newKey() };
    edit((box) => ({ ...box, acts: [...box.acts, ...acts.map((act) => ({ ...act, ...all, key: newKey() }))] }));
    return flush();
  }

  async function flush() {
    clearTimeout(timer);
    if (sending) return;
    sending = true;
    let line = true;
    for (let act = next(); act && line; act = line && next()) line = await attempt(act);
    sending = false;
    if (!line) timer = setTimeout(flush, AGAIN_MS);
  }

  /** The next to send. What has grown old waits for a word: the floor is another by now. */
  function next() {
    const old = (act) => !act.sure && Date.now() - act.at > OLD_MS;
    if (store.read().acts.some((act) => old(act) && !act.old)) {
      edit((box) => ({ ...box, acts: box.acts.map((act) => (old(act) ? { ...act, old: true } : act)) }));
    }
    return store.read().acts.find((act) => !act.old);
  }

  async function attempt(act) {
    try {
      const answer = await post(act.path, act.body, { key: act.key, tries: [], timeout_ms: TRY_MS, expects: act.expects });
      edit((box) => ({ ...box, acts: box.acts.filter((one) => one.key !== act.key) }));
      done(act, answer);
      return true;
    } catch (problem) {
      if (!UNSENT.includes(problem.status)) {
        const refused = { key: act.key, clock: act.clock, words: act.words, why: problem.message };
        edit((box) => ({ acts: box.acts.filter((one) => one.group !== act.group), refused: [...box.refused, refused] }));
        return true;
      }
      edit((box) => ({ ...box, acts: box.acts.map((one) => ({ ...one, stuck: problem.status || "line" })) }));
      return false;
    }
  }

  addEventListener("online", flush);
  flush();
  return {
    send,
    flush,
    acts: () => store.read().acts,
    refused: () => store.read().refused,
    /** An old act after all. */
    insist: (key) => {
      edit((box) => ({ ...box, acts: box.acts.map((one) => (one.key === key ? { ...one, old: false, sure: true } : one)) }));
      flush();
    },
    /** A refusal was read, or an act is not wanted any more. */
    drop: (key) =>
      edit((box) => ({ acts: box.acts.filter((one) => one.key !== key), refused: box.refused.filter((one) => one.key !== key) })),
  };
}

const same = ({ path, body }) => JSON.stringify([path, body]);

/** What is kept, in the browser where it can be, else as long as the page lives. */
function shelf(name) {
  let kept = { acts: [], refused: [] };
  return {
    read() {
      try {
        kept = JSON.parse(localStorage.getItem(name)) ?? kept;
      } catch {
        // a browser that keeps nothing, or something that is none of ours
      }
      return kept;
    },
    write(box) {
      kept = box;
      try {
        localStorage.setItem(name, JSON.stringify(box));
      } catch {
        // full or forbidden: the page still knows
      }
    },
  };
}
