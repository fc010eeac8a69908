"""What an examination of headquarters finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lobby.texts import Readable

Say = Callable[[Readable], str]
LISTED = 8
"""More branches in one line would hide the other findings."""


class Grade(StrEnum):
    """`fail`: headquarters could not work, or would lose what it has taken in; `warn`: anything less."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    topic: str
    grade: Grade
    text: str

    def line(self) -> str:
        return f"{self.grade.upper():4}  {self.topic}: {self.text}"


Findings = Iterator[Finding]


def listed(codes: Iterable[str]) -> str:
    """The first of them, and how many there are beyond."""
    all_codes = sorted(codes)
    more = len(all_codes) - LISTED
    return ", ".join(all_codes[:LISTED]) + (f" … (+{more})" if more > 0 else "")
