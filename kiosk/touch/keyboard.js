// What a keyboard's event typed. An input method that holds a key back names only its place; a reader's places are
// those of a US keyboard, which is what readers pretend to be.

const PLACES = {
  Minus: "-_",
  Equal: "=+",
  BracketLeft: "[{",
  BracketRight: "]}",
  Backslash: "\\|",
  Semicolon: ";:",
  Quote: "'\"",
  Comma: ",<",
  Period: ".>",
  Slash: "/?",
  Backquote: "`~",
  Space: "  ",
};
const OVER_DIGITS = ")!@#$%^&*(";
const ENDS = ["Enter", "Tab"];
const CONTROL_ENDS = ["j", "m", "i"]; // line feed, carriage return, tab as a control key

/** A character, "Enter" for whatever readers end with, "" for another control character, null for no typing at all. */
export function typed(event) {
  if (event.altKey || event.metaKey) return null;
  if (event.ctrlKey) return CONTROL_ENDS.includes(event.key.toLowerCase()) ? "Enter" : "";
  if (ENDS.includes(event.key)) return "Enter";
  if (event.key === "Process" || event.key === "Unidentified") return placed(event);
  if ([...event.key].length === 1) return event.key;
  return placedOnPad(event);
}

function placed({ code, shiftKey }) {
  const [, letter, digit] = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(code) ?? [];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  if (digit) return shiftKey ? OVER_DIGITS[digit] : digit;
  if (code === "NumpadEnter" || ENDS.includes(code)) return "Enter";
  return PLACES[code]?.[shiftKey ? 1 : 0] ?? placedOnPad({ code });
}

/** The digits of the pad, whose lock may be off. */
const placedOnPad = ({ code }) => /^Numpad([0-9])$/.exec(code ?? "")?.[1] ?? null;
