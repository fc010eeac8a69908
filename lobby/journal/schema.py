"""The tables of `lobby.db`. `event` is the truth; every other table but `request` is derived from it.

Migrations are never edited after a release; a change is a new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from lobby.branch.rules import NO_CODE
from lobby.journal.envelope import BEGINNING, FIRST_EPOCH, chained

migrations = Migrations("lobby")

DERIVED = ("configuration", "day", "ticket", "slip", "feedback")
"""The tables that `lobby rebuild` makes again from `event`."""


def migrate(db: Database, code: str = NO_CODE) -> None:
    """Bring the database up to date; events from before branches had codes are those of the branch `code`."""
    db.register_function(lambda: code, name="branch_code")
    migrations.apply(db)


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
def m002_derived(db: Database) -> None:
    create_derived(db)


@migrations()
def m003_feedback_of_what(db: Database) -> None:
    """A card of a visit that was not served is counted apart. Cards before this were all of one kind."""
    if "visit" not in db.table("feedback").columns_dict:
        db.execute("ALTER TABLE feedback ADD COLUMN visit TEXT")
        db.execute("UPDATE feedback SET visit = 'served'")


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
    db.conn.executemany(f"INSERT INTO enveloped VALUES ({marks})", chained(_former_rows(db), BEGINNING.hash))
    db.execute("DROP TABLE event")
    db.execute("ALTER TABLE enveloped RENAME TO event")
    _append_only(db)


def _former_rows(db: Database) -> Iterator[tuple[Any, ...]]:
    query = "SELECT branch_code(), ?, seq, at, kind, 1, ticket, counter, actor, data FROM event ORDER BY seq"
    return iter(db.execute(query, [FIRST_EPOCH]))


@migrations()
def m007_configuration_of_the_time(db: Database) -> None:
    """The past is read by the configuration of its time. Tickets of before know their target where they were called."""
    if "target_wait_s" in db.table("ticket").columns_dict:
        return
    db.table("configuration").create({"seq": int}, pk="seq")
    db.execute("ALTER TABLE day ADD COLUMN zone TEXT")
    db.execute("ALTER TABLE ticket ADD COLUMN target_wait_s INTEGER")
    db.execute("UPDATE ticket SET target_wait_s = json_extract(call_reason, '$.target_wait_s')")


def create_derived(db: Database) -> None:
    """The derived tables, empty."""
    db.table("configuration").create({"seq": int}, pk="seq")
    db.table("day").create({"opened_seq": int, "day": str, "zone": str}, pk="opened_seq")
    db.table("ticket").create(
        {
            "id": str, "day": str, "number": str, "series": str, "service": str, "tier": str,
            "tier_rule": str, "area": str, "needs": str, "lang": str, "state": str, "counter": str,
            "issued_at": str, "called_at": str, "started_at": str, "ended_at": str, "ahead": int,
            "wait_p50_s": int, "wait_p90_s": int, "wait_lo_s": int, "wait_hi_s": int, "recalls": int,
            "copies": int, "call_reason": str, "target_wait_s": int,
        },
        pk="id",
    )  # fmt: skip
    db.table("ticket").create_index(["day"])
    db.table("slip").create(
        {"id": str, "ticket": str, "copy": int, "printer": str, "state": str, "attempts": int, "error": str},
        pk="id",
    )
    db.table("feedback").create(
        {
            "ticket": str, "at": str, "score": int, "reasons": str, "text": str, "contact": str,
            "consent": int, "visit": str,
        },
        pk="ticket",
    )  # fmt: skip
    db.table("feedback").create_index(["at"])
