"""Whether headquarters takes a journal in, by what it says that it has of it. A clone, an old computer that was
switched on again, and a journal with too low a number are put aside there: whoever looks at the branch is told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from lobby.errors import Unavailable
from lobby.events.envelope import End
from lobby.journal import outbox
from lobby.journal.durable import write_whole
from lobby.journal.history import Reader

FILE = "headquarters.json"
"""In the data folder, for `lobby check`; there as long as the journal is put aside."""


class Standing(StrEnum):
    """What the journal is to headquarters."""

    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    """Another journal of this branch goes on there."""
    SECOND_WRITER = "second_writer"
    """Another computer wrote other events in the same epoch."""


REMEDIES = {
    Standing.SUPERSEDED: (
        "another journal of branch %s goes on there. If this is a clone or an old computer, end lobby here and switch"
        " it off. If this is the branch, set its clock, and have headquarters run: lobby hq journal adopt %s %d"
    ),
    Standing.SECOND_WRITER: (
        "another computer sends the journal of branch %s too. End lobby on the one that is not the branch; if that is"
        " not this one, have headquarters look: lobby hq journal list %s (epoch %d)"
    ),
}


@dataclass(frozen=True)
class Known:
    """What headquarters has of a branch: the end of each epoch, the newest last, and by epoch up to where it put events
    aside; None: it is of a release that does not say. Its tables are made up to event `derived`. `early` is the last
    event that came before its turn, where it takes such."""

    ends: Sequence[End]
    aside: Mapping[int, int] | None = None
    takes_early: bool = field(default=False, compare=False)
    derived: int = field(default=0, compare=False)
    early: End | None = field(default=None, compare=False)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Known:
        aside = answer.get("aside")
        early = answer.get("early") or {}
        return cls(
            [End(*end) for end in answer["ends"]],
            None if aside is None else {int(epoch): int(seq) for epoch, seq in aside},
            bool(early),
            early.get("derived", 0),
            End(*early["end"]) if early.get("end") else None,
        )


@dataclass(frozen=True)
class Place:
    """Where the journal is at headquarters: how it stands, its newest epoch, and the first event to be sent."""

    standing: Standing
    epoch: int
    first: int

    @property
    def is_aside(self) -> bool:
        return self.standing is not Standing.ACCEPTED


def place(db: Reader, known: Known) -> Place:
    spans = outbox.spans(db)
    standing = _standing(db, spans, known.ends)
    after = spans[-1].last + 1 if spans else 1
    first = outbox.missing(spans, known.ends)
    if standing is not Standing.ACCEPTED:
        first = outbox.missing(spans, _with_aside(known)) if known.aside is not None else None
    return Place(standing, spans[-1].epoch if spans else 0, after if first is None else first)


def _standing(db: Reader, spans: Sequence[outbox.Span], ends: Sequence[End]) -> Standing:
    own = {span.epoch: span for span in spans}
    if not spans or not ends:
        return Standing.ACCEPTED
    if ends[-1].epoch not in own and spans[-1].epoch <= max(end.epoch for end in ends):
        return Standing.SUPERSEDED
    for end in ends:
        if end.epoch in own and _is_of_another(db, own[end.epoch], end, spans[-1]):
            return Standing.SECOND_WRITER
    return Standing.ACCEPTED


def _is_of_another(db: Reader, span: outbox.Span, end: End, last: outbox.Span) -> bool:
    """Beyond the end of an epoch that we left is the tail that a restore took away."""
    if end.seq > span.last:
        return span is last
    return outbox.hash_at(db, end.seq) not in (end.hash, None)


def _with_aside(known: Known) -> list[End]:
    """What was put aside is kept there, and need not be sent again."""
    ends = {end.epoch: end.seq for end in known.ends}
    for epoch, seq in (known.aside or {}).items():
        ends[epoch] = max(seq, ends.get(epoch, 0))
    return [End(epoch, seq, "") for epoch, seq in ends.items()]


def remedy(place: Place, branch: str) -> str:
    """One line for the log."""
    text = REMEDIES[place.standing] % (branch, branch, place.epoch)
    return f"headquarters puts this journal aside: {text}"


# -- what `lobby check` reads -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Note:
    """That the journal was put aside, as of an instant."""

    standing: Standing
    branch: str
    epoch: int
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


def note(data: Path, place: Place, branch: str) -> None:
    """A disk that takes nothing is no reason to stop. It is gone when the journal is taken in again."""
    file = data / FILE
    if not place.is_aside:
        with suppress(OSError):
            file.unlink(missing_ok=True)
        return
    at = datetime.now(UTC).isoformat(timespec="seconds")
    document = {"standing": place.standing, "branch": branch, "epoch": place.epoch, "at": at}
    with suppress(Unavailable):
        write_whole(file, json.dumps(document).encode())


def noted(data: Path) -> Note | None:
    """None where headquarters takes the journal in, or was never asked."""
    with suppress(OSError, ValueError, LookupError, TypeError):
        said = json.loads((data / FILE).read_bytes())
        at = datetime.fromisoformat(said["at"])
        return Note(Standing(said["standing"]), str(said["branch"]), int(said["epoch"]), at)
    return None
