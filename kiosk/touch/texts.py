"""The words that the touch kiosk's script puts on its page, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from web.languages import spoken_texts


def kiosk_texts(*, prints: bool) -> dict[str, Any]:
    """`prints`: whether this kiosk has a printer at all; without one its code is the number's usual form."""
    return {**_texts(), **({} if prints else _without_printer())}


def _without_printer() -> dict[str, str]:
    code = _("This is your number: photograph the code, it shows your place in line.")
    return {
        "failed": code,
        "noPaper": _("Here your number is shown with a code: have your phone ready."),
    }


def _texts() -> dict[str, Any]:
    return {
        "what": _("What can we do for you?"),
        "ahead": _("{n} ahead"),
        "waitingNow": _("{n} waiting"),
        "nobodyNow": _("No one is waiting"),
        "nobody": _("No one ahead"),
        "closed": _("not open now"),
        "machines": _("Mostly without waiting. {way}"),
        "there": _("Wait there: {wait}. {way}"),
        "go": _("Please go to: {area}"),
        "together": _("On the same number: {services}"),
        "queued": _("Printing your slip …"),
        "printed": _("Please take your slip."),
        "failed": _("The printer is not ready. Your place is kept: photograph this code."),
        "noPaper": _(
            "No slips can be printed now. Your number counts all the same: photograph its code."
        ),
        "back": _("Back to start in {s} s"),
        "read": _("Thank you, we have read it. It is not kept. Please touch what you came for."),
        "unread": _("That was not read, never mind: swipe once more, or simply go on without."),
        "readLate": _(
            "Your number was given before the card was read. The lobby manager can put that right."
        ),
        "readAgain": _(
            "Please show your card or code once more: nothing of it is kept when the language changes."
        ),
        "oldSlip": _("That slip is not of today. Please take a new number."),
        "noAppointment": _(
            "We find no such appointment today. Please take a number; the lobby manager is glad to help."
        ),
        "help": _("The lobby manager is on the way to you."),
        "coming": _("Somebody is coming"),
        "offline": _(
            "The connection is down. Please speak to the lobby manager, your place will be found."
        ),
        "missed": _("{number} was called while you were away"),
        "missedText": _(
            "No hurry: take a new number here. The time you have waited already counts."
        ),
        "over": _("{number} is no longer in line"),
        "overText": _("Please take a new number, or speak to the lobby manager."),
        "standing": _("{number} is in line"),
        "called": _("{number} is being called"),
        "calledText": _("Please go to {counter}"),
        "typed": _("{n} digits typed"),
        "aheadSpan": _("{lo} to {hi} ahead"),
        **spoken_texts(),
    }


def rule_words() -> list[str]:
    """How the order in line is made, for whoever asks; no ranks."""
    return [
        _("Every number has a promised time; whose promise is nearest is called next."),
        _("Elderly, disabled, pregnant and military customers go through the green channel."),
        _("How often others may be called before you is limited; nobody waits without end."),
        _(
            "An agreement with the bank may name an area of its own. A number without a card is always there."
        ),
    ]
