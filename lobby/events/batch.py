"""How events travel to headquarters: rows of the journal in their order, compressed, under the branch's own subjects.

A receiver of another version reads the columns that it knows by their names.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json

from lobby.events.envelope import COLUMNS, SEQ, Row

SCHEMA = 1
PARTITIONS = 16
"""Consumers share branches by these. More could be made only by sending everything again."""
STREAM = "EVENTS"
EVENTS = "lobby.events"
SNAPSHOT = "lobby.snapshot"
ASK = "lobby.ask"
POKE = "lobby.poke"
"""Headquarters has something for a branch, which asks at once then."""
BACK = "lobby.back"
"""Asked by a branch that lost its journal: headquarters gives it back."""
CARRIED = (*COLUMNS[1:], "hash")
"""What a batch has of each row; the branch stands once for all."""
VERSIONS = 2**31
"""A version of an event is below it, as headquarters' table has it."""
EARLY_MAX = 100_000
"""Events of a branch that headquarters keeps before it has those that they follow: six of the largest days."""
UNPACKED_MAX = 64 * 2**20
"""Bytes. A batch of ours has a fiftieth of it; what unpacks to more was made to fill the memory."""


@dataclass(frozen=True)
class Batch:
    """Rows of one branch, COLUMNS and `hash` each; `previous` is the hash of the row before the first of them.

    `early` is not None where they are sent before those that they follow, and once more in their turn. Where a day
    begins with them, it has the event of the configuration that held then."""

    branch: str
    previous: str
    rows: Sequence[Row]
    early: Sequence[Row] | None = None


def partition(branch: str) -> int:
    return zlib.crc32(branch.encode()) % PARTITIONS


def events_subject(branch: str) -> str:
    return f"{EVENTS}.{partition(branch)}.{branch}"


def inbox(branch: str) -> str:
    """The beginning of the subjects on which the branch is answered."""
    return f"_INBOX_{branch}"


def branch_of(subject: str) -> str:
    """Whose subject it is: the server lets a branch publish under its own name alone."""
    return subject.rpartition(".")[2]


def packed(batch: Batch) -> bytes:
    """As a message. Without rows it says that there are none, and `unpacked` refuses it."""
    seqs = [row[SEQ] for row in batch.rows]
    document = {
        "schema": SCHEMA,
        "from": seqs[0] if seqs else None,
        "to": seqs[-1] if seqs else None,
        "previous": batch.previous,
        "columns": CARRIED,
        "rows": [row[1:] for row in batch.rows],
    }
    if batch.early is not None:
        document["early"] = [row[1:] for row in batch.early]
    return pack(document)


def unpacked(branch: str, message: bytes) -> Batch:
    """Raises ValueError for what is no batch."""
    document = unpack(message)
    try:
        rows = _rows(branch, document, "rows")
        early = _rows(branch, document, "early") if "early" in document else None
        batch = Batch(branch, document["previous"], rows, early)
        is_batch = bool(rows) and isinstance(batch.previous, str)
        is_batch = is_batch and all(map(_is_row, [*rows, *(early or [])]))
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"no batch of events: {error!r}") from error
    if not is_batch:
        raise ValueError("no batch of events: a row has other values than an event")
    return batch


def _rows(branch: str, document: dict[str, Any], name: str) -> list[Row]:
    places = [document["columns"].index(column) for column in CARRIED]
    return [(branch, *(row[place] for place in places)) for row in document[name]]


def _is_row(row: Row) -> bool:
    _, epoch, seq, at, kind, v, ticket, counter, actor, data, hash = row
    numbers = all(type(number) is int and 0 <= number < 2**63 for number in (epoch, seq))
    is_version = type(v) is int and 0 <= v < VERSIONS
    texts = all(isinstance(text, str) for text in (at, kind, actor, data, hash))
    return (
        numbers
        and is_version
        and texts
        and all(isinstance(text, str | None) for text in (ticket, counter))
    )


def pack(document: dict[str, Any]) -> bytes:
    return zlib.compress(to_json(document), 6)


def unpack(message: bytes, most: int = UNPACKED_MAX) -> dict[str, Any]:
    """Raises ValueError, also for more than so many bytes."""
    stream = zlib.decompressobj()
    try:
        document = from_json(stream.decompress(message, most), allow_inf_nan=False)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if stream.unconsumed_tail or not isinstance(document, dict):
        raise ValueError("no document")
    return document
