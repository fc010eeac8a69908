"""What the phone's script says, in the reader's language. Words that never change stand in the templates."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from web.languages import spoken_texts


def phone_texts() -> dict[str, Any]:
    return {**_states(), **_notes(), **_acts(), **spoken_texts()}


def _states() -> dict[str, str]:
    """The headline of each state; the ticket's own words with two more."""
    return {
        "waiting": _("Waiting"),
        "next": _("You are next"),
        "between": _("One more to go"),
        "called": _("It is your turn"),
        "serving": _("Being served"),
        "parked": _("Your place is kept"),
        "served": _("Served. Thank you for coming."),
        "missed": _("Your number was called"),
        "cancelled": _("Cancelled"),
        "diverted": _("Please go to {area}"),
        "over": _("This visit is over."),
    }


def _notes() -> dict[str, str]:
    return {
        "ahead": _("{n} ahead"),
        "nobody": _("No one ahead"),
        "go": _("Please go to {counter}"),
        "at": _("At {counter}"),
        "note_next": _("Please stay near the counters: you may be called any moment."),
        "note_between": _("{service} is next. Your waiting so far counts."),
        "note_serving": _("Keep this page: your opinion counts when you are done."),
        "note_parked_any": _("Come back to any counter or the lobby manager and show this number."),
        "note_parked_same": _("When you are ready, please come back to {counter}."),
        "note_parked_step": _(
            "When that step is done, please tell the lobby manager: you will be called."
        ),
        "note_missed": _(
            "You did not come in time. Take a new number: the time you waited counts."
        ),
        "note_missed_ends": _("You did not come in time. Please speak to the lobby manager."),
        "note_cancelled": _(
            "You left the line. Come again whenever you like: the kiosk gives a new number."
        ),
        "note_diverted": _("There is no line there, and somebody will gladly help you."),
        "note_redrawn": _("You have a new number."),
        "lost": _("No connection. This is {s} s old."),
    }


def _acts() -> dict[str, str]:
    return {
        "refused": _("No connection: nothing has changed. Please try again."),
        "passes": _("{n} behind you go first. You keep your number and wait a little longer."),
        "passed": _("Done: {n} go first. Thank you."),
        "go_now": _("Leave now and you are just in time"),
        "go_hurry": _(
            "Please hurry: you may be called before you arrive. You can let others pass."
        ),
        "go_later": _("You can wait about {n} more minutes before you leave"),
        "go_soon": _("Get ready: leave in a few minutes"),
        "stay": _("Fine: watch the board or this page"),
        "armed": _("On: this phone will vibrate and ring"),
        "arm": _("Vibrate and ring when I am called"),
    }
