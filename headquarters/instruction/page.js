// Sends announcements, work orders, corrective actions and configurations down, and withdraws them. The list is the
// server's: it is drawn anew afterwards, and while answers come.

import { post } from "#web/api.js";
import { $, say } from "#web/dom.js";
import { _ } from "#web/words.js";
import { anew } from "../shared/anew.js";
import { follow } from "../shared/follow.js";
import { packed } from "./folder.js";
import { rest } from "#web/guard.js";

/** @param {any} problem */
function complain(problem) {
  $("#problem").hidden = false;
  const noLine = _("Headquarters' server does not answer. Please try again.");
  say($("#problem"), problem.status === 0 ? noLine : problem.message);
  $("#problem").scrollIntoView({ block: "nearest" });
}

/** @param {string} path
    @param {object} [body] */
async function send(path, body) {
  $("#problem").hidden = true;
  try {
    await post(path, body);
    location.reload();
  } catch (problem) {
    complain(problem);
  }
}

/** @param {FormData} form
    @param {string} name */
const text = (form, name) => String(form.get(name) ?? "").trim();

/** Whom it is for: nothing means every branch.
    @param {string} chosen */
function whom(chosen) {
  const [kind, id] = chosen.split(":");
  if (kind === "unit") return { unit: id };
  return kind === "branch" ? { branches: [id] } : {};
}

$("#announce").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const announcement = {
    zh: text(form, "zh"),
    en: text(form, "en") || text(form, "zh"), // staff who read English see the Chinese words then
    until: text(form, "until"),
    important: form.has("important"),
  };
  send("/api/v1/instructions", { announcement, ...whom(text(form, "whom")) });
});

$("#order").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const order = {
    number: text(form, "number"),
    channel: text(form, "channel"),
    came_on: text(form, "came_on"),
    deadline: text(form, "deadline") || null,
    text: text(form, "text"),
  };
  send("/api/v1/instructions", { order, branches: [text(form, "branch")] });
});

$("#action").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const chosen = /** @type {HTMLSelectElement} */ ($("#action [name=measure]")).selectedOptions[0];
  const action = {
    title: text(form, "title"),
    words: text(form, "words"),
    measure: text(form, "measure"),
    direction: chosen?.dataset.way ?? "less",
    due: text(form, "due"),
  };
  send("/api/v1/instructions", { action, ...whom(text(form, "whom")) });
});

$("#configure").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const folder = /** @type {HTMLInputElement} */ (form.elements.namedItem("folder"));
  const chosen = [...(folder.files ?? [])];
  const onlyCheck = /** @type {SubmitEvent} */ (event).submitter?.getAttribute("name") === "check";
  $("#problem").hidden = true;
  $("#checked").hidden = true;
  const files = await packed(chosen).catch(() => null);
  if (!files) {
    complain({ message: _("A file was changed after the folder was chosen: choose the folder again") });
    return;
  }
  const body = { files, only_check: onlyCheck, ...whom(text(new FormData(form), "whom")) };
  await (onlyCheck ? check(body) : send("/api/v1/configurations", body));
});

/** @param {{ files: Record<string, string>, only_check: boolean }} body */
async function check(body) {
  try {
    const { version, tables, slides } = await post("/api/v1/configurations", body);
    const parts = [...tables, ...slides].join(_(", "));
    $("#checked").hidden = false;
    say($("#checked"), _("Version {version} may be sent: {parts}", { version, parts }));
  } catch (problem) {
    complain(problem);
  }
}

document.addEventListener("click", ({ target }) => {
  const button = /** @type {HTMLElement | null} */ (
    /** @type {HTMLElement} */ (target).closest("[data-withdraw], [data-again]")
  );
  if (!button) return;
  const { withdraw, again } = button.dataset;
  if (withdraw && !isSure(button)) return;
  send(withdraw ? `/api/v1/instructions/${withdraw}/withdraw` : `/api/v1/instructions/${again}/again`);
});
/** Nobody presses again: nothing is done. */
const PATIENCE_MS = 8000;

/** What branches have begun on is not had back by one touch: the button asks first.
    @param {HTMLElement} button */
function isSure(button) {
  const { sure } = button.dataset;
  if (!sure) return true;
  const words = button.textContent;
  delete button.dataset.sure;
  say(button, sure);
  rest(button);
  setTimeout(() => {
    button.dataset.sure = sure;
    say(button, words);
  }, PATIENCE_MS);
  return false;
}

// -- answers come while one looks -------------------------------------------------------------------------
const EVERY_MS = 5000;

/** Who reads something unfolded, or is about to press, keeps what is there. */
const isBusy = () => Boolean($("#sent").querySelector("details[open], :focus, [data-withdraw]:not([data-sure])"));

async function renew() {
  const sent = await anew("#sent"); // none where the session ended: who sends something is told, and loses no word
  if (sent && !isBusy() && !sent.isEqualNode($("#sent"))) $("#sent").replaceWith(sent);
}

follow(EVERY_MS, renew, (problem) => {
  $("#stale").hidden = !problem;
});
document.body.dataset.ready = "yes";
