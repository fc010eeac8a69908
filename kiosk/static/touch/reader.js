// Card and QR readers type like a keyboard, but faster than a hand: a burst of keys ended by Enter.

const GAP_MS = 60;
const SHORTEST = 4;
const LONGEST = 256;

/** Calls `onRead(text)` for each burst. Nothing of it is shown or kept here. */
export function listen(onRead) {
  let burst = "";
  let last = 0;
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.timeStamp - last > GAP_MS) burst = "";
      last = event.timeStamp;
      if (event.key === "Enter") {
        const read = burst;
        burst = "";
        if (read.length < SHORTEST) return;
        event.preventDefault();
        event.stopPropagation();
        onRead(read);
      } else if (event.key.length === 1 && burst.length < LONGEST) {
        burst += event.key;
        if (burst.length > 1) event.preventDefault();
      }
    },
    true,
  );
}
