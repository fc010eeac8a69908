"""Accounts and device tokens, in `access.db`: apart from the journal, since it is written by a second
process (`lobby token create`) and must not be in what a branch shows with Datasette."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlite_utils import Database
from sqlite_utils.db import NotFoundError, sqlite3
from sqlite_utils.migrations import Migrations

ROLES = ("kiosk", "board", "teller", "manager", "admin", "monitor")
DEMO_PASSWORD = "lobby-demo"
BUSY_S = 5.0

migrations = Migrations("access")


@migrations()
def m001_accounts_and_tokens(db: Database) -> None:
    db.table("account").create({"name": str, "password": str, "role": str, "counter": str}, pk="name")
    db.table("token").create({"hash": str, "role": str, "counter": str, "board": str}, pk="hash")


@migrations()
def m002_demo_accounts_and_kiosks(db: Database) -> None:
    """`demo` is NULL for an account of before: whether it is a demo's shows in its password alone."""
    db.table("account").add_column("demo", int)
    db.table("token").add_column("kiosk", str)


@dataclass(frozen=True)
class Principal:
    """Who asks. A teller may be bound to one counter, a device to its board or kiosk."""

    name: str
    role: str
    counter: str | None = None
    board: str | None = None
    kiosk: str | None = None


class Access:
    """The store of one branch. Passwords are kept as argon2 hashes, tokens as SHA-256."""

    def __init__(self, data: Path) -> None:
        connection = sqlite3.connect(str(data / "access.db"), timeout=BUSY_S, check_same_thread=False)
        self._db = Database(connection)
        self._hasher = PasswordHasher()
        migrations.apply(self._db)

    def close(self) -> None:
        self._db.close()

    def create_account(self, name: str, password: str, role: str, counter: str | None = None) -> None:
        """Create or replace an account. ValueError for an unknown role."""
        _check(role)
        hashed = self._hasher.hash(password)
        row = {"name": name, "password": hashed, "role": role, "counter": counter, "demo": 0}
        self._db.table("account").upsert(row, pk="name")

    def create_demo_accounts(self, counters: tuple[str, ...]) -> None:
        """`admin`, `manager` and a `tellerN` for each counter, where no account has that name yet."""
        password = self._hasher.hash(DEMO_PASSWORD)
        people: list[tuple[str, str, str | None]]
        people = [("admin", "admin", None), ("manager", "manager", None)]
        people += [(f"teller{counter}", "teller", counter) for counter in counters]
        rows = [{"name": n, "password": password, "role": r, "counter": c, "demo": 1} for n, r, c in people]
        self._db.table("account").insert_all(rows, ignore=True)

    def drop_demo_accounts(self) -> None:
        """Remove the demo's accounts: everybody knows their password. A real one stays."""
        with self._db.conn:
            self._db.execute("DELETE FROM account WHERE demo = 1")
        for account in list(self._db.query("SELECT name, password FROM account WHERE demo IS NULL")):
            self._drop_if_demo(account["name"], account["password"])

    def _drop_if_demo(self, name: str, password: str) -> None:
        with suppress(VerificationError):
            self._hasher.verify(password, DEMO_PASSWORD)
            self._db.table("account").delete(name)

    def has_accounts(self) -> bool:
        return bool(self._db.table("account").count)

    def account(self, name: str) -> Principal | None:
        try:
            row = self._db.table("account").get(name)
        except NotFoundError:
            return None
        return Principal(row["name"], row["role"], row["counter"])

    def check_password(self, name: str, password: str) -> Principal | None:
        """Who signs in; None when name or password is wrong. Takes some 50 ms: keep it off the loop."""
        row = next(iter(self._db.table("account").rows_where("name = ?", [name])), None)
        try:
            self._hasher.verify(row["password"] if row else self._nobody, password)
        except VerificationError:
            return None
        return self.account(name)

    @property
    def _nobody(self) -> str:
        """A hash that costs as much to check as a real one, so that names cannot be guessed by time."""
        return self._hasher.hash(secrets.token_hex(8))

    def create_token(
        self, role: str, counter: str | None = None, board: str | None = None, kiosk: str | None = None
    ) -> str:
        """A bearer token, told only here. ValueError for an unknown role."""
        _check(role)
        token = f"lobby_{secrets.token_urlsafe(24)}"
        row = {"hash": _hash(token), "role": role, "counter": counter, "board": board, "kiosk": kiosk}
        self._db.table("token").insert(row)
        return token

    def principal_for_token(self, token: str) -> Principal | None:
        query = "SELECT role, counter, board, kiosk FROM token WHERE hash = ?"
        row = self._db.execute(query, [_hash(token)]).fetchone()
        return Principal(f"{row[0]}-{_hash(token)[:6]}", *row) if row else None


def _check(role: str) -> None:
    if role not in ROLES:
        raise ValueError(f"role {role!r} is none of {', '.join(ROLES)}")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
