// An act of a page that is read and filled in at a desk.

import { post } from "#web/api.js";
import { complain } from "./names.js";

/** Does something, then shows how all stands. A refusal is told, and what was typed stays. What was sent in a form leaves
    it with the answer, and its fold closes: nothing on the page moves again after it was drawn.
    @param {() => Promise<void>} refresh */
export const actsThen =
  (refresh) =>
  /** @param {string} path
      @param {object} [body]
      @param {HTMLFormElement} [form] */
  async (path, body, form) => {
    complain(null);
    try {
      const answer = await post(path, body);
      if (form) empty(form);
      // What could not be drawn is done all the same.
      await refresh().catch(complain);
      return answer;
    } catch (problem) {
      complain(problem);
      return null;
    }
  };

/** What was sent in a form leaves it, and its fold closes.
    @param {HTMLFormElement} form */
export function empty(form) {
  form.reset();
  const fold = form.closest("details");
  if (fold) fold.open = false;
}
