"""Draws what is looked at today: by risk, by what was not looked at lately, and by a seed, so that a draw can be
repeated and explained."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import log

from lobby.standards.model import Standard

NEVER = 2.0
"""A standard that nobody looked at yet counts as late by one more of its periods: it comes before what is just due."""
AHEAD = 0.05
"""What was looked at today is drawn last, and not never: a small branch may look at all."""


@dataclass(frozen=True)
class Drawn:
    """A standard in a sample, and why: its risk, and how many days ago it was looked at (None: never)."""

    standard: Standard
    days: int | None

    @property
    def due(self) -> bool:
        return self.days is None or self.days >= self.standard.every.days


def seen_ago(standard: Standard, last: Mapping[str, str], today: date) -> int | None:
    """How many days ago the standard was looked at; `last` has the ISO day of the last look by id."""
    day = last.get(standard.id)
    if day is None:
        return None
    return max(0, (today - date.fromisoformat(day)).days)


def draw(
    standards: Iterable[Standard], last: Mapping[str, str], today: date, count: int, seed: str
) -> list[Drawn]:
    """So many of the standards, without repetition, in the order of the catalogue. The chance of each grows with its
    risk and with the share of its period that has passed (weighted sampling without replacement by exponential keys:
    Efraimidis and Spirakis, Information Processing Letters 97, 2006)."""
    candidates = [Drawn(standard, seen_ago(standard, last, today)) for standard in standards]
    keys = {drawn.standard.id: _key(drawn, seed) for drawn in candidates}
    first = sorted(keys, key=lambda id: (keys[id], id))[:count]
    return [drawn for drawn in candidates if drawn.standard.id in first]


def due(standards: Iterable[Standard], last: Mapping[str, str], today: date) -> list[Drawn]:
    """Those whose period has passed since the last look."""
    candidates = (Drawn(standard, seen_ago(standard, last, today)) for standard in standards)
    return [drawn for drawn in candidates if drawn.due]


def _key(drawn: Drawn, seed: str) -> float:
    """An exponential variate of the candidate's weight: the smallest ones are drawn."""
    return -log(_uniform(f"{seed}:{drawn.standard.id}")) / _weight(drawn)


def _weight(drawn: Drawn) -> float:
    if drawn.days is None:
        return NEVER * drawn.standard.risk
    return drawn.standard.risk * max(AHEAD, drawn.days / drawn.standard.every.days)


def _uniform(text: str) -> float:
    """A number above 0 and at most 1 that the text stands for: the same on every machine."""
    digest = hashlib.sha256(text.encode()).digest()
    return (int.from_bytes(digest[:8]) + 1) / 2**64
