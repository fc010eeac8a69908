"""Days that a page's address names."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from flask import request

from web.schemas import is_of_a_branch


def day_asked(name: str) -> date | None:
    """The day under this name; None for none, or for what is no day of a branch."""
    text = request.args.get(name, "")
    return date.fromisoformat(text) if is_day(text) else None


def is_day(text: str) -> bool:
    """Whether it names a day that a branch may have."""
    with suppress(ValueError):
        return is_of_a_branch(date.fromisoformat(text))
    return False
