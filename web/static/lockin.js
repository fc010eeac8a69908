// A page that strangers touch leads nowhere else: no menus, no keys of the browser, no zoom of fingers, no way back, no
// other window. Tab, Enter, Space, Escape and the arrows stay, and with them keyboards and screen readers.

const MENUS = ["contextmenu", "dragstart", "drop", "dragover", "auxclick", "gesturestart"];
const OWN_KEYS = /^(F[1-9]|F1[0-9]|ContextMenu|Browser.*|Launch.*|Print|PrintScreen|Help|Find|ZoomToggle)$/;
const FORWARD = /^(AltGraph|Shift|Control|Alt|Meta|CapsLock)$/;

const stop = (event) => event.preventDefault();

function keys(event) {
  const combined = event.ctrlKey || event.metaKey || event.altKey;
  if (OWN_KEYS.test(event.key) || (combined && !FORWARD.test(event.key))) stop(event);
}

const inField = (target) => Boolean(target.closest?.("input, textarea"));
const pinch = (event) => event.touches.length > 1 && stop(event);
const zoom = (event) => event.ctrlKey && stop(event);

/** The way back leads to where one is. */
function stay() {
  history.pushState(null, "");
  addEventListener("popstate", () => history.pushState(null, ""));
}

export function lockIn() {
  for (const menu of MENUS) addEventListener(menu, stop, true);
  addEventListener("selectstart", (event) => inField(event.target) || stop(event), true);
  addEventListener("keydown", keys, true);
  addEventListener("touchmove", pinch, { capture: true, passive: false });
  addEventListener("wheel", zoom, { capture: true, passive: false });
  stay();
}
