// Requests to the branch: with CSRF token, idempotency key, and problems as sentences for the reader.

import { changed } from "./guard.js";
import { UNSENT, wishes } from "./wishes.js";

const csrf = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
const { kiosk } = document.body.dataset;
const RETRY_MS = [300, 1000, 2500];

export class Problem extends Error {
  /** @param {number} status 0: no line
      @param {string} detail in the reader's language
      @param {{ field?: string, errors?: { message: string }[] } | null} [answer] the problem document, which may name a
        field */
  constructor(status, detail, answer = null) {
    super(detail);
    this.status = status;
    this.field = answer?.field;
    this.said = answer?.errors?.[0].message ?? detail;
  }
}

export const newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** A signal that gives up after so long (AbortSignal.timeout is younger than the browsers we run in). */
export function abortAfter(ms) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

const wished = wishes(newKey);
export const forgetWishes = wished.forget;

/** POST, and again under the same key while the line fails, so that it happens once; a page that asks for the same again
    after that still has it done once.
    `expects` is the counter's `turn` that the page shows: refused when it is another by now. `unseen`: the page shows
    nothing of the answer, so that no press was meant for what stood there.
    Gives the JSON answer, or null for 204; throws Problem (status 0: no line, or none within `timeout_ms`).
    @template {string} P
    @param {P} path
    @param {Api.Body<P>} [body]
    @param {{ key?: string, tries?: number[], timeout_ms?: number, expects?: string, unseen?: boolean }} [options]
    @returns {Promise<Api.Posted<P>>} */
export async function post(path, body, { key, tries = RETRY_MS, timeout_ms, expects, unseen = false } = {}) {
  const wish = JSON.stringify([path, body]);
  try {
    const answer = await posted(path, body, { key: key ?? wished.keyOf(wish), tries, timeout_ms, expects });
    if (!key) wished.over(wish);
    return answer;
  } catch (problem) {
    if (!key && !UNSENT.includes(problem.status)) wished.over(wish);
    throw problem;
  } finally {
    if (!unseen) changed();
  }
}

async function posted(path, body, { key, tries, timeout_ms, expects }) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await request(path, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "Idempotency-Key": key,
          "X-CSRFToken": csrf,
          ...(expects && { "Lobby-Expects": expects }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: timeout_ms ? abortAfter(timeout_ms) : undefined,
      });
    } catch (problem) {
      if (problem.status !== 0 || attempt >= tries.length) throw problem;
      await pause(tries[attempt]);
    }
  }
}

/** POST whose answer is a file; throws Problem.
    @param {string} path
    @param {object} body
    @returns {Promise<Blob>} */
export async function file(path, body) {
  const headers = { "Content-Type": "application/json" };
  return (await answered(path, { method: "POST", headers, body: JSON.stringify(body) })).blob();
}

/** GET of what is no JSON, or POST of such a content; throws Problem.
    @param {string} path
    @param {Blob} [content] */
export const raw = (path, content) => answered(path, content ? { method: "POST", body: content } : {});

/** @param {string} path
    @param {RequestInit} options */
async function answered(path, options) {
  const headers = {
    "Accept-Language": document.documentElement.lang,
    "X-CSRFToken": csrf,
    ...(kiosk && { "Lobby-Kiosk": kiosk }),
    ...options.headers,
  };
  const response = await fetch(path, { ...options, headers, credentials: "same-origin" }).catch(() => null);
  if (!response) throw new Problem(0, "");
  if (response.ok) return response;
  const answer = await response.json().catch(() => null);
  throw new Problem(response.status, answer?.detail ?? "");
}

/** @template {string} P
    @param {P} path
    @param {{ timeout_ms?: number }} [options]
    @returns {Promise<Api.Got<P>>} */
export const get = (path, { timeout_ms } = {}) => request(path, timeout_ms ? { signal: abortAfter(timeout_ms) } : {});

/** @param {string} path
    @param {RequestInit} options
    @returns {Promise<any>} */
async function request(path, options) {
  const headers = {
    "Accept-Language": document.documentElement.lang,
    ...(kiosk && { "Lobby-Kiosk": kiosk }),
    ...options.headers,
  };
  let response;
  try {
    response = await fetch(path, { ...options, headers, credentials: "same-origin" });
  } catch {
    throw new Problem(0, "");
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Problem(response.status, answer?.detail ?? answer?.title ?? "", answer);
  if (answer === null) throw new Problem(0, ""); // the line was lost before the whole answer came
  return answer;
}

/** Load the page anew where the branch asks for a sign-in, a PIN or a code in its place: its session or token was ended
    from elsewhere. Where the line is down or the branch is in trouble it stays. */
export async function leaveIfShut() {
  const page = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (page && (page.redirected || page.status === 401)) location.reload();
}
