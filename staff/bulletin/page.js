// The bulletin's page: the browser prints it. A definition that is shut is opened on paper.

import { $ } from "#web/dom.js";

$("#print").addEventListener("click", () => window.print());
window.addEventListener("beforeprint", () => open(true));
window.addEventListener("afterprint", () => open(false));

/** @param {boolean} shown */
function open(shown) {
  for (const details of document.querySelectorAll("details.measure")) details.toggleAttribute("open", shown);
}
