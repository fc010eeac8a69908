"""The second factor: time-based codes (TOTP, RFC 6238), and recovery codes in case the phone is lost."""

from __future__ import annotations

import base64
import secrets
from typing import Any

import pyotp

from web.access.base import Store

STEP_S = 30
DRIFT_STEPS = 1
"""A phone's clock may be wrong by so many steps, as RFC 6238 (5.2) recommends."""
RECOVERY_CODES = 10
CONFIRM = "UPDATE account SET totp = totp_new, totp_new = NULL, totp_step = ? WHERE name = ?"
SEED_BYTES = 32
SECRET_BYTES = 20
"""160 bits, as RFC 4226 (4, R6) recommends: 32 characters of base32, which authenticators accept."""
RECOVERY_BYTES = 15
"""120 bits in 24 characters of base32: from 112 bits on a plain hash is enough in the store (OWASP ASVS V6.5.2)."""


class Factor(Store):
    def begin_totp(self, name: str) -> str:
        """A new secret. It counts once `confirm_totp` has seen a code of it; until then it stays the same."""
        row = self._row("SELECT totp_new FROM account WHERE name = ?", name)
        if row and row["totp_new"]:
            return self._totp_of(row["totp_new"])
        seed = secrets.token_hex(SEED_BYTES)
        with self._change() as db:
            db.table("account").update(name, {"totp_new": seed})
        return self._totp_of(seed)

    def _totp_of(self, seed: str) -> str:
        """The secret of a stored seed. It is derived with the branch's key and stored nowhere."""
        return base64.b32encode(
            bytes.fromhex(self._keyed_hash("totp", seed))[:SECRET_BYTES]
        ).decode()

    def confirm_totp(self, name: str, code: str) -> list[str]:
        """The recovery codes, which nothing shows again; empty when the code is wrong. Every session of the account
        ends, since it was opened by the password alone."""
        row = self._row("SELECT totp_new FROM account WHERE name = ?", name)
        step = self._step_of(row, "totp_new", code)
        if step is None:
            return []
        codes = [
            base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
            for _ in range(RECOVERY_CODES)
        ]
        with self._change() as db:
            db.execute(CONFIRM, [step, name])
            db.table("session").delete_where("account = ?", [name])
            db.table("recovery").delete_where("account = ?", [name])
            db.table("recovery").insert_all(
                {"hash": self._keyed_hash("recovery", f"{name} {recovery_code}"), "account": name}
                for recovery_code in codes
            )
            self._record_account(db, name, name, "totp")
        return codes

    def drop_totp(self, name: str, *, by: str | None = None) -> None:
        """An administrator removes the second factor of a person who lost the phone and the recovery codes."""
        with self._change() as db:
            db.execute(
                "UPDATE account SET totp = NULL, totp_new = NULL, totp_step = NULL WHERE name = ?",
                [name],
            )
            db.table("recovery").delete_where("account = ?", [name])
            db.table("session").delete_where("account = ?", [name])
            self._record_account(db, by, name, "totp_dropped")

    def check_code(self, name: str, code: str) -> bool:
        """Whether it is the account's present code or one of its recovery codes. Each code is valid once."""
        plain_code = code.replace(" ", "").replace("-", "").lower()
        return self._check_totp(name, plain_code) or self._check_recovery(name, plain_code)

    def _check_totp(self, name: str, code: str) -> bool:
        """Stores the step of the last valid code: neither that code nor an older one is valid again."""
        row = self._row("SELECT totp FROM account WHERE name = ?", name)
        step = self._step_of(row, "totp", code)
        if step is None:
            return False
        with self._change() as db:
            query = "UPDATE account SET totp_step = ? WHERE name = ? AND coalesce(totp_step, 0) < ?"
            return bool(db.execute(query, [step, name, step]).rowcount)

    def _step_of(self, row: dict[str, Any] | None, column: str, code: str) -> int | None:
        """The time step of the code by the seed in this column; None without a seed."""
        if row is None or not row[column]:
            return None
        return _step_of(self._totp_of(row[column]), code, self.clock())

    def _check_recovery(self, name: str, code: str) -> bool:
        with self._change() as db:
            used = db.execute(
                "DELETE FROM recovery WHERE hash = ?",
                [self._keyed_hash("recovery", f"{name} {code}")],
            ).rowcount
            if used:
                self._record_account(db, name, name, "recovery_used")
        return bool(used)


def _step_of(secret: str, code: str, now: float) -> int | None:
    """The time step of the code; None where it is further than DRIFT_STEPS from now."""
    if not (code.isascii() and code.isdigit()):
        return None
    totp = pyotp.TOTP(secret, interval=STEP_S)
    at = int(now) // STEP_S
    steps = range(at - DRIFT_STEPS, at + DRIFT_STEPS + 1)
    return next(
        (step for step in steps if secrets.compare_digest(totp.generate_otp(step), code)), None
    )
