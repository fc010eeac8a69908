"""Days that a page's address names."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from flask import request

from web.schemas import is_of_a_branch


def day_asked(name: str) -> date | None:
    """The day under this name; None for none, or for what is no day of a branch."""
    with suppress(ValueError):
        day = date.fromisoformat(request.args.get(name, ""))
        if is_of_a_branch(day):
            return day
    return None
