// What a reader read or a customer typed, and what follows from it. Cards, codes and phone numbers are passed on with
// the wish for a number and forgotten; whoever is known and whoever isn't are answered alike.

import { get, post } from "#web/api.js";
import { $, say } from "#web/dom.js";
import { _, fill, named, waitWords } from "#web/words.js";
import { complain } from "./keypad.js";
import { current, goBack, notice, show, showFirst, turnNow } from "./screens.js";
import { sameVisit, visit } from "./visit.js";
import { isOpen } from "./waits.js";

const NUMBER_SHOWN = ["result", "rule"];
const AWAKE = ["closed", "keypad"];
const TRIES = [300];
const ASK_MS = 5000;
export const READ_LATE = _("Your number came before the card was read. Touch “Add something” and show the card again.");
const CLOSED = _("No numbers are given now. Appointments and slips count here all the same.");
/** What was wrong, by what was shown: of what a reader read, and of what was typed. */
const READ = {
  unreadable: _("That could not be read. Swipe or scan it again, or carry on without it."),
  ticket: _("That slip is not of today. Please take a new number."),
  appointment: _("There is no such appointment today. Please take a number; the lobby manager is glad to help."),
};
const TYPED = {
  unreadable: _("This is neither a phone number (11 digits) nor an appointment code (6 digits). Please type it again."),
  appointment: _("There is no appointment with this code today. Please check the six digits and type them again."),
};
const THANKS = {
  read: _("Thank you, we have read it. It is not kept. Please touch what you came for."),
  typed: _("Thank you, we have what you typed. It is not kept. Please touch what you came for."),
};
/** While a number stands, a card goes to it; these are of a visit of their own. */
const APART = {
  same: _("That is the slip of this number. You need not show it here."),
  ticket: _("That is the slip of {number}. Touch “Done” first, then show it again."),
  appointment: _("An appointment has a number of its own. Touch “Done” first, then show its code again."),
};
let answered = Promise.resolve();

/** Until it is known what the reader read. */
export const readAnswered = () => answered;

/** What was read on the screen that was the `turn`-th, or typed where there is no turn. `take()` asks for the number,
    `checkIn(code)` keeps an appointment, `amend(what)` tells more of the number that is shown, `begin()` wakes the page,
    `restart()` begins the next visit. */
export async function read(text, turn, acts) {
  const typed = turn === undefined;
  if (NUMBER_SHOWN.includes(current())) {
    if (text === visit.shown) return; // the same card or slip still lies before the reader
    if (turn !== turnNow() && !typed) return notice(READ_LATE);
    acts.restart();
  }
  if (current() === "also" && visit.ticket) return void tellMore(text, acts);
  if (!AWAKE.includes(current())) acts.begin();
  visit.shown = text;
  const understood = understand(text, typed, acts);
  answered = understood;
  (await understood)?.();
}

/** The next step, if there is one. */
async function understand(text, typed, { take, checkIn, amend }) {
  const isSame = sameVisit();
  const found = await ask(text);
  if (!isSame()) return null; // that visit is over
  if (found.ticket) return void (await showMine(found.ticket));
  if (found.code) return () => checkIn(found.code);
  const wrong = found.refused ?? (typed ? TYPED : READ)[found.kind];
  if (wrong) return void tell(wrong, typed);
  if (!isOpen()) return void tell(CLOSED, typed);
  if (current() === "also" && visit.ticket) return () => amend({ customer: text });
  return keep(text, typed, take);
}

/** Where the input was made: at the keypad, or for the reader above every screen. */
function tell(words, typed) {
  if (typed && current() === "keypad") complain(words);
  else notice(words);
}

/** What is shown while more is told of a number. */
async function tellMore(text, { amend }) {
  const isSame = sameVisit();
  const found = await ask(text);
  if (!isSame()) return;
  const kind = found.ticket?.id === visit.ticket.id ? "same" : found.code ? "appointment" : found.kind;
  const apart = found.ticket || found.code ? APART[kind] : null;
  const words = found.refused ?? apart ?? READ[found.kind];
  if (words) notice(fill(words, { number: found.ticket?.number ?? "" }));
  else await amend({ customer: text });
}

/** @returns {Promise<Api.IdentifyOut & { refused?: string }>} */
async function ask(text) {
  try {
    return await post("/api/v1/identify", { customer: text }, { tries: TRIES, timeout_ms: ASK_MS });
  } catch (problem) {
    const refused = problem.status >= 400 && problem.status < 500 ? problem.message : undefined;
    // else not lost: the wish for a number takes it along
    return { kind: "card", known: true, refused };
  }
}

function keep(text, typed, take) {
  visit.customer = text;
  visit.hadCard = true;
  if (current() === "keypad") goBack();
  if (current() === "choose") return take;
  if (current() === "mine") showFirst("start");
  notice(NUMBER_SHOWN.includes(current()) ? READ_LATE : THANKS[typed ? "typed" : "read"]);
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
