"""The envelope around an event's data, as a row of the table `event`, and the chain of hashes through all rows.

The hash of a row is the SHA-256 of the former row's hash followed by the row as a JSON array (docs/events.md has the
form for an auditor). An edited, cut or reordered journal does not fit its hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pydantic_core import to_json

COLUMNS = ("branch", "epoch", "seq", "at", "kind", "v", "ticket", "counter", "actor", "data")
"""What the hash covers, in this order; `hash` is the column after them."""
EPOCH = COLUMNS.index("epoch")
SEQ = COLUMNS.index("seq")
FIRST_EPOCH = 1
"""That of all events from before there were epochs."""

Row = tuple[Any, ...]


class End(NamedTuple):
    """Where a journal ends."""

    epoch: int
    seq: int
    hash: str


BEGINNING = End(FIRST_EPOCH, 0, "0" * 64)
"""What the first event follows."""


def link(former: str, row: Row) -> str:
    """The hash of a row (COLUMNS) that follows a row with the hash `former`."""
    return hashlib.sha256(former.encode() + to_json(row)).hexdigest()


def chained(rows: Iterable[Row], former: str) -> Iterator[Row]:
    """Each row with its hash."""
    for row in rows:
        former = link(former, row)
        yield (*row, former)
