// What a reader read or a customer typed, and what follows from it. Cards, codes and phone numbers are passed on with
// the wish for a number and forgotten; whoever is known and whoever isn't are answered alike.

import { get, post } from "#web/api.js";
import { $, say } from "#web/dom.js";
import { _, fill, named, waitWords } from "#web/words.js";
import { current, goBack, notice, show, showFirst, turnNow } from "./screens.js";
import { sameVisit, visit } from "./visit.js";

const NOTHING_TO_READ = ["closed"];
const NUMBER_SHOWN = ["result", "rule"];
const TRIES = [300];
const ASK_MS = 5000;
export const READ_LATE = _("Your number was given before the card was read. The lobby manager can put that right.");
const SAID = {
  unreadable: _("That could not be read. Swipe again, or carry on without it."),
  ticket: _("That slip is not of today. Please take a new number."),
  appointment: _("There is no such appointment today. Please take a number; the lobby manager is glad to help."),
};
let answered = Promise.resolve();

/** Until it is known what the reader read. */
export const readAnswered = () => answered;

/** What was read on the screen that was the `turn`-th. `take()` asks for the number, `checkIn(code)` keeps an
    appointment, `amend(what)` tells more of the number that is shown, `begin()` wakes the page, `restart()` begins the next visit. */
export async function read(text, turn, acts) {
  if (NOTHING_TO_READ.includes(current())) return;
  if (NUMBER_SHOWN.includes(current())) {
    if (text === visit.shown) return; // the same card or slip still lies before the reader
    if (turn !== turnNow() && turn !== undefined) return notice(READ_LATE);
    acts.restart();
  }
  if (current() === "also" && visit.ticket) return void acts.amend({ customer: text });
  acts.begin();
  visit.shown = text;
  const understood = understand(text, acts);
  answered = understood;
  (await understood)?.();
}

/** The next step, if there is one. */
async function understand(text, { take, checkIn }) {
  const isSame = sameVisit();
  const found = await ask(text);
  if (!isSame()) return null; // that visit is over
  if (found.ticket) return void (await showMine(found.ticket));
  if (found.code) return () => checkIn(found.code);
  if (SAID[found.kind]) return notice(SAID[found.kind]);
  return keep(text, take);
}

/** @returns {Promise<Api.IdentifyOut>} */
async function ask(text) {
  try {
    return await post("/api/v1/identify", { customer: text }, { tries: TRIES, timeout_ms: ASK_MS });
  } catch (problem) {
    // not lost: the wish for a number takes it along
    return { kind: "card", known: true };
  }
}

function keep(text, take) {
  visit.customer = text;
  if (current() === "keypad") goBack();
  if (current() === "choose") return take;
  if (current() === "mine") showFirst("start");
  notice(
    NUMBER_SHOWN.includes(current())
      ? READ_LATE
      : _("Thank you, we have read it. It is not kept. Please touch what you came for."),
  );
  return null;
}

/** A slip's code: missed numbers are drawn again, others are told how they stand. */
async function showMine(mine) {
  visit.mine = mine;
  const now = await get(`/api/v1/tickets/${mine.id}?token=${mine.token}`).catch(() => null);
  const { number } = mine;
  const words = mine.returns
    ? {
        title: _("{number} was called while you were away"),
        text: _("No hurry: take a new number here. The time you have already waited counts."),
      }
    : standing(now);
  say($("#mine-title"), fill(words.title, { number }));
  say($("#mine-text"), words.text);
  $("#redraw").hidden = !mine.returns;
  show("mine");
}

function standing(now) {
  if (now?.state === "waiting") {
    return { title: _("{number} is in line"), text: [_("{n} ahead", { n: now.ahead }), waitWords(now)].join(" · ") };
  }
  if (now?.counter_name && ["called", "serving"].includes(now.state)) {
    return {
      title: _("{number} is being called"),
      text: _("Please go to {counter}", { counter: named(now.counter_name) }),
    };
  }
  return {
    title: _("{number} is no longer in line"),
    text: _("Please take a new number, or speak to the lobby manager."),
  };
}
