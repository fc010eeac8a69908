"""Who may come in, in `access.db`: accounts, sessions, tokens, codes that enrol a device. Apart from the journal, since
a second process writes it too (`lobby token create`) and it must not be in what a branch shows with Datasette."""

from __future__ import annotations

from pathlib import Path

from web.access.accounts import DEMO_PASSWORD, Account, Accounts
from web.access.base import ACCOUNT_ROLES, DEVICE_ROLES, ROLES, STAFF_ROLES, Clock, Principal, wall_clock
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
]


class Access(Accounts, Factor, Sessions, Codes):
    """The store of one branch. `actor` is who changes something where no session says so."""

    def __init__(self, data: Path, clock: Clock = wall_clock, actor: str = "system") -> None:
        super().__init__(data, clock, actor)
