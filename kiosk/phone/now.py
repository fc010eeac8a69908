"""What the customer's phone shows at once, as its script (page.js) shows it from then on."""

from __future__ import annotations

from kiosk.phone.texts import (
    AHEAD,
    COMING,
    HEADLINES,
    HOLDS,
    MISSED,
    NO_COUNTER,
    NOBODY_AHEAD,
    NOTES,
    REDRAWN,
    TARGETS,
)
from lobby.forecast.words import in_words
from lobby.state.ticket import State
from lobby.views.views import View
from web.dispatch import runtime
from web.languages import name_of


def headline(ticket: View | None, view: str) -> str:
    if not ticket:
        return name_of(HEADLINES[view])
    area = runtime().branch.area[ticket["area"]].name
    return name_of(HEADLINES[view].with_(area=area))


def shown(ticket: View, view: str) -> dict[str, str]:
    """The words of the ticket's state; those that its state has not are empty."""
    return {
        **_place(ticket),
        "target": _target(ticket, view),
        "way": _way(ticket, view),
        "note": _note(ticket, view),
    }


def _place(ticket: View) -> dict[str, str]:
    said = ticket["wait_said"]
    if ticket["state"] != State.WAITING or not said:
        return {"ahead": "", "wait": ""}
    ahead = AHEAD.with_(n=ticket["ahead"]) if ticket["ahead"] else NOBODY_AHEAD
    return {"ahead": name_of(ahead), "wait": name_of(in_words(said))}


def _target(ticket: View, view: str) -> str:
    if view not in TARGETS or not ticket["counter"]:
        return ""
    return name_of(TARGETS[view].with_(counter=_counter(ticket)))


def _counter(ticket: View) -> str:
    counter = ticket["counter"]
    if not counter:
        return ""
    return name_of(runtime().branch.counter[counter].name)


def _way(ticket: View, view: str) -> str:
    """To the counter that called, or to the area where no line is."""
    branch = runtime().branch
    if view == "diverted":
        return name_of(branch.area[ticket["area"]].way)
    if view != "called" or not ticket["counter"]:
        return ""
    return name_of(branch.area[branch.counter[ticket["counter"]].area].way)


def _note(ticket: View, view: str) -> str:
    if view == "parked":
        return name_of(HOLDS[ticket["hold"] or "any"].with_(counter=_counter(ticket)))
    if view == "called" and ticket["coming"]:
        return name_of(COMING)
    if view == "missed":
        return name_of(REDRAWN if ticket["redrawn_as"] else MISSED)
    notes = NOTES if any(_told_min(ticket)) else {**NOTES, **NO_COUNTER}
    return name_of(notes[view]) if view in notes else ""


def _told_min(ticket: View) -> tuple[int, int]:
    """The range that is told of the wait, minutes; without a figure (0, 0)."""
    said = ticket["wait_said"]
    return (said["lo"], said["hi"]) if said else (0, 0)
