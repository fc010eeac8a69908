// The waits beside each choice, whether the branch is open, and whether slips can be printed; asked for again and again.

import { get } from "#web/api.js";
import { $, $$, given, say } from "#web/dom.js";
import { _, fill, waitWords } from "#web/words.js";
import { notice } from "./screens.js";
import { visit } from "./visit.js";

const ASK_MS = 5000;
export const OFFLINE = _("The connection is down. Please speak to the lobby manager: your place is safe.");
const NO_PAPER = {
  yes: _("No slips can be printed now. Your number counts all the same: photograph its code."),
  no: _("Here your number is shown with a code: have your phone ready."),
};
const CODES_COUNT = _("Appointment or slip of today? Its code counts here now too.");
const AHEAD = { some: _("{n} ahead"), none: _("No one ahead") };
const WAITING = { some: _("{n} waiting"), none: _("No one is waiting") };
/** The services by id.
    @type {Record<string, Api.ServiceOut>} */
const known = {};
/** The last answer; none before the first.
    @type {Api.ServicesOut | null} */
let latest = null;

export const waitOf = (service) => known[service];
export const areaWait = (area) => latest?.areas.find((one) => one.id === area);
/** The branch's time of day, whatever the kiosk's own clock says. */
export const branchTime = () => latest?.at.slice(11, 16) ?? "";
/** Whether numbers are given, as far as is known. */
export const isOpen = () => latest?.open !== false;
/** The waits are told by the needs, and as for whoever has no card: with one other counters may serve, and the branch
    says. */
const closedOf = (service) => (!visit.hadCard && service?.closed?.[given.lang]) || "";
/** Why this business gets no number although others do, and when it does; empty where it does or may. */
export const shutWords = (service) => (isOpen() ? closedOf(known[service]) : "");
/** Why no numbers are given, and when again; empty while they are, or nobody knows. */
export const closedWords = (lang) => latest?.closed?.[lang] ?? "";
/** What became of this kiosk's call for help: none, rung or taken. */
export const helpState = () => latest?.help ?? "none";
export const isPaper = () => latest?.paper !== false;

const query = () => (visit.needs.size ? `?${[...visit.needs].map((need) => `needs=${need}`).join("&")}` : "");

/** Ask for the needs of the visit, draw, and give whether the branch hands out numbers: null when the line is down.
    `whenShut()`: this kiosk is not let in any more. */
export async function refresh(whenShut) {
  const asked = query();
  try {
    const hall = await get(`/api/v1/services${asked}`, { timeout_ms: ASK_MS });
    if (asked !== query()) return refresh(whenShut);
    if ($("#notice").classList.contains("down")) notice("");
    latest = hall;
    hall.services.forEach(drawService);
    hall.areas.forEach(drawArea);
    $$("[data-group]").forEach(drawGroup);
    drawHint();
    return hall.open;
  } catch (problem) {
    if (problem.status === 0) notice(OFFLINE, true);
    if (problem.status === 401) whenShut();
    return null;
  }
}

/** @param {Api.ServiceOut} service */
function drawService(service) {
  known[service.id] = service;
  for (const tile of $$(`.service[data-service="${service.id}"]`)) tile.classList.toggle("closed", !service.open);
  for (const place of $$(`[data-service="${service.id}"] .wait`)) drawWait(place, service.id);
}

/** @param {Api.AreaOut} area */
function drawArea(area) {
  for (const place of $$(`.areas-now [data-area="${area.id}"] .wait`)) draw(place, area.waiting, area, WAITING);
}

/** Beside a group: how many are ahead, from its shortest line to its longest. */
function drawGroup(tile) {
  const inside = $$(`[data-group-of="${tile.dataset.group}"] [data-service]`).map((one) => known[one.dataset.service]);
  const open = inside.filter((service) => service.open).map((service) => service.ahead);
  tile.classList.toggle("closed", !open.length);
  const [lo, hi] = [Math.min(...open), Math.max(...open)];
  const words = !open.length
    ? _("not open now")
    : !hi
      ? _("No one ahead")
      : fill(lo < hi ? _("{lo} to {hi} ahead") : _("{n} ahead"), { lo, hi, n: hi });
  say($(".about", tile), words);
}

/** People ahead and the wait of a service; empty until they are known. */
export function drawWait(place, id) {
  const service = known[id];
  if (!service) draw(place, null);
  else if (service.open) draw(place, service.ahead, service);
  else say($(".about", place), closedOf(service) || _("not open now"));
  if (service && !service.open) say($(".ahead", place), "");
}

/** `words`: how many people, and that there are none. */
function draw(place, ahead, waits, words = AHEAD) {
  if (!place) return;
  const people = $(".ahead", place);
  place.classList.toggle("none", ahead === 0);
  say($(".about", place), waits ? waitWords(waits) : "");
  const text = ahead === null ? "" : fill(ahead ? words.some : words.none, { n: ahead });
  if (people.textContent === text) return;
  const [before, after] = text.split(String(ahead));
  if (ahead) people.replaceChildren(before, numeral(ahead), after);
  else say(people, text);
}

function numeral(n) {
  const made = document.createElement("b");
  made.className = "number";
  made.textContent = n;
  return made;
}

/** Beforehand: whoever comes while no slip can be printed knows it, and that the number counts. */
function drawHint() {
  const paper = isPaper();
  document.body.dataset.paper = paper ? "yes" : "no";
  const words = $("#hint span");
  say(words, !isOpen() ? CODES_COUNT : paper ? words.dataset.normal : NO_PAPER[given.prints]);
}
