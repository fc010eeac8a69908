"""The access store `access.db`: accounts, sessions, tokens, and codes that enrol a device. It is separate from the
journal, since a second process writes it too (`lobby token create`) and Datasette must not show it."""

from __future__ import annotations

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


class Access(Accounts, Factor, Sessions, Codes):
    """The store of one branch. `actor` is the author of changes that name none."""

    def __init__(self, data: Path, clock: Clock = wall_clock, actor: str = "system") -> None:
        super().__init__(data, clock, actor)
