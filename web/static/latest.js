// One question at a time: what is drawn answers what was asked last, however late an earlier answer comes.

/** Wraps a question: gives its answer, or null where a later question has overtaken it by then. A refusal of an
    overtaken question is dropped as well.
    @template {unknown[]} A
    @template T
    @param {(...of: A) => Promise<T>} ask
    @returns {(...of: A) => Promise<T | null>} */
export function latest(ask) {
  let asked = 0;
  return async (...of) => {
    const mine = (asked += 1);
    try {
      const answer = await ask(...of);
      return mine === asked ? answer : null;
    } catch (problem) {
      if (mine === asked) throw problem;
      return null;
    }
  };
}
