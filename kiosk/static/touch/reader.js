// Card and QR readers type like a keyboard, but faster than a hand, wherever the focus is. A burst ends with silence;
// some readers send Enter or Tab after each track, some nothing at all. Fewer keys than any card
// or code has are a person's.

const GAP_MS = 80;
const QUIET_MS = 150;
const SHORTEST = 3;
const UNENDED = 8;
const LONGEST = 256;

/** Calls `onRead(text)` for each burst and `onKey(key)` for each key that a person typed. Nothing of a burst is
    shown or kept here. */
export function listen(onRead, onKey) {
  let burst = "";
  let last = 0;
  let ended = false;
  let silence = 0;

  function finish() {
    const read = burst;
    const whole = ended;
    burst = "";
    ended = false;
    if (read.length >= (whole ? SHORTEST : UNENDED)) onRead(read);
    else for (const key of read) onKey(key);
  }

  function take(event) {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    const fast = event.timeStamp - last <= GAP_MS;
    const end = event.key === "Enter" || event.key === "Tab";
    if (!end && event.key.length !== 1) return;
    if (!fast && burst) finish();
    last = event.timeStamp;
    if (end) {
      if (burst.length < SHORTEST) return;
      ended = true;
    } else {
      if (burst.length < LONGEST) burst += event.key;
      if (burst.length < 2) return schedule();
    }
    event.preventDefault();
    event.stopPropagation();
    return schedule();
  }

  function schedule() {
    clearTimeout(silence);
    silence = setTimeout(finish, QUIET_MS);
  }

  document.addEventListener("keydown", take, true);
  // the browser's window may lose the focus to a pop-up of the system: it comes back by itself
  window.addEventListener("blur", () => setTimeout(() => window.focus(), 0));
}
