"""Sessions of people. A browser has a random secret in its cookie, and this store has the secret's hash: a session that
ends here has ended, whatever the browser keeps."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from web.access.accounts import NEW_S
from web.access.base import Principal, digest, new_secret
from web.access.uses import Uses

PENDING_S = 300.0
"""The time from the right password to the second factor."""
WITH_ACCOUNT = (
    "SELECT s.*, a.role, a.counter, a.staff_number, a.unit, a.disabled, a.totp, coalesce(a.created_at, 0) AS since "
    "FROM session s JOIN account a ON a.name = s.account"
)
PINS = 5
"""After so many wrong PINs in a row, the session ends and the password is needed."""


@dataclass(frozen=True)
class Limits:
    """How long a session may last. Seconds; `lock_s` 0 never locks."""

    absolute_s: float = 12 * 3600.0
    idle_s: float = 2 * 3600.0
    lock_s: float = 600.0


@dataclass(frozen=True)
class Session:
    """What may be shown of a session: no secret."""

    id: str
    account: str
    role: str
    counter: str | None
    address: str
    created_at: float
    seen_at: float
    pending: bool
    locked: bool
    must_enrol: bool
    """Whether the account needs a second factor now, where its role requires one."""
    staff_number: str | None = None
    unit: str | None = None

    @property
    def principal(self) -> Principal:
        return Principal(
            self.account,
            self.role,
            self.counter,
            staff_number=self.staff_number,
            session=self.id,
            unit=self.unit,
        )


class Sessions(Uses):
    limits = Limits()

    def open_session(self, account: str, address: str, *, pending: bool = False) -> str:
        """Opens a session and returns the secret for the browser's cookie. `pending`: the second factor is missing."""
        secret = new_secret()
        now = self.clock()
        row: dict[str, Any] = {
            "hash": digest(secret),
            "id": secrets.token_hex(4),
            "account": account,
            "address": address,
        }
        row |= {
            "created_at": now,
            "seen_at": now,
            "pending": int(pending),
            "locked": 0,
            "wrong_pins": 0,
        }
        with self._change() as db:
            self._expire(now)
            db.table("session").insert(row)
            if not pending:
                db.table("account").update(account, {"signed_in_at": now})
                self._record(
                    db, "SignedIn", account, account=account, session=row["id"], address=address
                )
        return secret

    def session(self, secret: str) -> Session | None:
        """The session of the secret; None when it has ended or expired, or its account is disabled."""
        sessions = self._query_sessions(f"{WITH_ACCOUNT} WHERE s.hash = ?", digest(secret))
        if sessions:
            return sessions[0]
        return None

    def sessions(self) -> list[Session]:
        return self._query_sessions(f"{WITH_ACCOUNT} ORDER BY s.created_at")

    def _query_sessions(self, query: str, *values: object) -> list[Session]:
        rows = self._rows(query, *values)
        for row in rows:
            row["seen_at"] = self._last_use("session", row["hash"], row["seen_at"])
        return [self._session_of(row) for row in rows if not self._is_over(row)]

    def _is_over(self, row: dict[str, Any]) -> bool:
        """Whether the session has expired. A clock that was set back ends a session only where it would otherwise last
        longer than allowed; a clock that was set ahead ends it."""
        now = self.clock()
        if row["disabled"] or row["created_at"] - now > self.limits.absolute_s:
            return True
        longest = self.limits.absolute_s
        if row["pending"]:
            longest = PENDING_S
        return bool(now - row["created_at"] > longest) or bool(
            now - row["seen_at"] > self.limits.idle_s
        )

    def _session_of(self, row: dict[str, Any]) -> Session:
        idle = self.clock() - row["seen_at"]
        locked = bool(row["locked"]) or 0 < self.limits.lock_s < idle
        fields = {
            name: row[name]
            for name in ("id", "account", "role", "counter", "address", "created_at", "seen_at")
        }
        late = not row["totp"] and self.clock() - row["since"] > NEW_S
        number = row["staff_number"]
        return Session(
            **fields,
            pending=bool(row["pending"]),
            locked=locked,
            must_enrol=bool(late),
            staff_number=number,
            unit=row["unit"],
        )

    def touch(self, secret: str) -> None:
        """Notes that the session's owner did something."""
        self._use("session", digest(secret))

    def lock(self, secret: str) -> None:
        with self._change() as db:
            db.execute("UPDATE session SET locked = 1 WHERE hash = ?", [digest(secret)])

    def unlock(self, secret: str) -> None:
        with self._change() as db:
            db.execute(
                "UPDATE session SET locked = 0, wrong_pins = 0 WHERE hash = ?", [digest(secret)]
            )
        self.touch(secret)

    def renew(self, secret: str) -> str:
        """A new secret for the same session, after its owner has proved the identity again. The session's end stays."""
        new = new_secret()
        with self._change() as db:
            db.execute("UPDATE session SET hash = ? WHERE hash = ?", [digest(new), digest(secret)])
        return new

    def may_try_pin(self, secret: str) -> bool:
        """Whether a PIN may be tried. The try is counted before the PIN is checked, so that parallel tries cannot
        exceed the limit."""
        with self._change() as db:
            query = "UPDATE session SET wrong_pins = wrong_pins + 1, locked = 1 WHERE hash = ? AND wrong_pins < ?"
            return bool(db.execute(query, [digest(secret), PINS]).rowcount)

    def wrong_pin(self, secret: str) -> bool:
        """Whether the wrong try was the last one allowed; then the session ends."""
        row = self._row(
            "SELECT id, account, wrong_pins FROM session WHERE hash = ?", digest(secret)
        )
        if row and row["wrong_pins"] >= PINS:
            self._end("hash", digest(secret), row["account"], "wrong_pin")
        return not row or row["wrong_pins"] >= PINS

    def end_session(self, secret: str, why: str = "signed_out") -> None:
        self._end("hash", digest(secret), None, why)

    def revoke_session(self, id: str, *, by: str | None = None) -> None:
        """Ends the session of this id, which `sessions` shows. Raises ValueError when there is none."""
        if not self._end("id", id, by, "revoked"):
            raise ValueError(f"there is no session {id!r}")

    def revoke_sessions(self, account: str, *, by: str | None = None) -> int:
        """Ends all sessions of the account and returns their number."""
        return self._end("account", account, by, "revoked")

    def _end(self, column: str, value: str, by: str | None, why: str) -> int:
        with self._change() as db:
            rows = list(db.query(f"SELECT id, account FROM session WHERE {column} = ?", [value]))
            db.execute(f"DELETE FROM session WHERE {column} = ?", [value])
            for row in rows:
                actor = by or (row["account"] if why == "signed_out" else None)
                self._record(
                    db, "SignedOut", actor, account=row["account"], session=row["id"], reason=why
                )
        return len(rows)

    def _expire(self, now: float) -> None:
        """Deletes rows that expired a day ago."""
        oldest = now - self.limits.absolute_s - 86400
        self._db.execute("DELETE FROM session WHERE created_at < ?", [oldest])
