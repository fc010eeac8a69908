// Care for staff: incidents, compliments, and how the load is shared.

import { get } from "#web/api.js";
import { $, el, given } from "#web/dom.js";
import { _ } from "#web/words.js";
import { actsThen } from "../shared/act.js";
import { complain } from "../shared/names.js";
import { morphChildren } from "../shared/morph.js";
import { drawIncident } from "./incidents.js";
import { drawLoad } from "./load.js";
import { drawCard, drawMine, drawPassedOn } from "./praise.js";
import "#web/guard.js";

/** The words that were opened on this page, by the id of their thing.
    @type {Map<string, any>} */
const opened = new Map();

const filled = (list, drawn, words) => morphChildren(list, ...(drawn.length ? drawn : [el("li.soft.none", {}, words)]));

async function refresh() {
  const [incidents, mine] = await Promise.all([get("/api/v1/incidents"), get("/api/v1/compliments/mine")]);
  filled(
    $("#incidents"),
    incidents.map((one) => drawIncident(one, opened)),
    _("Nothing that you may see."),
  );
  filled(
    $("#mine"),
    mine.map((one) => drawMine(one, opened)),
    _("No compliment for you yet."),
  );
  if (given.quality) await refreshPraise();
  document.body.dataset.drawn = "yes";
}

async function refreshPraise() {
  const [cards, all] = await Promise.all([get("/api/v1/compliments/cards"), get("/api/v1/compliments")]);
  morphChildren($("#cards"), ...cards.map(drawCard));
  morphChildren($("#passed-on"), ...all.map(drawPassedOn));
}

const act = actsThen(refresh);

async function look(path, id) {
  const words = await act(path, {});
  if (!words) return;
  opened.set(id, words);
  refresh();
}

const DO = {
  words: ({ id }) => look(`/api/v1/incidents/${id}/words`, id),
  close: ({ id }) => act(`/api/v1/incidents/${id}/close`),
  read: ({ id }) => look(`/api/v1/compliments/${id}/read`, id),
  async card({ id, about }) {
    const answer = await act(`/api/v1/compliments/cards/${id}/words`);
    const form = $("#pass-on-form");
    if (answer) Object.assign(form.words, { value: answer.words });
    Object.assign(form.about, { value: about });
    Object.assign(form.channel, { value: "card" });
    Object.assign(form.card, { value: id });
    form.words.focus();
  },
};

document.addEventListener("click", (event) => {
  const does = /** @type {any} */ (event.target).closest("[data-do]");
  if (does) DO[does.dataset.do](does.dataset);
});

/** What each form sends, and where. */
const FORMS = {
  "report-form": ({ named, ...rest }) => ["/api/v1/incidents", { ...rest, named: named ? [named] : [] }],
  "pass-on-form": ({ about, ...rest }) => ["/api/v1/compliments", { ...rest, about: [about] }],
  care: ({ incident, ...rest }) => [`/api/v1/incidents/${incident}/care`, rest],
  "follow-up": ({ incident, ...rest }) => [`/api/v1/incidents/${incident}/follow-up`, rest],
};

document.addEventListener("submit", async (event) => {
  const form = /** @type {any} */ (event.target);
  const send = FORMS[form.id || form.dataset.form];
  if (!send) return;
  event.preventDefault();
  const [path, body] = send(Object.fromEntries(new FormData(form)));
  await act(path, body, form);
});

async function showLoad() {
  const form = new FormData($("#load-form"));
  const asked = /** @type {Record<string, string>} */ (Object.fromEntries(form));
  complain(null);
  try {
    morphChildren($("#load"), drawLoad(await get(`/api/v1/load?${new URLSearchParams(asked)}`), asked.by));
  } catch (problem) {
    complain(problem);
  }
}

$("#load-form").addEventListener("submit", (event) => {
  event.preventDefault();
  showLoad();
});
showLoad();
refresh();
document.body.dataset.ready = "yes";
