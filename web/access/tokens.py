"""Bearer tokens of devices, each bound to its board or kiosk, and of other systems, which have a staff role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from web.access.base import DEVICE_ROLES, ROLES, Principal, digest, must_be, new_secret
from web.access.names import key, look, tidy
from web.access.uses import Uses

STAFF_DAYS = 90
"""A staff role's token expires after so many days by default."""
DAY_S = 86400.0


@dataclass(frozen=True)
class Token:
    """What may be shown of a token: no secret."""

    id: str
    name: str
    role: str
    counter: str | None
    board: str | None
    kiosk: str | None
    created_at: float | None
    expires_at: float | None
    used_at: float | None
    disabled: bool
    unit: str | None

    @property
    def principal(self) -> Principal:
        return Principal(self.name, self.role, self.counter, self.board, self.kiosk, unit=self.unit)

    @property
    def bound(self) -> str:
        return self.board or self.kiosk or self.counter or self.unit or ""


class Tokens(Uses):
    def create_token(
        self,
        role: str,
        counter: str | None = None,
        board: str | None = None,
        kiosk: str | None = None,
        *,
        name: str = "",
        days: int | None = None,
        unit: str | None = None,
        by: str | None = None,
    ) -> str:
        """Creates a bearer token and returns it; it is never shown again. Raises ValueError for an unfit role or
        name."""
        must_be(role, ROLES)
        token = f"lobby_{new_secret()}"
        now = self.clock()
        hashed = digest(token)
        if role not in DEVICE_ROLES:
            days = days or STAFF_DAYS
        row: dict[str, Any] = {
            "hash": hashed,
            "id": hashed[:6],
            "name": self._token_name(name) if name else f"{role}-{hashed[:6]}",
        }
        row |= {"role": role, "counter": counter, "board": board, "kiosk": kiosk, "disabled": 0}
        row |= {"demo": int(self.demo), "unit": unit}
        row |= {"created_at": now, "expires_at": now + days * DAY_S if days else None}
        with self._change() as db:
            db.table("token").insert(row)
            self._record_token(db, by, "created", row)
        return token

    def _token_name(self, name: str) -> str:
        """The tidy name. The journal has the token's acts under it, so no other token or account may have it."""
        tidy_name = tidy(name)
        for other in self._rows("SELECT name FROM account UNION SELECT name FROM token"):
            if look(other["name"]) == look(tidy_name):
                raise ValueError(
                    f"the name {tidy_name!r} is taken, or looks like {other['name']!r}"
                )
        return tidy_name

    def tokens(self) -> list[Token]:
        return [
            self._token_of(row) for row in self._rows("SELECT * FROM token ORDER BY role, name")
        ]

    def token(self, secret: str) -> Token | None:
        """The token of the secret; None for a token that is revoked, disabled or expired."""
        row = self._row("SELECT * FROM token WHERE hash = ?", digest(secret))
        if row is None or row["disabled"] or self.clock() > (row["expires_at"] or float("inf")):
            return None
        return self._token_of(row)

    def principal_for_token(self, secret: str) -> Principal | None:
        token = self.token(secret)
        if token:
            return token.principal
        return None

    def used(self, token: Token) -> None:
        self._use("token", token.id)

    def _token_of(self, row: dict[str, Any]) -> Token:
        return _token({**row, "used_at": self._last_use("token", row["id"], row["used_at"])})

    def revoke_token(self, id_or_name: str, *, by: str | None = None) -> None:
        """Revokes the token for good. Raises ValueError when there is none."""
        row = self._token_row(id_or_name)
        with self._change() as db:
            db.table("token").delete_where("hash = ?", [row["hash"]])
            self._record_token(db, by, "revoked", row)

    def disable_token(self, id_or_name: str, *, by: str | None = None) -> None:
        self._switch(id_or_name, by, disabled=True)

    def enable_token(self, id_or_name: str, *, by: str | None = None) -> None:
        self._switch(id_or_name, by, disabled=False)

    def _switch(self, id_or_name: str, by: str | None, *, disabled: bool) -> None:
        row = self._token_row(id_or_name)
        with self._change() as db:
            db.execute("UPDATE token SET disabled = ? WHERE hash = ?", [int(disabled), row["hash"]])
            self._record_token(db, by, "disabled" if disabled else "enabled", row)

    def _token_row(self, id_or_name: str) -> dict[str, Any]:
        for row in self._rows("SELECT * FROM token"):
            if id_or_name == row["id"] or key(id_or_name) == key(row["name"]):
                return row
        raise ValueError(f"there is no token {id_or_name!r}")

    def _record_token(self, db: Any, by: str | None, change: str, row: dict[str, Any]) -> None:
        bound = row["board"] or row["kiosk"] or row["counter"] or row["unit"] or ""
        fields = {"token": row["id"], "name": row["name"], "role": row["role"], "bound": bound}
        self._record(db, "TokenChanged", by, change=change, **fields)


def _token(row: dict[str, Any]) -> Token:
    fields = {n: row[n] for n in ("id", "name", "role", "counter", "board", "kiosk", "unit")}
    fields |= {n: row[n] for n in ("created_at", "expires_at", "used_at")}
    return Token(**fields, disabled=bool(row["disabled"]))
