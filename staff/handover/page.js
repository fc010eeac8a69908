// Opening and closing the day: notes that were left, a note for tomorrow, no more numbers.

import { get } from "#web/api.js";
import { $, el } from "#web/dom.js";
import { _ } from "#web/words.js";
import { actsThen } from "../shared/act.js";
import { drawAnnounced, unannounce } from "../shared/announced.js";
import { lookAgain } from "../shared/again.js";
import { morphChildren } from "../shared/morph.js";
import "#web/guard.js";

/** So many notes are shown. */
const SHOWN = 8;
/** How often and how many times it is looked whether the printer has answered: a little longer than it may be silent. */
const LOOK_MS = 1000;
const LOOKS = 14;
/** The words that were opened on this page, by the note's id.
    @type {Map<string, string>} */
const words = new Map();

async function refresh() {
  const notes = (await get("/api/v1/notes")).filter((note) => !note.counter).slice(0, SHOWN);
  const rows = notes.map(drawNote);
  morphChildren($("#notes"), ...(rows.length ? rows : [el("li.soft", {}, _("Nothing was left."))]));
}

/** @param {Api.ReaderNoteOut} note */
function drawNote(note) {
  const said = words.get(note.id);
  const when = `${note.at.slice(0, 10)} ${note.at.slice(11, 16)}`;
  const read = el("button", { type: "button", "data-read": note.id }, _("Read"));
  return el("li", { "data-note": note.id }, el("span", {}, el("strong", {}, when), said ?? ""), said ? null : read);
}

const act = actsThen(refresh);

const checks = () => lookAgain("opens", "left");

/** A printer answers within seconds; that it does not is told by the branch too.
    @param {string | undefined} printer */
async function awaitAnswer(printer) {
  for (let n = 0; n < LOOKS; n += 1) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
    await checks().catch(() => {});
    if (document.querySelector(`[data-test=print][data-device="${printer}"] :is(.asks, .well, .bad)`)) return;
  }
}

const tries = actsThen(checks);

document.addEventListener("click", async ({ target }) => {
  const button = /** @type {HTMLElement} */ (target).closest("button");
  const trial = button?.closest(".trial");
  if (!button || !trial) return;
  const { test, device } = /** @type {HTMLElement} */ (trial).dataset;
  const { well } = button.dataset;
  if (well) await tries("/api/v1/day/tests/answer", { test, device, well: well === "yes" });
  else if ((await tries("/api/v1/day/tests", { test, device })) && test === "print") await awaitAnswer(device);
});

document.addEventListener("click", async ({ target }) => {
  const id = /** @type {any} */ (target).closest("[data-read]")?.dataset.read;
  if (!id) return;
  const answer = await act(`/api/v1/notes/${id}/read`);
  if (!answer) return;
  words.set(id, answer.words);
  await refresh();
});
$("#note").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  act("/api/v1/notes", { words: form.elements.words.value }, form);
});
$("#stop")?.addEventListener("click", async () => {
  if (await act("/api/v1/day/close")) location.reload();
});
async function showAnnounced() {
  morphChildren($("#announced"), ...drawAnnounced(await get("/api/v1/hall"), { hides: true }));
}

unannounce(actsThen(showAnnounced));
showAnnounced();
refresh();
document.body.dataset.ready = "yes";
