"""What is wrong with a configuration: all complaints at once, each with its place and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lobby.texts import Readable, Text

WRONG = Text("{file}: {where}: found {value}; allowed: {allowed}")


@dataclass(frozen=True)
class Complaint:
    """One thing wrong: its place (`table.key`, and the entry), the value there, and what is allowed. `file` is where it
    stands, unless that is the configuration itself."""

    where: str
    value: object
    allowed: Readable
    entry: str = ""
    file: Path | None = None

    def text(self, file: Path | str, lang: str) -> str:
        entry = f" ({self.entry})" if self.entry else ""
        where = f"{self.where}{entry}"
        return WRONG.with_(
            file=self.file or file, where=where, value=_as_text(self.value), allowed=self.allowed
        ).in_(lang)


class ConfigError(Exception):
    """The configuration cannot be used. `complaints` has every reason."""

    def __init__(self, file: Path, complaints: Sequence[Complaint]) -> None:
        self.file = file
        self.complaints = tuple(complaints)
        super().__init__(self.text("en"))

    def text(self, lang: str) -> str:
        """One complaint a line."""
        return "\n".join(c.text(self.file, lang) for c in self.complaints)


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return str(value)
