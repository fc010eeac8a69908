"""One-time codes that enrol a device. An administrator makes a code and types it at the device within ten minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from web.access.base import DEVICE_ROLES, must_be
from web.access.tokens import Tokens

DIGITS = 8
"""Only digits, since a kiosk has no keyboard. With ten tries per address in ten minutes nobody guesses a code."""
GOOD_S = 600.0


@dataclass(frozen=True)
class EnrolmentCode:
    """A code as an administrator sees it once, with what the device becomes."""

    code: str
    role: str
    bound: str
    name: str
    expires_at: float


class Codes(Tokens):
    def create_code(
        self, role: str, bound: str = "", name: str = "", *, by: str | None = None
    ) -> EnrolmentCode:
        """Creates a code. `bound` is the board's or kiosk's id. Raises ValueError for an unfit role or name."""
        must_be(role, DEVICE_ROLES)
        tidy_name = name and self._token_name(name)
        code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        enrolment = EnrolmentCode(code, role, bound, tidy_name, self.clock() + GOOD_S)
        row = {
            "hash": self._keyed_hash("enrolment", code),
            "role": role,
            "bound": bound,
            "name": tidy_name,
            "expires_at": enrolment.expires_at,
        }
        with self._change() as db:
            db.execute("DELETE FROM code WHERE expires_at < ?", [self.clock()])
            db.table("code").insert(row | {"by": by or self.actor})
        return enrolment

    def enrol(self, code: str, address: str) -> tuple[str, EnrolmentCode] | None:
        """The device's token and its enrolment; None for a code that is wrong, used or expired."""
        typed = "".join(char for char in code if char.isalnum())
        with self._change() as db:
            row = self._row(
                "SELECT * FROM code WHERE hash = ?", self._keyed_hash("enrolment", typed)
            )
            if row is None or row["expires_at"] < self.clock():
                return None
            db.execute("DELETE FROM code WHERE hash = ?", [row["hash"]])
            board, kiosk = (
                row["bound"] or None if row["role"] == role else None for role in ("board", "kiosk")
            )
            secret = self.create_token(
                row["role"], None, board, kiosk, name=row["name"], by=row["by"]
            )
            token = self.token(secret)
            token_fields = {"token": token.id, "name": token.name} if token else {}
            fields = {
                **token_fields,
                "role": row["role"],
                "bound": row["bound"],
                "address": address,
            }
            self._record(db, "DeviceEnrolled", row["by"], **fields)
        return secret, EnrolmentCode("", row["role"], row["bound"], row["name"], row["expires_at"])
