// Small helpers to build and change the page.

/** What the server put into the page: the names that its template gives.
    @type {Record<string, string>} */
export const given = /** @type {any} */ (document.body.dataset);

/** Which kind of element it is, and that it is there, the page's template says: the checker of types cannot.
    @type {(selector: string, root?: ParentNode) => any} */
export const $ = (selector, root = document) => root.querySelector(selector);
/** @type {(selector: string, root?: ParentNode) => any[]} */
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** An element: el("button.primary", {type: "button"}, "text", child). Text is never read as HTML.
    @param {string} spec
    @param {Record<string, any>} attributes
    @param {...any} children */
export function el(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const made = document.createElement(tag || "div");
  if (classes.length) made.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null && child !== false));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** A picture of /static/icons.svg by its name; words stand beside it. */
export function icon(name) {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  made.append(use);
  return made;
}

/** Put text into an element only when it differs, so that screen readers hear changes alone. */
export function say(target, text) {
  if (target && target.textContent !== String(text)) target.textContent = text;
}

export const minutes = (seconds) => Math.max(0, Math.floor(seconds / 60));
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
