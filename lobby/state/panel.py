"""A focus-customer panel 焦点客户座谈会: who is invited out of those who agreed to be asked, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

REMEMBERED = timedelta(days=2 * 366)
"""So long a panel is in the state: longer than any `panel.again_days`, so that nobody is invited twice within it."""


class PanelState(StrEnum):
    """`planned` until it took place."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class InvitationState(StrEnum):
    """`drawn` until somebody asked the customer; `withdrawn`: the customer no longer wants to be asked."""

    DRAWN = "drawn"
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    CAME = "came"
    ABSENT = "absent"
    WITHDRAWN = "withdrawn"


GONE = frozenset({InvitationState.DECLINED, InvitationState.WITHDRAWN, InvitationState.ABSENT})


class Balance(StrEnum):
    """What the draw aims at: the same number of customers from each group, or the shares that groups have in visits."""

    EQUAL = "equal"
    VISITS = "visits"


class Dimension(StrEnum):
    """By what a panel is balanced."""

    TIER = "tier"
    SERVICE = "service"
    SCORE = "score"


class Leads(StrEnum):
    """What a finding becomes."""

    CASE = "case"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Guest:
    """A customer who agreed to be asked: the `ticket` of the visit that the card is of, its groups, and a `mark` of the
    contact. A mark says "perhaps the same customer as before"; a million telephone numbers have the same one."""

    ticket: str
    tier: str
    service: str
    score: int
    mark: str

    def group(self, dimension: Dimension) -> str:
        return str(getattr(self, dimension))


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a dimension: how many visits, cards and agreements of the period were its own."""

    dimension: Dimension
    key: str
    visits: int
    cards: int
    agreed: int


@dataclass(frozen=True, slots=True)
class Draw:
    """How some guests were drawn: everybody with the `seed` draws the same ones out of the same pool. `passed_over`
    agreed too, and were invited within the last `again_days`."""

    at: datetime
    by: str
    seed: str
    drawn: int
    pool: int
    passed_over: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Invitation:
    """A guest's, in its present state since `at`."""

    guest: Guest
    drawn_at: datetime
    state: InvitationState
    at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """What the panel found, in words without names, and the case or action that it became."""

    at: datetime
    text: str
    leads: Leads
    id: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel on the day `on`, of cards handed in for visits from `since` to `until`. `hosts` are those of the bank.
    `reason`, sealed, says why it does not take place."""

    id: str
    title: str
    on: date
    place: str
    hosts: str
    size: int
    balance: Balance
    since: date
    until: date
    owner: str
    opened_at: datetime
    state: PanelState = PanelState.PLANNED
    draws: tuple[Draw, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    findings: tuple[Finding, ...] = ()
    reason: str = ""

    def invitation(self, ticket: str) -> Invitation | None:
        return next((i for i in self.invitations if i.guest.ticket == ticket), None)

    @property
    def expected(self) -> tuple[Invitation, ...]:
        """Those who did not decline or stay away."""
        return tuple(i for i in self.invitations if i.state not in GONE)
