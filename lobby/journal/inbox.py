"""What the journal has of the instructions that headquarters sent down."""

from __future__ import annotations

from lobby.journal.history import Reader
from lobby.journal.tables.instruction import INSTRUCTION


def received(db: Reader) -> frozenset[int]:
    """The ids of those that were taken or refused. None before the branch was started in this release."""
    if INSTRUCTION.name not in db.table_names():
        return frozenset()
    rows = db.execute("SELECT id FROM received_instruction").fetchall()
    return frozenset(id for (id,) in rows)
