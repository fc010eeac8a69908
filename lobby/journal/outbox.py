"""The journal as the outbox of what goes to headquarters: read only, beside the writer, a piece at a time. No reading
transaction outlasts a piece, so that the writer's checkpoints wait for nobody."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from sqlite_utils.db import sqlite3

from lobby.branch.rules import NO_CODE
from lobby.events.batch import VERSIONS
from lobby.events.envelope import BEGINNING, End, Row
from lobby.journal.envelope import is_enveloped, last_branch
from lobby.journal.history import Reader

CARRIED = (
    "branch, CAST(epoch AS INTEGER), seq, CAST(at AS TEXT), CAST(kind AS TEXT),"
    f" min(max(CAST(v AS INTEGER), 0), {VERSIONS - 1}), CAST(ticket AS TEXT), CAST(counter AS TEXT),"
    " CAST(actor AS TEXT), CAST(data AS TEXT), CAST(hash AS TEXT)"
)
"""COLUMNS and `hash`, each of the type that it has in a batch: a damaged row does not fit its hash, and is carried."""


class Nameless(ValueError):
    """A journal whose branch has no code, or that has no event yet: headquarters could not tell whose it is."""


@dataclass(frozen=True)
class Span:
    """The events of one epoch in this journal, from `first` to `last`; `hash` is the last one's."""

    epoch: int
    first: int
    last: int
    hash: str


def spans(db: Reader) -> list[Span]:
    """The epochs of the journal, in their order. An epoch is above its parent's: what begins where is found by halving,
    without reading millions of events."""
    found = []
    last = newest(db)
    while last:
        row = db.execute(
            "SELECT epoch, seq, hash FROM event WHERE seq <= ? ORDER BY seq DESC LIMIT 1", [last]
        )
        epoch, seq, hash = row.fetchone() or (0, 0, "")
        first = bisect_left(range(1, seq + 1), epoch, key=lambda seq: _epoch_at(db, seq)) + 1
        found.append(Span(epoch, first, seq, hash))
        last = first - 1
    return found[::-1]


def _epoch_at(db: Reader, seq: int) -> int:
    row = db.execute(
        "SELECT epoch FROM event WHERE seq >= ? ORDER BY seq LIMIT 1", [seq]
    ).fetchone()
    return int(row[0])


def missing(spans: Iterable[Span], known: Iterable[End]) -> int | None:
    """The first `seq` that headquarters lacks, where it has each epoch up to these ends; None: it has everything. What
    it has beyond ours, of an epoch that we left, is the tail that a restore took away."""
    ends = {end.epoch: end.seq for end in known}
    for span in spans:
        if ends.get(span.epoch, span.first - 1) < span.last:
            return ends.get(span.epoch, span.first - 1) + 1
    return None


def code(db: Reader) -> str:
    """The branch code that the last event has. Raises Nameless."""
    branch = last_branch(db)
    if branch == NO_CODE:
        raise Nameless(
            "the branch has no code: give it one in [branch] of config.toml, and start it once"
        )
    return branch


def newest(db: Reader) -> int:
    """The last `seq`; 0 of an empty journal."""
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0])


def is_begun(db: Reader) -> bool:
    """Whether the branch was started: then its journal has an event."""
    return is_enveloped(db) and newest(db) > 0


def last_days_begin(db: Reader) -> int | None:
    """The event that first opened the day before the newest one: within these two ends the backup of last night. None
    where no table tells."""
    two = "SELECT day FROM day GROUP BY day ORDER BY max(opened_seq) DESC LIMIT 2"
    return _seq_of(db, f"SELECT min(opened_seq) FROM day WHERE day IN ({two})")


def configured_before(db: Reader, seq: int) -> int | None:
    """The event of the configuration that held before event `seq`; None where no table tells."""
    return _seq_of(db, "SELECT max(seq) FROM configuration WHERE seq < ?", seq)


def _seq_of(db: Reader, query: str, *values: int) -> int | None:
    """The branch makes its derived tables again after an upgrade, and has none meanwhile."""
    with suppress(sqlite3.OperationalError):
        (seq,) = db.execute(query, values).fetchone()
        return seq  # type: ignore[no-any-return]
    return None


def hash_at(db: Reader, seq: int) -> str | None:
    """Of event `seq`; None where a damaged journal has none."""
    query = "SELECT CAST(hash AS TEXT) FROM event WHERE seq = ?"
    row = db.execute(query, [seq]).fetchone()
    return str(row[0]) if row else None


def hash_before(db: Reader, seq: int) -> str:
    """Of the last event before `seq`: a damaged journal may lack some."""
    query = "SELECT CAST(hash AS TEXT) FROM event WHERE seq < ? ORDER BY seq DESC LIMIT 1"
    row = db.execute(query, [seq]).fetchone()
    return str(row[0]) if row else BEGINNING.hash


def piece(db: Reader, first: int, most: int) -> list[Row]:
    """COLUMNS and `hash` of at most so many events from `first` on."""
    query = f"SELECT {CARRIED} FROM event WHERE seq >= ? ORDER BY seq LIMIT ?"
    rows: list[Row] = db.execute(query, [first, most]).fetchall()
    return rows
