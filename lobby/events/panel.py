"""Focus-customer panels 焦点客户座谈会."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from lobby.events.base import Event, Topic
from lobby.events.personal import personal


@dataclass(frozen=True, slots=True)
class DrawnGuest:
    """A customer who was drawn: the ticket of the visit, its tier, service and score, and a short keyed `mark` of the
    contact by which nobody is invited twice."""

    ticket: str
    tier: str
    service: str
    score: int
    mark: str


@dataclass(frozen=True, slots=True)
class PoolGroup:
    """A group of customers in the period: `key` is a tier's, a service's or a score, as `dimension` says."""

    dimension: str
    key: str
    visits: int
    cards: int
    agreed: int


@dataclass(frozen=True, slots=True)
class PanelPlanned(Event):
    """A panel of `size` customers is to take place on the day `on`; guests are drawn from the cards of visits from
    `since` to `until`. `balance`: `equal` numbers from each group, or their shares in `visits`."""

    TOPICS = frozenset({Topic.PANEL})

    panel: str
    title: str
    on: date
    place: str
    hosts: str
    size: int
    balance: str
    since: date
    until: date
    owner: str


@dataclass(frozen=True, slots=True)
class PanelArranged(Event):
    """Day, place or hosts of the meeting are others now."""

    TOPICS = frozenset({Topic.PANEL})

    panel: str
    on: date
    place: str
    hosts: str


@dataclass(frozen=True, slots=True)
class PanelDrawn(Event):
    """These guests were drawn by the `seed` from a pool of `pool` customers who agreed to be asked; `passed_over` more
    were invited not long ago. `groups` tell what the pool was like. `pool_digest` is the SHA-256 of the pool's tickets,
    sorted, one a line: whoever draws again sees whether the pool is the same. Earlier journals have none."""

    TOPICS = frozenset({Topic.PANEL})

    panel: str
    by: str
    seed: str
    pool: int
    passed_over: int
    guests: tuple[DrawnGuest, ...]
    groups: tuple[PoolGroup, ...]
    pool_digest: str = ""


@dataclass(frozen=True, slots=True)
class InvitationChanged(Event):
    """What became of the invitation of the `guest`, a ticket's id: asked, agreed, declined, came, absent, or withdrawn
    (the customer no longer wants to be asked, and the contact is erased)."""

    TOPICS = frozenset({Topic.PANEL})

    panel: str
    guest: str
    state: str


@dataclass(frozen=True, slots=True)
class PanelContactRead(Event):
    """Somebody read how the `guest`, a ticket's id, can be reached."""

    TOPICS = frozenset({Topic.PANEL})

    panel: str
    guest: str
    by: str


@dataclass(frozen=True, slots=True)
class PanelHeld(Event):
    """The panel took place."""

    TOPICS = frozenset({Topic.PANEL})

    panel: str


@dataclass(frozen=True, slots=True)
class PanelCancelled(Event):
    """The panel does not take place, for this reason, which is sealed."""

    SUBJECT: ClassVar[str] = "panel"
    TOPICS = frozenset({Topic.PANEL})

    panel: str
    reason: str = personal()


@dataclass(frozen=True, slots=True)
class PanelFound(Event):
    """The panel found something; it `leads` to a case or an action, which has this `id`. The `text` is the title of an
    action; what a case says is sealed with the case."""

    TOPICS = frozenset({Topic.PANEL})

    panel: str
    text: str
    leads: str
    id: str
