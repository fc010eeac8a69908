"""The tables of `access.db`. Migrations are never edited after a release; a change is a new one."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("access")


@migrations()
def m001_accounts_and_tokens(db: Database) -> None:
    db.table("account").create(
        {"name": str, "password": str, "role": str, "counter": str}, pk="name"
    )
    db.table("token").create({"hash": str, "role": str, "counter": str, "board": str}, pk="hash")


@migrations()
def m002_demo_accounts_and_kiosks(db: Database) -> None:
    """`demo` is NULL for an account of an earlier version: only its password shows whether it is a demo's."""
    db.table("account").add_column("demo", int)
    db.table("token").add_column("kiosk", str)


@migrations()
def m003_lives(db: Database) -> None:
    """Sessions, the life of accounts and tokens, and the outbox of events for the journal. Instants are seconds since
    1970; `id` names a row for people and is never its secret."""
    _widen_accounts(db)
    _widen_tokens(db)
    _add_tables(db)


@migrations()
def m004_tokens_of_a_demo(db: Database) -> None:
    """`demo` is NULL for a token of an earlier version or of the command line: it stays when the demo ends."""
    _add_columns(db, "token", int, ("demo",))


@migrations()
def m005_accounts_of_people(db: Database) -> None:
    """The staff number of the account's owner; NULL where several people share the account, or it is unknown."""
    _add_columns(db, "account", str, ("staff_number",))


@migrations()
def m006_units(db: Database) -> None:
    """The unit of a province that an account or token of headquarters is bound to; NULL for the whole province."""
    _add_columns(db, "account", str, ("unit",))
    _add_columns(db, "token", str, ("unit",))


def _widen_accounts(db: Database) -> None:
    _add_columns(db, "account", str, ("key", "pin", "totp", "totp_new"))
    _add_columns(db, "account", float, ("created_at", "signed_in_at"))
    _add_columns(db, "account", int, ("disabled", "totp_step"))
    db.execute("UPDATE account SET created_at = strftime('%s', 'now')")


def _widen_tokens(db: Database) -> None:
    _add_columns(db, "token", str, ("id", "name"))
    _add_columns(db, "token", float, ("created_at", "expires_at", "used_at"))
    _add_columns(db, "token", int, ("disabled",))
    db.execute("UPDATE token SET id = substr(hash, 1, 6), name = role || '-' || substr(hash, 1, 6)")


def _add_columns(db: Database, table: str, kind: type, names: tuple[str, ...]) -> None:
    for name in names:
        db.table(table).add_column(name, kind)


def _add_tables(db: Database) -> None:
    db.table("session").create(
        {
            "hash": str,
            "id": str,
            "account": str,
            "address": str,
            "created_at": float,
            "seen_at": float,
            "pending": int,
            "locked": int,
            "wrong_pins": int,
        },
        pk="hash",
    )
    db.table("recovery").create({"hash": str, "account": str}, pk="hash")
    db.table("code").create(
        {"hash": str, "role": str, "bound": str, "name": str, "by": str, "expires_at": float},
        pk="hash",
    )
    db.table("place").create({"kind": str, "id": str}, pk=("kind", "id"))
    db.table("setting").create({"section": str, "digest": str}, pk="section")
    db.table("outbox").create(
        {"id": int, "at": float, "actor": str, "kind": str, "data": str}, pk="id"
    )
