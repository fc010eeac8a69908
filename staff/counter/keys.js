// Every act has a key, on the keyboard and on a number pad. While a choice is open the digits choose in it.

import { $, $$ } from "#web/dom.js";
import { digits, nextCounter, nextSeat, opened, openPanel } from "./choices.js";

const TYPING = "input, textarea, select";
const WITHIN = { "-": nextSeat, "+": nextCounter };

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
  if (event.key === "Escape") openPanel(null);
  if (event.target.closest?.(TYPING)) return;
  const onButton = event.target.closest?.("button, a, summary");
  const pressed = ["Enter", " "].includes(event.key) ? (onButton ? null : "1") : event.key;
  if (pressed && press(pressed)) event.preventDefault();
}

/** Whether the key meant something. */
function press(key) {
  const panel = opened();
  if (key === "0" && panel) openPanel(null);
  else if (panel && /^[1-9]$/.test(key)) digits(panel)[Number(key) - 1]?.click();
  else if (panel?.id === "transfer" && WITHIN[key]) WITHIN[key]();
  else if (key === "1") $("#primary").click();
  else {
    // two questions may share a key, and only one is asked at a time
    const button = $$(`[data-key="${CSS.escape(key)}"]`).find((one) => !one.disabled && !one.closest("[hidden]"));
    button?.click();
    return Boolean(button);
  }
  return true;
}

export const listen = () => document.addEventListener("keydown", onKey);
