// What a reader read or a customer typed, and what follows from it. Cards, codes and phone numbers are passed on with
// the wish for a number and forgotten; whoever is known and whoever isn't are answered alike.

import { fill, get, post, texts } from "/static/api.js";
import { $, say } from "/static/dom.js";
import { current, goBack, notice, show } from "/static/kiosk/touch/screens.js";
import { visit } from "/static/kiosk/touch/visit.js";
import { named, waitWords } from "/static/words.js";

const OPEN_TO_READ = ["start", "choose", "keypad", "way", "book", "also", "attract", "refused"];
const TRIES = [300];
const SAID = { unreadable: texts.unread, ticket: texts.oldSlip, appointment: texts.noAppointment };

/** `take()` asks for the number, `checkIn(code)` keeps an appointment. */
export async function read(text, { take, checkIn, begin }) {
  if (!OPEN_TO_READ.includes(current())) return;
  begin();
  const { needs } = visit;
  const found = await ask(text);
  if (visit.needs !== needs) return; // that visit is over
  if (found.ticket) await showMine(found.ticket);
  else if (found.code) checkIn(found.code);
  else if (SAID[found.kind]) notice(SAID[found.kind]);
  else keep(text, take);
}

async function ask(text) {
  try {
    return await post("/api/v1/identify", { customer: text }, { tries: TRIES });
  } catch (problem) {
    // not lost: the wish for a number takes it along
    return { kind: "card" };
  }
}

function keep(text, take) {
  visit.customer = text;
  if (current() === "keypad") goBack();
  if (current() === "choose") take();
  else notice(texts.read);
}

/** A slip's code: missed numbers are drawn again, others are told how they stand. */
async function showMine(mine) {
  visit.mine = mine;
  const now = await get(`/api/v1/tickets/${mine.id}?token=${mine.token}`).catch(() => null);
  const { number } = mine;
  const words = mine.returns ? { title: texts.missed, text: texts.missedText } : standing(now);
  say($("#mine-title"), fill(words.title, { number }));
  say($("#mine-text"), words.text);
  $("#redraw").hidden = !mine.returns;
  show("mine");
}

function standing(now) {
  if (now?.state === "waiting") {
    return { title: texts.standing, text: `${fill(texts.ahead, { n: now.ahead })} · ${waitWords(now)}` };
  }
  if (now?.counter_name && ["called", "serving"].includes(now.state)) {
    return { title: texts.called, text: fill(texts.calledText, { counter: named(now.counter_name) }) };
  }
  return { title: texts.over, text: texts.overText };
}
