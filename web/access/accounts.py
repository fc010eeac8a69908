"""Accounts of people. Passwords and PINs are kept as argon2 hashes; hashing takes some 50 ms: keep it off the loop."""

from __future__ import annotations

from collections.abc import Iterable
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
"""OWASP's recommendation for argon2id: 19 MiB a hash, so that two at once are no burden for a small machine."""

NEW_S = 3 * 86400.0
"""So long a new account may do without its second factor, where one is required: its first days are when
somebody is there who handed it out."""


@dataclass(frozen=True)
class Account:
    """What is shown of an account: nothing that opens it."""

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

    @property
    def principal(self) -> Principal:
        return Principal(self.name, self.role, self.counter, staff_number=self.staff_number)

    @property
    def enrol_by(self) -> float:
        """Until when it may do without a second factor, where one is required."""
        return (self.created_at or 0.0) + NEW_S


class Accounts(Store):
    # -- made and changed -------------------------------------------------------------------------------
    def create_account(
        self,
        name: str,
        password: str,
        role: str,
        counter: str | None = None,
        *,
        staff_number: str | None = None,
        by: str | None = None,
        names: Iterable[str] = (),
    ) -> None:
        """Create an account, or give one a new password, role, counter and staff number: its sessions end. ValueError
        for a name, role or password that does not fit; `names` are what the password must not be made of."""
        must_be(role, ACCOUNT_ROLES)
        clean = self._known_name(name) or self._new_name(name)
        check(password, (*names, clean, "lobby", "demo"))
        hashed = HASHER.hash(password)
        with self._change() as db:
            fresh = not db.table("account").count_where("name = ? AND demo IS NOT 1", [clean])
            row: dict[str, Any] = {
                "name": clean,
                "key": key(clean),
                "password": hashed,
                "role": role,
                "counter": counter,
                "staff_number": staff_number,
            }
            row |= {"demo": int(self.demo), "disabled": 0} | ({"created_at": self.clock()} if fresh else {})
            db.table("account").upsert(row, pk="name")
            self._end_sessions(db, clean)
            self._tell(db, "AccountChanged", by, account=clean, change="created" if fresh else "renewed", role=role)

    def _known_name(self, name: str) -> str | None:
        found = self._find(name)
        return found["name"] if found else None

    def _new_name(self, name: str) -> str:
        clean = tidy(name)
        for other in self._rows("SELECT name FROM account UNION SELECT name FROM token"):
            if look(other["name"]) == look(clean):
                raise ValueError(f"the name {clean!r} looks like {other['name']!r}")
        return clean

    def change_password(self, name: str, password: str, *, names: Iterable[str] = ()) -> None:
        """The owner's own change. Every session ends. Raises Weak, a ValueError."""
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
            db.table("account").delete_where("name = ?", [name])
            db.table("recovery").delete_where("account = ?", [name])
            self._end_sessions(db, name)
            self._tell(db, "AccountChanged", by, account=name, change="removed", role="")

    def _set(self, name: str, change: str, *, by: str | None, **columns: object) -> None:
        """What ends the account's sessions."""
        role = self._must_exist(name).role
        with self._change() as db:
            db.table("account").update(name, columns)
            self._end_sessions(db, name)
            self._tell(db, "AccountChanged", by, account=name, change=change, role=role)

    def _must_exist(self, name: str) -> Account:
        found = self.account(name)
        if found is None:
            raise ValueError(f"there is no account {name!r}")
        return found

    @staticmethod
    def _end_sessions(db: Database, name: str) -> None:
        db.table("session").delete_where("account = ?", [name])

    # -- the demo's ---------------------------------------------------------------------------------------
    def create_demo_accounts(self, counters: tuple[str, ...]) -> None:
        """`admin`, `manager` and a `tellerN` for each counter, where no account has that name yet."""
        password = HASHER.hash(DEMO_PASSWORD)
        people: list[tuple[str, str, str | None]]
        people = [("admin", "admin", None), ("manager", "manager", None)]
        people += [(f"teller{counter}", "teller", counter) for counter in counters]
        rows = [
            {"name": n, "key": key(n), "password": password, "role": r, "counter": c, "demo": 1, "disabled": 0}
            for n, r, c in people
        ]
        with self._change() as db:
            db.table("account").insert_all(rows, ignore=True)

    def drop_demo(self) -> None:
        """Remove the demo's accounts with their sessions, since everybody knows their password, and what was made by
        them. A real account stays."""
        with self._change() as db:
            db.table("token").delete_where("demo = 1")
            db.execute('DELETE FROM code WHERE "by" IN (SELECT name FROM account WHERE demo = 1)')
            for row in list(db.query("SELECT name, password, demo FROM account WHERE demo IS NOT 0")):
                if row["demo"] or _fits(row["password"], DEMO_PASSWORD):
                    db.table("account").delete_where("name = ?", [row["name"]])
                    self._end_sessions(db, row["name"])

    # -- asked ----------------------------------------------------------------------------------------------
    def has_accounts(self) -> bool:
        return bool(self._rows("SELECT 1 FROM account LIMIT 1"))

    def account(self, name: str) -> Account | None:
        """By its exact name."""
        row = self._row("SELECT * FROM account WHERE name = ?", name)
        return _account(row) if row else None

    def accounts(self) -> list[Account]:
        return [_account(row) for row in self._rows("SELECT * FROM account ORDER BY name")]

    def knows(self, typed: str) -> str:
        """The account's name however it was typed; empty for none: what was typed there may be a password."""
        return self._known_name(typed) or ""

    def _find(self, typed: str) -> dict[str, Any] | None:
        """An account of before has no key yet: it is found by its exact name."""
        query = "SELECT * FROM account WHERE key = ? OR name = ? ORDER BY name = ? DESC"
        return self._row(query, key(typed), typed, typed)

    def check_password(self, name: str, password: str) -> Account | None:
        """Whose name and password this is; None when one is wrong or the account is disabled."""
        row = self._find(name)
        right = _fits(row["password"] if row else _nobodys(), password)
        if row is None or not right or row["disabled"]:
            return None
        if HASHER.check_needs_rehash(row["password"]):
            self._hash_anew(row["name"], password)
        return _account(row)

    def _hash_anew(self, name: str, password: str) -> None:
        """One that was hashed by other parameters than today's."""
        hashed = HASHER.hash(password)
        with self._alone() as db:
            db.execute("UPDATE account SET password = ? WHERE name = ?", [hashed, name])

    # -- PIN of the lock screen -----------------------------------------------------------------------------
    def set_pin(self, name: str, pin: str) -> None:
        """ValueError when it is not four to eight digits, or one of those that are tried first."""
        if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
            raise ValueError("a PIN has four to eight digits")
        if len(set(pin)) < 3 or pin in "01234567890" or pin in "09876543210":
            raise ValueError("the PIN is too easy to guess")
        hashed = HASHER.hash(self._sealed("pin", pin))
        with self._change() as db:
            db.table("account").update(name, {"pin": hashed})
            self._tell(db, "AccountChanged", name, account=name, change="pin", role="")

    def check_pin(self, name: str, pin: str) -> bool:
        row = self._row("SELECT pin FROM account WHERE name = ?", name)
        return bool(row and row["pin"]) and _fits(str(row and row["pin"]), self._sealed("pin", pin))


@cache
def _nobodys() -> str:
    """Checked where there is no such account: it costs as much, so that names cannot be found out by time."""
    return HASHER.hash("nobody's password")


def _fits(hashed: str, secret: str) -> bool:
    fits = False
    with suppress(VerificationError):
        fits = HASHER.verify(hashed, secret)
    return fits


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
    )
