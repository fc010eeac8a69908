// Tabs by the book: arrows move between them, one panel is shown.

import { $, $$ } from "#web/dom.js";

const all = $$("[role=tab]");
/** @type {(tab: string) => void} */
let opened = () => {};

export function openTab(name) {
  for (const tab of all) {
    const on = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    $(`#${tab.getAttribute("aria-controls")}`).hidden = !on;
  }
  opened(name);
}

/** `onOpen(name)` after a tab was opened. */
export function tabs(onOpen) {
  opened = onOpen;
  for (const tab of all) tab.addEventListener("click", () => openTab(tab.id.slice(4)));
  $("[role=tablist]").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    openTab(next.id.slice(4));
    next.focus();
  });
}
