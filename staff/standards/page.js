// The standards: findings are put right, words are opened, and the catalogue is searched.

import { file, post } from "#web/api.js";
import { $, $$, el } from "#web/dom.js";
import { _ } from "#web/words.js";
import { complain } from "../shared/names.js";
import "#web/guard.js";

/** Does it; a refusal is told, and what was typed stays.
    @param {Record<string, string | undefined>} data
    @param {string} verb
    @param {object} [body]
    @returns {Promise<any>} */
async function act({ inspection, item }, verb, body) {
  complain(null);
  try {
    return await post(`/api/v1/inspections/${inspection}/items/${item}/${verb}`, body);
  } catch (problem) {
    complain(problem);
    return null;
  }
}

async function settle(button) {
  if (await act(button.dataset, "settle", { note: "" })) location.reload();
}

async function open(button) {
  const answer = await act(button.dataset, "open");
  if (!answer) return;
  const words = answer.words.map(({ at, by_name: by, text, missing }) =>
    el("p", {}, `${at.slice(0, 16).replace("T", " ")} ${by}: ${text || missing}`),
  );
  const photos = answer.photos.map((jpeg) =>
    el("img", { src: `data:image/jpeg;base64,${jpeg}`, alt: _("Photo of the finding") }),
  );
  const missing = answer.photos_missing.map((why) => el("p.soft", {}, _("Photo"), ": ", why));
  const shown = [...words, ...photos, ...missing];
  const none = shown.length ? [] : [el("p.soft", {}, _("Nothing was written."))];
  button
    .closest("li")
    .querySelector(".opened")
    .replaceChildren(...shown, ...none);
}

async function link(form) {
  if (await act(form.dataset, "link", { action: form.elements.action.value })) location.reload();
}

async function coach(form) {
  const note = form.elements.note.value.trim();
  const staff_number = form.elements.staff_number.value.trim() || undefined;
  if (!(await act(form.dataset, "coach", { note, staff_number }))) return;
  form.reset();
  form
    .closest("li")
    .querySelector(".opened")
    .replaceChildren(el("p", {}, _("Noted.")));
}

/** The archive is a file, not JSON: it is fetched as it is, and the browser saves it. */
async function evidence(button) {
  complain(null);
  button.disabled = true;
  const { first, last } = button.dataset;
  try {
    const archive = await file("/api/v1/standards/evidence", { first, last });
    const url = URL.createObjectURL(archive);
    el("a", { href: url, download: `evidence-${first}-${last}.zip` }).click();
    URL.revokeObjectURL(url);
  } catch (problem) {
    complain(problem);
  }
  button.disabled = false;
}

/** @param {string} words */
function search(words) {
  for (const module of $$(".module")) {
    const found = [...module.querySelectorAll(".standard")].filter((standard) => shows(standard, words));
    module.open = Boolean(words) && found.length > 0;
    module.hidden = Boolean(words) && found.length === 0;
  }
}

function shows(standard, words) {
  const fits = standard.textContent.toLowerCase().includes(words);
  standard.hidden = !fits;
  return fits;
}

const DO = { settle, open, evidence };
document.addEventListener("click", (event) => {
  const button = /** @type {any} */ (event.target).closest("[data-do]");
  if (button) DO[button.dataset.do](button);
});
const SENDS = { "form.coach": coach, "form.link": link };
for (const [which, send] of Object.entries(SENDS)) {
  for (const form of $$(which)) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }
}
$("#search").addEventListener("input", (event) => search(event.target.value.trim().toLowerCase()));
document.body.dataset.drawn = "yes";
document.body.dataset.ready = "yes";
