// A page that cannot run says so. No module and no new syntax: the oldest browser reads this. A page's own module sets
// `data-ready` as its last act; modules have run, or never will, when the document is parsed.

(function () {
  var AGAIN_MS = 60000;

  function again() {
    location.reload();
  }

  // Where the sentence stands for the whole page nobody can be typing, and often nobody is there to reload it.
  function look() {
    if (document.querySelector("[data-again]")) setTimeout(again, AGAIN_MS);
    if (document.body.getAttribute("data-ready") || !document.querySelector(".stopped")) return;
    /** @type {any} */ (document.getElementById("stopped")).media = "all";
    if (document.querySelector(".stopped.whole, .stopped.staff")) setTimeout(again, AGAIN_MS);
  }

  document.addEventListener("DOMContentLoaded", look);
})();
