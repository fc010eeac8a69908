"""The tables of `lobby.db`. `event` is the truth; every other table but `request` is derived from it, and made by
lobby/journal/tables.

Migrations are never edited after a release; a change is a new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from lobby.branch.rules import NO_CODE
from lobby.events.envelope import BEGINNING, FIRST_EPOCH, chained
from lobby.journal.tables import create_missing

migrations = Migrations("lobby")


def migrate(db: Database, code: str = NO_CODE) -> None:
    """Bring the tables up to date that are not derived; events from before branches had codes are those of the branch
    `code`. Derived ones that are missing are made, empty. It is one transaction: one wait for the disk."""
    db.register_function(lambda: code, name="branch_code")
    with db.atomic():
        migrations.apply(db)
        create_missing(db)


@migrations()
def m001_event(db: Database) -> None:
    db.table("event").create(
        {
            "seq": int,
            "at": str,
            "kind": str,
            "ticket": str,
            "counter": str,
            "actor": str,
            "data": str,
        },
        pk="seq",
        not_null={"at", "kind", "actor", "data"},
    )
    _append_only(db)


def _append_only(db: Database) -> None:
    for command in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER event_no_{command.lower()} BEFORE {command} ON event "
            "BEGIN SELECT RAISE(ABORT, 'event is append only'); END"
        )


@migrations()
def m004_requests(db: Database) -> None:
    """Answers to requests with an idempotency key are kept for a while beside the journal (idempotency.py)."""
    db.execute("DROP TABLE IF EXISTS answer")
    db.table("request").create({"key": str, "at": str, "fingerprint": str, "answer": str}, pk="key")
    db.table("request").create_index(["at"])


@migrations()
def m005_whose_request(db: Database) -> None:
    """A key is looked up with its actor. Whose the keys of before are is not known: they are everybody's."""
    columns = {"actor": str, "key": str, "at": str, "fingerprint": str, "answer": str}
    db.table("request_of").create(columns, pk=("actor", "key"))
    db.execute("INSERT INTO request_of SELECT '', key, at, fingerprint, answer FROM request")
    db.table("request").drop()
    db.execute("ALTER TABLE request_of RENAME TO request")
    db.table("request").create_index(["at"])


@migrations()
def m006_envelope(db: Database) -> None:
    """Events have the branch, an epoch, a version and a hash; those of before are of the first epoch and version."""
    db.table("enveloped").create(
        {
            "branch": str, "epoch": int, "seq": int, "at": str, "kind": str, "v": int, "ticket": str,
            "counter": str, "actor": str, "data": str, "hash": str,
        },
        pk="seq",
        not_null={"branch", "epoch", "at", "kind", "v", "actor", "data", "hash"},
    )  # fmt: skip
    marks = ", ".join("?" * 11)
    db.conn.executemany(
        f"INSERT INTO enveloped VALUES ({marks})", chained(_former_rows(db), BEGINNING.hash)
    )
    db.execute("DROP TABLE event")
    db.execute("ALTER TABLE enveloped RENAME TO event")
    _append_only(db)


def _former_rows(db: Database) -> Iterator[tuple[Any, ...]]:
    query = "SELECT branch_code(), ?, seq, at, kind, 1, ticket, counter, actor, data FROM event ORDER BY seq"
    return iter(db.execute(query, [FIRST_EPOCH]))


@migrations()
def m008_restores(db: Database) -> None:
    """The numbers that restores took away are asked for each morning: not by reading years of events."""
    db.execute("CREATE INDEX event_restored ON event (seq) WHERE kind = 'JournalRestored'")
