"""One-time codes by which a device enrols: made by an admin, typed at the device, good for ten minutes and once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from web.access.base import DEVICE_ROLES, must_be
from web.access.tokens import Tokens

DIGITS = 8
"""Digits alone: a kiosk has no keyboard. With ten tries an address in ten minutes nobody finds one."""
GOOD_S = 600.0


@dataclass(frozen=True)
class EnrolmentCode:
    """As it is shown once: to an admin, who types it at the device."""

    code: str
    role: str
    bound: str
    name: str
    expires_at: float


class Codes(Tokens):
    def create_code(self, role: str, bound: str = "", name: str = "", *, by: str | None = None) -> EnrolmentCode:
        """`bound`: the board's or kiosk's id. ValueError for a role or name that does not fit."""
        must_be(role, DEVICE_ROLES)
        clean = self._token_name(name) if name else ""
        code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        made = EnrolmentCode(code, role, bound, clean, self.clock() + GOOD_S)
        row = {
            "hash": self._sealed("enrolment", code),
            "role": role,
            "bound": bound,
            "name": clean,
            "expires_at": made.expires_at,
        }
        with self._change() as db:
            db.execute("DELETE FROM code WHERE expires_at < ?", [self.clock()])
            db.table("code").insert(row | {"by": by or self.actor})
        return made

    def enrol(self, code: str, address: str) -> tuple[str, EnrolmentCode] | None:
        """The device's token and what it was enrolled as; None for a code that is wrong, used or over."""
        typed = "".join(sign for sign in code if sign.isalnum())
        with self._change() as db:
            row = self._row("SELECT * FROM code WHERE hash = ?", self._sealed("enrolment", typed))
            if row is None or row["expires_at"] < self.clock():
                return None
            db.execute("DELETE FROM code WHERE hash = ?", [row["hash"]])
            board, kiosk = (row["bound"] or None if row["role"] == one else None for one in ("board", "kiosk"))
            secret = self.create_token(row["role"], None, board, kiosk, name=row["name"], by=row["by"])
            named = self.token(secret)
            shown = {"token": named.id, "name": named.name} if named else {}
            told = {**shown, "role": row["role"], "bound": row["bound"], "address": address}
            self._tell(db, "DeviceEnrolled", row["by"], **told)
        return secret, EnrolmentCode("", row["role"], row["bound"], row["name"], row["expires_at"])
