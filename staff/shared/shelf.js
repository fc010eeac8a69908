// What the tablet keeps: in the browser where it can be, else as long as the page lives.

/** @typedef {import("./outbox.js").Box} Box */

/** Whose acts wait in this browser beside those of `who`, and how many: they are sent when their account is here again.
    @param {string} kind @param {string} who */
export function waitingOfOthers(kind, who) {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(`${kind}:`) && name !== `${kind}:${who}`);
  const boxes = names.map((name) => ({ who: name.slice(kind.length + 1), n: shelf(name).read().acts.length }));
  return boxes.filter(({ n }) => n);
}

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
    /** Whether what waits here outlives the page. */
    isStored: () => isStored,
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
