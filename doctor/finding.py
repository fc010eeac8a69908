"""What an examination finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from lobby.texts import Readable

Grade = Literal["ok", "warn", "fail"]
Say = Callable[[Readable], str]
Findings = Iterator["Finding"]


@dataclass(frozen=True)
class Finding:
    """`fail`: the branch cannot open, or its journal was altered; `warn`: anything less."""

    topic: str
    grade: Grade
    text: str

    def line(self) -> str:
        return f"{self.grade.upper():4}  {self.topic}: {self.text}"
