"""Batches as messages that the server takes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

from lobby.events.batch import Batch, packed
from lobby.events.envelope import SEQ, Row

log = logging.getLogger(__name__)


def messages(batch: Batch, most_b: int) -> Iterator[bytes]:
    """In halves where it is more than the bytes that a message may have."""
    message = packed(batch)
    rows = batch.rows
    if len(message) <= most_b:
        yield message
    elif len(rows) > 1:
        middle = len(rows) // 2
        yield from messages(replace(batch, rows=rows[:middle]), most_b)
        after = replace(batch, previous=rows[middle - 1][-1], early=batch.early and [])
        yield from messages(replace(after, rows=rows[middle:]), most_b)
    else:
        log.error(
            "event %d is larger than a message may be: it goes without its data", rows[0][SEQ]
        )
        bare = replace(batch, rows=[_without_data(rows[0])])
        yield packed(bare if len(packed(bare)) <= most_b else _without_context(bare))


def _without_context(batch: Batch) -> Batch:
    """The configuration is what does not fit: the day waits for its turn to have figures."""
    return replace(batch, early=batch.early and [_without_data(row) for row in batch.early])


def _without_data(row: Row) -> Row:
    """It does not fit its hash, which headquarters tells; the events after it go on."""
    *envelope, data, hash = row
    return (*envelope, f'{{"too_large":{len(data)}}}', hash)
