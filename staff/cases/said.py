"""What people said in one case, as it is shown to who asked for it."""

from __future__ import annotations

from pathlib import Path

from lobby import events as ev
from lobby.events.personal import Missing, Reveal
from lobby.journal.case_file import steps_of, words_of, words_of_card
from lobby.views.personal import MISSING
from lobby.views.views import View


def words_in(database: Path, reveal: Reveal, id: str, ticket: str | None, lang: str) -> View:
    """The complaint as it stands after all corrections, and what was said in each step, by its seq."""
    steps = steps_of(database, id)
    words = words_of(steps, reveal)
    complaint: dict[str, str | Missing] = {}
    if ticket and steps[0].data["channel"] == ev.Channel.CARD:
        complaint = words_of_card(database, ticket, reveal)
    for step in steps:
        if step.kind in (ev.CaseOpened.__name__, ev.CaseCorrected.__name__):
            complaint |= words.get(step.seq, {})
    complaint.pop("reason", None)
    return {
        "complaint": _readable(complaint, lang),
        "steps": {str(seq): _readable(said, lang) for seq, said in words.items()},
    }


def _readable(words: dict[str, str | Missing], lang: str) -> dict[str, str]:
    return {
        name: MISSING[text].in_(lang) if isinstance(text, Missing) else text
        for name, text in words.items()
    }
