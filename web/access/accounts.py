"""Accounts of people. Passwords and PINs are stored as argon2 hashes. Hashing takes some 50 ms, too long for the event
loop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlite_utils import Database

from web.access.base import ACCOUNT_ROLES, Principal, Store, must_be
from web.access.names import key, look, tidy
from web.access.passwords import check

DEMO_PASSWORD = "lobby-demo"
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""OWASP's recommendation for argon2id: 19 MiB a hash, so that a small machine can compute two at once."""

NEW_S = 3 * 86400.0
"""A new account may sign in without a second factor for so long, where one is required: the administrator who made it
can help in its first days."""


DEMO_ROLES = ("manager", "head", "office", "inspector", "admin")
"""Whoever does not serve at a counter of its own, in the order in which a newcomer wants to look in."""


def demo_accounts(counters: tuple[str, ...]) -> dict[str, tuple[str, str | None]]:
    """The role and the counter of each account of a demo: one of each role, and a `tellerN` for each counter."""
    accounts: dict[str, tuple[str, str | None]] = {role: (role, None) for role in DEMO_ROLES}
    return accounts | {f"teller{counter}": ("teller", counter) for counter in counters}


@dataclass(frozen=True)
class Account:
    """What may be shown of an account: no secret."""

    name: str
    role: str
    counter: str | None
    demo: bool
    disabled: bool
    created_at: float | None
    signed_in_at: float | None
    has_pin: bool
    has_totp: bool
    staff_number: str | None
    unit: str | None

    @property
    def principal(self) -> Principal:
        return Principal(
            self.name,
            self.role,
            self.counter,
            staff_number=self.staff_number,
            unit=self.unit,
        )

    @property
    def enrol_by(self) -> float:
        """The instant from which the account needs a second factor, where one is required."""
        return (self.created_at or 0.0) + NEW_S


