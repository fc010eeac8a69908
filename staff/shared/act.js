// An act of a page that is read and filled in at a desk.

import { post } from "#web/api.js";
import { complain } from "./names.js";

/** Does something, then shows how all stands. A refusal is told, and what was typed stays.
    @param {() => Promise<void>} refresh */
export const actsThen =
  (refresh) =>
  /** @param {string} path
      @param {object} [body] */
  async (path, body) => {
    complain(null);
    try {
      const answer = await post(path, body);
      await refresh();
      return answer;
    } catch (problem) {
      complain(problem);
      return null;
    }
  };
