"""Days that a page's address names."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from flask import request

from web.schemas import FIRST_YEAR, LAST_YEAR


def day_asked(name: str) -> date | None:
    """The day under this name; None for none, or for what is no day of a branch."""
    with suppress(ValueError):
        day = date.fromisoformat(request.args.get(name, ""))
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
    return None