class Accounts(Store):
    # -- changes ----------------------------------------------------------------------------------------
    def create_account(
        self,
        name: str,
        password: str,
        role: str,
        counter: str | None = None,
        *,
        staff_number: str | None = None,
        unit: str | None = None,
        by: str | None = None,
        names: Iterable[str] = (),
    ) -> None:
        """Creates an account, or gives an account a new password and role and ends its sessions; its counter, staff
        number and unit stay where none is given. The password must not consist of `names`. Raises ValueError for an
        unfit name, role or password."""
        must_be(role, ACCOUNT_ROLES)
        tidy_name = self._stored_name(name) or self._new_name(name)
        check(password, (*names, tidy_name, "lobby", "demo"))
        hashed = HASHER.hash(password)
        with self._change() as db:
            is_new = not db.table("account").count_where("name = ? AND demo IS NOT 1", [tidy_name])
            row: dict[str, Any] = {
                "name": tidy_name,
                "key": key(tidy_name),
                "password": hashed,
                "role": role,
                "demo": int(self.demo),
                "disabled": 0,
            }
            own = {"counter": counter, "staff_number": staff_number, "unit": unit}
            row |= {column: value or None for column, value in own.items() if value is not None}
            if is_new:
                row["created_at"] = self.clock()
            db.table("account").upsert(row, pk="name")
            self._end_sessions(db, tidy_name)
            self._record_account(db, by, tidy_name, "created" if is_new else "renewed")

    def _stored_name(self, name: str) -> str | None:
        row = self._find(name)
        return row["name"] if row else None

    def _new_name(self, name: str) -> str:
        tidy_name = tidy(name)
        for other in self._rows("SELECT name FROM account UNION SELECT name FROM token"):
            if look(other["name"]) == look(tidy_name):
                raise ValueError(f"the name {tidy_name!r} looks like {other['name']!r}")
        return tidy_name

    def change_password(self, name: str, password: str, *, names: Iterable[str] = ()) -> None:
        """The owner changes the password. Every session of the account ends. Raises Weak, a ValueError."""
        check(password, (*names, name, "lobby", "demo"))
        hashed = HASHER.hash(password)
        self._set(name, "password", by=name, password=hashed, demo=int(self.demo))

    def disable_account(self, name: str, *, by: str | None = None) -> None:
        self._set(name, "disabled", by=by, disabled=1)

    def enable_account(self, name: str, *, by: str | None = None) -> None:
        self._set(name, "enabled", by=by, disabled=0)

    def remove_account(self, name: str, *, by: str | None = None) -> None:
        self._must_exist(name)
        with self._change() as db:
            self._record_account(db, by, name, "removed")
            db.table("account").delete_where("name = ?", [name])
            db.table("recovery").delete_where("account = ?", [name])
            self._end_sessions(db, name)

    def _set(self, name: str, change: str, *, by: str | None, **columns: object) -> None:
        """Changes columns of the account and ends its sessions."""
        self._must_exist(name)
        with self._change() as db:
            db.table("account").update(name, columns)
            self._end_sessions(db, name)
            self._record_account(db, by, name, change)

    def _must_exist(self, name: str) -> Account:
        account = self.account(name)
        if account is None:
            raise ValueError(f"there is no account {name!r}")
        return account

    @staticmethod
    def _end_sessions(db: Database, name: str) -> None:
        db.table("session").delete_where("account = ?", [name])

    # -- the demo's accounts ------------------------------------------------------------------------------
    def create_demo_accounts(self, accounts: Mapping[str, tuple[str, str | None]]) -> None:
        """By name the role and the counter of each, where no account has that name yet."""
        password = HASHER.hash(DEMO_PASSWORD)
        rows = [
            {
                "name": n,
                "key": key(n),
                "password": password,
                "role": r,
                "counter": c,
                "demo": 1,
                "disabled": 0,
            }
            for n, (r, c) in accounts.items()
        ]
        with self._change() as db:
            db.table("account").insert_all(rows, ignore=True)

    def drop_demo(self) -> None:
        """Removes the demo's accounts, whose password everybody knows, with their sessions, and the tokens and codes
        made during the demo. Other accounts stay."""
        with self._change() as db:
            db.table("token").delete_where("demo = 1")
            db.execute('DELETE FROM code WHERE "by" IN (SELECT name FROM account WHERE demo = 1)')
            for row in list(
                db.query("SELECT name, password, demo FROM account WHERE demo IS NOT 0")
            ):
                if row["demo"] or _verifies(row["password"], DEMO_PASSWORD):
                    db.table("account").delete_where("name = ?", [row["name"]])
                    self._end_sessions(db, row["name"])

    # -- queries --------------------------------------------------------------------------------------------
    def has_accounts(self) -> bool:
        return bool(self._rows("SELECT 1 FROM account LIMIT 1"))

    def account(self, name: str) -> Account | None:
        """The account of exactly this name."""
        row = self._row("SELECT * FROM account WHERE name = ?", name)
        if row:
            return _account(row)
        return None

    def accounts(self) -> list[Account]:
        return [_account(row) for row in self._rows("SELECT * FROM account ORDER BY name")]

    def name_of(self, typed: str) -> str:
        """The account's stored name for a name as typed; empty for no account. An unknown text is never returned, since
        it may be a password."""
        return self._stored_name(typed) or ""

    def _find(self, typed: str) -> dict[str, Any] | None:
        """The row of the account. A row of an earlier version has no key, so its exact name is compared too."""
        query = "SELECT * FROM account WHERE key = ? OR name = ? ORDER BY name = ? DESC"
        return self._row(query, key(typed), typed, typed)

    def check_password(self, name: str, password: str) -> Account | None:
        """The account of this name and password; None when one of them is wrong or the account is disabled."""
        row = self._find(name)
        is_right = _verifies(row["password"] if row else _dummy_hash(), password)
        if row is None or not is_right or row["disabled"]:
            return None
        if HASHER.check_needs_rehash(row["password"]):
            self._rehash(row["name"], password)
        return _account(row)

    def _rehash(self, name: str, password: str) -> None:
        """Replaces a hash that was made with other parameters than today's."""
        hashed = HASHER.hash(password)
        with self._transaction_here() as db:
            db.execute("UPDATE account SET password = ? WHERE name = ?", [hashed, name])

    # -- PIN of the lock screen -----------------------------------------------------------------------------
    def set_pin(self, name: str, pin: str) -> None:
        """Raises ValueError when the PIN is not four to eight digits, or is one that attackers try first."""
        if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
            raise ValueError("a PIN has four to eight digits")
        if len(set(pin)) < 3 or pin in "01234567890" or pin in "09876543210":
            raise ValueError("the PIN is too easy to guess")
        hashed = HASHER.hash(self._keyed_hash("pin", pin))
        with self._change() as db:
            db.table("account").update(name, {"pin": hashed})
            self._record_account(db, name, name, "pin")

    def check_pin(self, name: str, pin: str) -> bool:
        row = self._row("SELECT pin FROM account WHERE name = ?", name)
        return bool(row and row["pin"]) and _verifies(
            str(row and row["pin"]), self._keyed_hash("pin", pin)
        )


@cache
def _dummy_hash() -> str:
    """The hash that is checked for an unknown name: it takes as long, so that the time does not reveal which names
    exist."""
    return HASHER.hash("nobody's password")


def _verifies(hashed: str, secret: str) -> bool:
    verified = False
    with suppress(VerificationError):
        verified = HASHER.verify(hashed, secret)
    return verified


def _account(row: dict[str, Any]) -> Account:
    return Account(
        name=row["name"],
        role=row["role"],
        counter=row["counter"],
        demo=bool(row["demo"]),
        disabled=bool(row["disabled"]),
        created_at=row["created_at"],
        signed_in_at=row["signed_in_at"],
        has_pin=bool(row["pin"]),
        has_totp=bool(row["totp"]),
        staff_number=row["staff_number"],
        unit=row["unit"],
    )
