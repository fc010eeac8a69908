// Care: things on loan, announced visits, and who is here today.

import { get } from "#web/api.js";
import { $, el } from "#web/dom.js";
import { actsThen } from "../shared/act.js";
import { morphChildren } from "../shared/morph.js";
import { NEEDS } from "../shared/words.js";
import { drawAid, drawLoan, drawThing, drawVisit, wordsOf } from "./lists.js";
import { _ } from "#web/words.js";
import "#web/guard.js";

const REFRESH_MS = 15_000;
/** The words that were opened on this page, by the id of their thing.
    @type {Map<string, string>} */
const opened = new Map();
/** @type {string | null} */
let chosen = null;

async function refresh() {
  const [loans, visits, aids] = await Promise.all([get("/api/v1/loans"), get("/api/v1/visits"), get("/api/v1/aids")]);
  morphChildren($("#things"), ...loans.things.map((thing) => drawThing(thing, thing.id === chosen)));
  const none = (words) => el("li.soft.none", {}, words);
  const rows = (list, drawn, words) => morphChildren(list, ...(drawn.length ? drawn : [none(words)]));
  rows(
    $("#loans"),
    loans.loans.map((loan) => drawLoan(loan, opened)),
    _("Nothing is lent now."),
  );
  rows(
    $("#visits"),
    visits.map((visit) => drawVisit(visit, opened)),
    _("No visit is announced."),
  );
  rows($("#aids"), aids.map(drawAid), _("The configuration names nothing that meets special needs."));
  document.body.dataset.drawn = "yes";
}

const act = actsThen(refresh);

/** @param {{ id: string, name: string } | null} thing */
function choose(thing) {
  chosen = thing?.id ?? null;
  $("#lend").hidden = !thing;
  if (thing) {
    $("#lend-title").textContent = _("Lend: {thing}", { thing: thing.name });
    $("#lend-title").focus();
  }
  refresh();
}

async function look(path, id) {
  const words = await act(path, {});
  if (!words) return;
  opened.set(id, wordsOf(words));
  refresh();
}

const DO = {
  lend: ({ id, name }) => choose({ id, name }),
  return: ({ id }) => act(`/api/v1/loans/${id}/return`),
  lost: ({ id }) => act(`/api/v1/loans/${id}/lost`),
  borrower: ({ id }) => look(`/api/v1/loans/${id}/borrower`, id),
  visitor: ({ id }) => look(`/api/v1/visits/${id}/visitor`, id),
  arrive: ({ id }) => act(`/api/v1/visits/${id}/arrive`),
  cancel: ({ id }) => act(`/api/v1/visits/${id}/cancel`),
  here: ({ id, here }) => act("/api/v1/presence", { staff_number: id, here: here === "yes" }),
};

document.addEventListener("click", (event) => {
  const does = /** @type {any} */ (event.target).closest("[data-do]");
  if (does) DO[does.dataset.do](does.dataset);
});

$("#lend").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { number, borrower } = Object.fromEntries(new FormData(event.target));
  const body = { thing: chosen, number: String(number).trim().toUpperCase(), borrower };
  if (await act("/api/v1/loans", body, event.target)) choose(null);
});
$("#lend-no").addEventListener("click", () => choose(null));

$("#announce").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const { day, time, service, name, phone, wish } = Object.fromEntries(form);
  const body = {
    at: `${day}T${time}`,
    service,
    name,
    phone,
    wish,
    needs: form.getAll("needs"),
    aids: form.getAll("aids"),
  };
  await act("/api/v1/visits", body, event.target);
});

$("#needs").append(
  ...Object.entries(NEEDS).map(([need, words]) =>
    el("label.choice", {}, el("input", { type: "checkbox", name: "needs", value: need }), words),
  ),
);
setInterval(refresh, REFRESH_MS);
refresh();
document.body.dataset.ready = "yes";
