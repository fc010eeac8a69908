// The menu of ways in a header closes when somebody turns away from it.

import { $ } from "#web/dom.js";

const menu = $(".ways-menu");

if (menu) {
  document.addEventListener("click", ({ target }) => {
    if (!menu.contains(/** @type {Node} */ (target))) menu.open = false;
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") menu.open = false;
  });
}
