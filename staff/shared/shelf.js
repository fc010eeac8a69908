// What the tablet keeps: in the browser where it can be, else as long as the page lives.

/** @typedef {import("./outbox.js").Box} Box */

/** @param {string} name */
export function shelf(name) {
  /** @type {Box} */
  let kept = { acts: [], refused: [] };
  let isStored = true;
  return {
    read() {
      if (!isStored) return kept;
      try {
        kept = JSON.parse(localStorage.getItem(name) ?? "null") ?? kept;
      } catch {
        // a browser that keeps nothing, or something that is none of ours
      }
      return kept;
    },
    /** @param {Box} box */
    write(box) {
      kept = box;
      try {
        localStorage.setItem(name, JSON.stringify(box));
        isStored = true;
      } catch {
        // full or forbidden: the page still knows, and what is stored is older than that
        isStored = false;
      }
    },
  };
}
