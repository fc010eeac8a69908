"""What the customer's phone shows at once, as its script (page.js) shows it from then on."""

from __future__ import annotations

from typing import Any

from lobby.state.ticket import State
from lobby.views.views import View
from web.dispatch import runtime
from web.languages import name_of


def shown(ticket: View, view: str, texts: dict[str, Any]) -> dict[str, str]:
    """The words of the ticket's state; those that its state has not are empty."""
    return {
        **_place(ticket, texts),
        "target": _target(ticket, view, texts),
        "way": _way(ticket, view),
        "note": _note(ticket, view, texts),
    }


def _place(ticket: View, texts: dict[str, Any]) -> dict[str, str]:
    said = ticket["wait_said"]
    if ticket["state"] != State.WAITING or not said:
        return {"ahead": "", "wait": ""}
    ahead = texts["ahead"].format(n=ticket["ahead"]) if ticket["ahead"] else texts["nobody"]
    return {"ahead": ahead, "wait": texts["wait"][said["kind"]].format(**said)}


def _target(ticket: View, view: str, texts: dict[str, Any]) -> str:
    word = {"called": "go", "serving": "at"}.get(view)
    if word and ticket["counter"]:
        return str(texts[word].format(counter=_counter(ticket)))
    return ""


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


def _note(ticket: View, view: str, texts: dict[str, Any]) -> str:
    if view == "parked":
        hold = ticket["hold"] or "any"
        return str(texts[f"note_parked_{hold}"].format(counter=_counter(ticket)))
    if view == "missed":
        return _missed(ticket, texts)
    return str(texts.get(f"note_{view}", ""))


def _missed(ticket: View, texts: dict[str, Any]) -> str:
    """Without a script nobody draws again here: the lobby manager does."""
    return str(texts["note_redrawn" if ticket["redrawn_as"] else "note_missed_ends"])
