"""Where in the journal the catalogues of standards stand, so that the one of a time is found without reading all of
it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.envelope import instant
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    return (
        {"seq": recorded.seq, "at": instant(recorded.at), "digest": recorded.event.digest}
        for recorded in records
        if isinstance(recorded.event, ev.CatalogueChanged)
    )


COLUMNS = {"seq": "INTEGER", "at": "TEXT", "digest": "TEXT"}
CATALOGUE = Table("catalogue", 1, COLUMNS, _rows, frozenset([ev.CatalogueChanged]))
