// A part of this page as the server draws it now.

/** Null where the session ended: the server sends to the page of sign-in. Throws where it does not answer.
    @param {string} selector
    @returns {Promise<Element | null>} */
export async function anew(selector) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.querySelector(selector);
  if (!part) throw new Error(`no ${selector}`);
  return part;
}
