"""The words that the counter console builds itself from, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from lobby.branch.rules import Missed, Rules
from staff.shared.texts import states, undo_texts
from web.words import need_words


def counter_texts(rules: Rules) -> dict[str, Any]:
    words = {"states": states(), "needs": need_words(), "missed_words": _missed(rules)}
    return {**words, **_primary(), **_here(), **_line()}


def _primary() -> dict[str, Any]:
    """What the one large button does next."""
    return {
        "primary": {
            "open": _("Open the counter"),
            "next": _("Call next"),
            "start": _("Start"),
            "finish": _("Finish"),
            "go_on": _("Finish, go on with {service}"),
            "hand_on": _("Finish, on to {service}"),
            "resume": _("Resume"),
        },
        "pause": _("Pause"),
        "resume": _("Resume"),
        **undo_texts(),
        "ask_break": _("Ask for a break"),
        "break_asked": _("Break asked for"),
        "break_granted": _("Break after this customer"),
        "on_break": _("Paused for {m} min"),
    }


def _here() -> dict[str, Any]:
    """Who is at the counter, held here, or waits for it."""
    return {
        "person": _("No. {number} {name}"),
        "idle": _("Nobody at the counter"),
        "closed": _("The counter is closed"),
        "paused": _("The counter is paused"),
        "nobody": _("Nobody is waiting for this counter."),
        "of": _("waited {m} of {t} min"),
        "waiting": _("{n} waiting for this counter"),
        "held": _("{n} held here"),
        "none_held": _("Nobody is held here."),
        "holds": {"any": _("Away"), "same": _("Kept here"), "step": _("Another step")},
        "wake": _("Wake {number}"),
        "call": _("Call {number}"),
        "come": _("Nobody came? Call again, then no-show."),
        "usual": _("usually {u}"),
        "over_usual": _("longer than usual ({u})"),
        "no_number": _("{number} is not in the lobby."),
        "lang": {"en": _("Speaks English"), "other": _("Speaks another language: {lang}")},
        "appointment": _("Appointment"),
        "large_print": _("Large print"),
        "redrawn": _("New number after a missed call"),
        "missed": _("Missed {n} times"),
        "history": {
            "issued": _("took the number"),
            "called": _("called"),
            "recalled": _("called again"),
            "started": _("started"),
            "finished": _("finished"),
            "continued": _("went on"),
            "parked": _("parked"),
            "resumed": _("back in line"),
            "transferred": _("transferred"),
            "moved": _("moved in line"),
            "missed": _("missed the call"),
            "returned": _("back in line"),
            "undone": _("taken back"),
            "diverted": _("diverted"),
            "retiered": _("tier corrected"),
        },
    }


def _line() -> dict[str, str]:
    return {
        "lost": _("No connection. This is {s} s old."),
        "offline": _("No answer from the branch. Nothing was done; please try again."),
    }


def _missed(rules: Rules) -> str:
    """What the branch's rule makes of a missed call."""
    words: dict[Missed, str] = {
        Missed.ENDS: _("the ticket ends"),
        Missed.BACK: _("back {n} places").format(n=rules.missed_back),
        Missed.LAST: _("to the end of the line"),
        Missed.REDRAW: _("may draw again"),
    }
    return words[rules.missed]
