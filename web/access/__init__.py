"""The access store `access.db`: accounts, sessions, tokens, and codes that enrol a device. It is separate from the
journal, since a second process writes it too (`lobby token create`) and Datasette must not show it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from web.access.accounts import DEMO_PASSWORD, Account, Accounts, demo_accounts
from web.access.base import (
    ACCOUNT_ROLES,
    DEVICE_ROLES,
    ROLES,
    STAFF_ROLES,
    Clock,
    Principal,
    wall_clock,
)
from web.access.codes import Codes, EnrolmentCode
from web.access.factor import Factor
from web.access.sessions import Limits, Session, Sessions
from web.access.tokens import Token

__all__ = [
    "ACCOUNT_ROLES",
    "DEMO_PASSWORD",
    "DEVICE_ROLES",
    "ROLES",
    "STAFF_ROLES",
    "Access",
    "Account",
    "EnrolmentCode",
    "Limits",
    "Principal",
    "Session",
    "Token",
    "demo_accounts",
]


@dataclass(frozen=True)
class ComesIn:
    """Under which name somebody acts, and whether that has ended."""

    name: str
    role: str
    staff_number: str | None
    disabled: bool


class Access(Accounts, Factor, Sessions, Codes):
    """The store of one branch. `actor` is the author of changes that name none."""

    def __init__(self, data: Path, clock: Clock = wall_clock, actor: str = "system") -> None:
        super().__init__(data, clock, actor)

    def known_accounts(self) -> list[ComesIn]:
        """Everybody of the staff who has an account, and the systems that act under a name of their own."""
        people = [
            ComesIn(one.name, one.role, one.staff_number, one.disabled) for one in self.accounts()
        ]
        now = self.clock()
        systems = [
            ComesIn(one.name, one.role, None, one.disabled or now > (one.expires_at or math.inf))
            for one in self.tokens()
            if one.role in STAFF_ROLES
        ]
        return people + systems
