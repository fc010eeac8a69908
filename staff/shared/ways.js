// The menu of ways in a header closes when somebody turns away from it. The row of ways, which scrolls on a phone, shows
// the page that is open.

import { $ } from "#web/dom.js";

const menu = $(".ways-menu");

$(".ways [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

if (menu) {
  document.addEventListener("click", ({ target }) => {
    if (!menu.contains(/** @type {Node} */ (target))) menu.open = false;
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") menu.open = false;
  });
}
