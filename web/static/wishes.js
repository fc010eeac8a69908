// What was asked for and got no answer: the branch may have done it. The same again is the same wish under the same key,
// and done once. Pure: how a key is made and a time waited for is handed in.

/** What is no refusal of the branch's rules: the wish stands. 0 and 502 to 504: the line, a proxy, a branch that can save
    nothing or is stopping. 500: a fault of the branch. 401: until somebody signs in again. 429: too many at once. */
export const UNSENT = [0, 401, 429, 500, 502, 503, 504];
/** So long a wish may be asked for again. After that it is another one: the floor has changed. */
export const WISH_MS = 120_000;

/** @param {() => string} newKey
    @param {(act: () => void, ms: number) => unknown} later */
export function wishes(newKey, later = setTimeout) {
  /** @type {Map<string, string>} */
  const keys = new Map();

  /** The key of what is asked for.
      @param {string} wish */
  function keyOf(wish) {
    const kept = keys.get(wish);
    if (kept) return kept;
    const key = newKey();
    keys.set(wish, key);
    later(() => keys.get(wish) === key && keys.delete(wish), WISH_MS);
    return key;
  }

  return {
    keyOf,
    /** The branch answered it.
        @param {string} wish */
    over: (wish) => keys.delete(wish),
    /** What one customer asked for is not asked for again by the next. */
    forget: () => keys.clear(),
  };
}
