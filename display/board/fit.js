// Names may be twice as long as anybody thought: an element marked data-fit gets smaller until its text fits its
// place (its width and max-height), on one line while that stays large enough to read, else on several.

import { fitted } from "./packing.js";

/** Boxes by which what is inside measures itself, each with the shape (width by height) under which it counts as tall. */
/** @type {[string, number][]} */
const BOXES = [
  ["#flash", 2.1],
  [".leaf.words", 1.5],
  ["#calls li", 0],
  ["#areas > li", 0],
];
const seen = new WeakMap();

/** Measure all marked elements under `root` whose text or place is another than when they were measured. */
export function fit(root = document) {
  sizeBoxes(root);
  const asked = [...root.querySelectorAll("[data-fit]")].map((one) => ({ one, now: place(one) }));
  for (const { one, now } of asked) {
    if (seen.get(one) === now) continue;
    shrink(one);
    seen.set(one, now);
  }
}

function sizeBoxes(root) {
  const all = BOXES.flatMap(([selector, tall]) =>
    [...root.querySelectorAll(selector)].map((box) => ({ box, tall, ...inside(box) })),
  );
  for (const { box, tall, width, height } of all) {
    box.style.setProperty("--cw", `${width / 100}px`);
    box.style.setProperty("--ch", `${height / 100}px`);
    box.classList.toggle("tall", width <= height * tall);
  }
}

/** The room within a box's padding. */
function inside(box) {
  const style = getComputedStyle(box);
  const pad = (...sides) => sides.reduce((sum, side) => sum + parseFloat(style[`padding${side}`]), 0);
  return { width: box.clientWidth - pad("Left", "Right"), height: box.clientHeight - pad("Top", "Bottom") };
}

export function refit() {
  for (const one of document.querySelectorAll("[data-fit]")) seen.delete(one);
  fit();
}

const place = (one) => `${one.textContent}|${one.parentElement.clientWidth}|${one.parentElement.clientHeight}`;

function shrink(one) {
  const room = parseFloat(getComputedStyle(one).maxHeight) || Infinity;
  one.style.maxHeight = "none";
  fitted(one.dataset.fit === "wrap", (size, wraps) => {
    one.style.setProperty("--fit", size);
    one.classList.toggle("wraps", wraps);
    const high = room === Infinity ? one.scrollHeight <= one.clientHeight + 1 : one.offsetHeight <= room + 1;
    return high && one.scrollWidth <= one.clientWidth + 1;
  });
  one.style.maxHeight = "";
}
