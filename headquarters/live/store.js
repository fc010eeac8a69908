// The branches as this page knows them: what came first, and what has changed since.

/** @typedef {any} Branch a branch of the answer, with `heardMs`: when its word was spoken, by this page's own clock */

export class Store {
  constructor() {
    /** @type {Map<string, Branch>} */
    this.branches = new Map();
    /** @type {any} */
    this.last = null;
    this.revision = 0;
  }

  /** Take an answer in; gives the codes of those that are new or changed.
      @param {any} answer
      @param {number} nowMs
      @param {boolean} [more] whether it is a further page of the same answer
      @returns {string[]} */
  take(answer, nowMs, more = false) {
    if (answer.whole && !more) this.branches.clear();
    if (!more) this.revision = answer.revision;
    this.last = answer;
    for (const branch of answer.branches) {
      const heardMs = branch.age_s === null ? null : nowMs - branch.age_s * 1000;
      this.branches.set(branch.code, { ...branch, heardMs });
    }
    return answer.branches.map((branch) => branch.code);
  }

  /** All is to be told anew. */
  forget() {
    this.revision = 0;
  }

  /** Those that burn, the worst first. */
  burning() {
    return this.last.burning.map((code) => this.branches.get(code)).filter(Boolean);
  }
}

/** Whether a branch is among those that the filter asks for.
    @param {Branch} branch
    @param {{ text: string, unit: string, show: string }} filter
    @param {string} name in the page's language */
export function fits(branch, filter, name) {
  const text = filter.text.trim().toLowerCase();
  const found = !text || branch.code.toLowerCase().includes(text) || name.toLowerCase().includes(text);
  return found && (!filter.unit || branch.path.includes(filter.unit)) && isShown(branch, filter.show);
}

/** @param {Branch} branch
    @param {string} show */
function isShown(branch, show) {
  if (show === "silent") return !["live", "closed"].includes(branch.state);
  if (show === "strained") return branch.heat !== "calm";
  return !show || branch.heat === show;
}

/** How a tile looks: what of a branch is most urgent.
    @param {Branch} branch */
export const lookOf = (branch) => (branch.state === "live" ? branch.heat : branch.state);
