// What the shift before left, and praise that has come, until somebody has read it; a note for who works next.

import { get, post } from "#web/api.js";
import { $, el, icon, say } from "#web/dom.js";
import { _, named } from "#web/words.js";
import { morphChildren } from "./morph.js";

const REFRESH_MS = 60_000;
/** So many notes that were read stay in sight. */
const READ_SHOWN = 3;

/** The words that were opened on this page, by id.
    @type {Map<string, string>} */
const words = new Map();

/** Follows the notes and the praise for who works at the counter, or in the branch; `opens`: the panel opens by itself
    where something is unread. Gives what looks again at once, for another person.
    @param {{ counter?: string, opens?: boolean }} where */
export function handOver({ counter, opens = false }) {
  const query = counter ? `?counter=${encodeURIComponent(counter)}` : "";

  async function refresh() {
    const [notes, praise] = await Promise.all([
      get(`/api/v1/notes${query}`),
      get(`/api/v1/compliments/mine${query}`),
    ]).catch(() => [null, null]);
    if (notes && praise) draw(notes, praise);
  }

  /** @param {Api.ReaderNoteOut[]} notes
      @param {Api.ComplimentOut[]} praise */
  function draw(notes, praise) {
    const fresh = praise.filter((one) => !one.read_by.length || words.has(one.id));
    const unread = notes.filter((one) => one.unread || words.has(one.id));
    const read = notes.filter((one) => !one.unread && !words.has(one.id)).slice(0, READ_SHOWN);
    const rows = [...fresh.map(drawPraise), ...[...unread, ...read].map(drawNote)];
    morphChildren($("#handover-list"), ...(rows.length ? rows : [el("li.soft", {}, _("Nothing was left."))]));
    const n = [...fresh, ...unread].filter((one) => !words.has(one.id)).length;
    $("#handover-n").hidden = !n;
    say($("#handover-n"), String(n));
    if (opens && n) show(true);
    opens = false;
  }

  async function act(path, body) {
    $("#handover-problem").hidden = true;
    try {
      return await post(path, body);
    } catch (problem) {
      $("#handover-problem").hidden = false;
      say(
        $("#handover-problem"),
        problem.message || _("No answer from the branch. Please try again: nothing is done twice."),
      );
      return null;
    }
  }

  async function read({ read: noun, id }) {
    const answer = await act(`/api/v1/${noun}/${id}/read${query}`);
    if (answer) words.set(id, answer.words);
    refresh();
  }

  $("#handover-open").addEventListener("click", () => show($("#handover").hidden));
  $("#handover-close").addEventListener("click", () => show(false));
  $("#handover-list").addEventListener("click", (event) => {
    const button = event.target.closest("[data-read]");
    if (button) read(button.dataset);
  });
  $("#handover-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const body = { words: form.words.value, counter: form.counter.value || null };
    if (await act(`/api/v1/notes${query}`, body)) {
      form.reset();
      refresh();
    }
  });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && show(false));
  setInterval(refresh, REFRESH_MS);
  refresh();
  return (again = true) => {
    opens = again;
    refresh();
  };
}

function show(open) {
  $("#handover").hidden = !open;
  $("#handover-open").setAttribute("aria-expanded", String(open));
}

const when = (at) => `${at.slice(5, 10)} ${at.slice(11, 16)}`;
const drawWords = (noun, id) =>
  words.has(id)
    ? el("p.words", {}, words.get(id))
    : el("button", { type: "button", "data-read": noun, "data-id": id }, _("Read"));

/** @param {Api.ComplimentOut} one */
const drawPraise = (one) =>
  el(
    "li",
    { "data-key": one.id },
    el("p", {}, icon("heart"), el("b", {}, _("A customer praises you"))),
    drawWords("compliments", one.id),
  );

/** @param {Api.ReaderNoteOut} one */
const drawNote = (one) =>
  el(
    `li${one.unread ? ".unread" : ""}`,
    { "data-key": one.id, "data-note": one.id },
    el("p", {}, el("b", {}, one.by_name), ` ${when(one.at)} · ${forWhom(one)}`),
    drawWords("notes", one.id),
  );

/** @param {Api.ReaderNoteOut} one */
const forWhom = (one) => (one.counter_name ? named(one.counter_name) : _("the whole branch"));
