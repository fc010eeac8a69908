"""The site whose pages an application shows: a branch, or headquarters of a province."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app

from lobby.texts import LANGS, Readable


@dataclass(frozen=True)
class Site:
    """What stands above its pages, and whose time they show. `start` is the page where work begins, `people` the page
    of accounts and devices; empty where accounts are made on the command line."""

    bank: Readable
    name: Readable
    zone: ZoneInfo
    clock: Callable[[], datetime]
    start: str
    people: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that no password may consist of."""
        return tuple(words.in_(lang) for words in (self.bank, self.name) for lang in LANGS)


def site() -> Site:
    found: Site = current_app.extensions["site"]
    return found
