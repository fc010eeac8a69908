// One gesture is one act, on every page. A double click, a held key, a trembling finger, Enter and the mouse at once: the
// second press is an echo of the first and does nothing, also where the branch's answer comes between the two.

/** Double clicks and double taps are 80 to 350 ms apart; browsers count two clicks as one gesture up to 500 ms. */
export const GUARD_MS = 600;
/** Presses closer than this are one burst: its last press is no new one, however long it goes on. */
const BURST_MS = 350;
/** How far a finger strays between two taps, in CSS pixels. */
const STRAY_PX = 32;
const CONTROL = "button, a, summary, [data-ticket], [data-counter], [data-area], [role=tab]";
/** What is meant to be pressed quickly again and again: digits, fields. */
const REPEATED = "[data-digit], [data-repeat], input, select, textarea, label, option";

/** @type {{ at: number, burst: number, acted: boolean, control: any, key: string | null, x: number, y: number }} */
const NOTHING = { at: -Infinity, burst: -Infinity, acted: false, control: null, key: null, x: NaN, y: NaN };
let last = NOTHING;
let changedAt = -Infinity;
/** @type {string | null} */
let key = null;
const resting = new WeakMap();
const sent = new WeakMap();

const now = () => performance.now();

/** An answer came, or the page shows something else: a press that was meant for what stood there is an echo, and the
    button pressed last rests. */
export function changed() {
  changedAt = now();
  if (last.control instanceof HTMLButtonElement && !last.control.matches(REPEATED)) rest(last.control);
}

/** The control means something else now, or has just appeared: it takes no press for a moment, and shows it. */
export function rest(control) {
  clearTimeout(resting.get(control)?.timer);
  control.classList.add("resting");
  const timer = setTimeout(() => control.classList.remove("resting"), GUARD_MS);
  resting.set(control, { until: now() + GUARD_MS, timer });
}

const rests = (control) => now() < (resting.get(control)?.until ?? -Infinity);

function isEcho(press) {
  const same =
    press.control === last.control ||
    (press.key !== null && press.key === last.key) ||
    Math.hypot(press.x - last.x, press.y - last.y) <= STRAY_PX;
  // a touch beside every button does nothing, unless the page turned with it
  const acted = last.acted || changedAt >= last.at;
  const since = now() - Math.max(last.at, changedAt);
  return acted && same && (since < GUARD_MS || now() - last.burst < BURST_MS);
}

/** Whether the press may act; from then on it is the one whose echoes are ignored. */
function admit(press) {
  const echo = isEcho(press);
  if (echo || rests(press.control)) {
    if (echo) last.burst = now();
    return false;
  }
  last = { ...press, at: now(), burst: now() };
  return true;
}

/** Something else was done in between, a step back or a choice: what follows is no echo. */
function forget() {
  last = NOTHING;
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** @param {any} event */
function onClick(event) {
  const control = event.target.closest?.(CONTROL);
  // a click that keys made, or a script for a key, has no place of its own
  const byHand = event.isTrusted && event.detail > 0;
  // Enter in a field clicks the form's button: whether the form is sent twice is asked when it is sent
  const inField = !byHand && document.activeElement?.matches(REPEATED);
  const guarded = control && !inField && !event.target.closest(REPEATED);
  const [x, y] = byHand ? [event.clientX, event.clientY] : [NaN, NaN];
  const press = { acted: Boolean(control), control: control ?? event.target, key: byHand ? null : key, x, y };
  if (!guarded) last = { ...press, at: now(), burst: -Infinity };
  else if (!admit(press)) stop(event);
}

function onKey(event) {
  if (["Escape", "Tab"].includes(event.key)) forget();
  const presses = ["Enter", " "].includes(event.key);
  // Enter and Space press whatever has the focus: there the control tells which press it is
  key = presses ? null : event.key;
  if (event.repeat && presses && !event.target.closest?.("textarea")) stop(event);
}

/** The same form with the same contents. */
function onSubmit(event) {
  const contents = JSON.stringify([...new FormData(event.target)]);
  const before = sent.get(event.target);
  if (before?.contents === contents && now() - before.at < GUARD_MS) stop(event);
  else sent.set(event.target, { contents, at: now() });
}

// -- from one page to the next ---------------------------------------------------------------------------
const STORE = "lobby-press";

/** A page that an act opened stands where the act's button was: the second tap is an echo there too. */
function carryOver() {
  try {
    const { x, y, at } = JSON.parse(sessionStorage.getItem(STORE) ?? "null");
    sessionStorage.removeItem(STORE);
    if (Date.now() - at < 10 * GUARD_MS) [last, changedAt] = [{ ...last, x, y }, now()];
  } catch {
    // nothing was pressed before, or the browser keeps nothing
  }
}

function leave() {
  try {
    if (!Number.isNaN(last.x)) sessionStorage.setItem(STORE, JSON.stringify({ x: last.x, y: last.y, at: Date.now() }));
  } catch {
    // the browser keeps nothing
  }
}

addEventListener("click", onClick, true);
addEventListener("keydown", onKey, true);
addEventListener("pointerdown", () => (key = null), true);
addEventListener("change", forget, true);
addEventListener("submit", onSubmit, true);
addEventListener("pagehide", leave);
carryOver();
