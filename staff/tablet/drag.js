// Carrying a ticket by mouse, pen or finger. A finger holds it for a moment first, so that the map still scrolls.

const HOLD_MS = 220;
const FAR = 8;
const EDGE = 48;

/** `lifted(id)` when a ticket is picked up, `over(element)` while it moves, `dropped(element | null)` at the end. */
export function carry(map, { lifted, over, dropped }) {
  /** @type {any} */
  let held = null;

  function begin() {
    clearTimeout(held.timer);
    held.ghost = held.source.cloneNode(true);
    held.ghost.className = "ghost";
    held.ghost.removeAttribute("data-ticket");
    held.ghost.inert = true;
    document.body.append(held.ghost);
    lifted(held.source.dataset.ticket);
    move(held.x, held.y);
  }

  function move(x, y) {
    held.ghost.style.transform = `translate(${x}px, ${y}px)`;
    const box = map.getBoundingClientRect();
    if (y < box.top + EDGE) map.scrollBy(0, -EDGE / 4);
    else if (y > box.bottom - EDGE) map.scrollBy(0, EDGE / 4);
    held.over = document.elementFromPoint(x, y);
    over(held.over);
  }

  function end(target) {
    if (!held) return;
    const { ghost, timer } = held;
    clearTimeout(timer);
    held = null;
    if (!ghost) return;
    ghost.remove();
    swallowClick();
    dropped(target);
  }

  document.addEventListener("pointerdown", (event) => {
    const source = /** @type {HTMLElement} */ (event.target).closest("[data-ticket]");
    if (!source || !event.isPrimary || event.button !== 0) return;
    const finger = event.pointerType === "touch";
    held = { source, finger, pointer: event.pointerId, x: event.clientX, y: event.clientY, timer: 0, ghost: null };
    if (finger) held.timer = setTimeout(() => held && begin(), HOLD_MS);
  });
  document.addEventListener("pointermove", (event) => {
    if (held?.pointer !== event.pointerId) return;
    const far = Math.hypot(event.clientX - held.x, event.clientY - held.y) > FAR;
    if (held.ghost) move(event.clientX, event.clientY);
    else if (far && held.finger) end(null);
    else if (far) begin();
  });
  document.addEventListener("pointerup", (event) => held?.pointer === event.pointerId && end(held.over));
  document.addEventListener("pointercancel", (event) => held?.pointer === event.pointerId && end(null));
  document.addEventListener("keydown", (event) => event.key === "Escape" && end(null));
  document.addEventListener("touchmove", (event) => held?.ghost && event.preventDefault(), { passive: false });
  document.addEventListener("contextmenu", (event) => held && event.preventDefault());
  document.addEventListener("dragstart", (event) => event.preventDefault());
}

/** The click that a browser makes of the drop is none. */
function swallowClick() {
  const swallow = (event) => {
    event.stopPropagation();
    event.preventDefault();
  };
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
}
