"""What a branch is: frozen values, read once from the configuration and never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import time
from functools import cached_property
from typing import Annotated, Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

from annotated_types import Ge, Gt, Le, MinLen

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")

NEEDS = ("elderly", "disabled", "pregnant", "military")
"""Special needs a customer may state at the kiosk; each opens the green channel."""

STRICT = {"extra": "forbid"}
"""For the configuration's reader: a key that no field has is a complaint."""

Seconds = Annotated[int, Gt(0)]
Text = Annotated[str, MinLen(1)]


@dataclass(frozen=True)
class Name:
    """A thing's name in the languages of the screens."""

    __pydantic_config__ = STRICT

    zh: Text
    en: Text

    def in_(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Area:
    """A zone of the lobby 功能分区. `self_service` has machines instead of counters; `green` is where
    customers with special needs are served."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    way: Name
    self_service: bool = False
    green: bool = False


@dataclass(frozen=True)
class Tier:
    """A class of customers 客户分层. `area` sends the tier to a dedicated area where one serves it."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    target_wait_s: Seconds
    area: str | None = None
    card_prefixes: tuple[str, ...] = ()
    member_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """What people come for, in their words: services of one group stand together at the kiosk."""

    __pydantic_config__ = STRICT

    id: str
    name: Name


@dataclass(frozen=True)
class Service:
    """A kind of business. `series` is the letter of its numbers, `usual_s` the usual service time
    until the branch's own days teach a better one, `quicker_at` the area that does it faster; `recorded`
    business must be recorded in sound and picture 双录."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    series: str
    area: str
    usual_s: Seconds
    quicker_at: str | None = None
    group: str | None = None
    recorded: bool = False


@dataclass(frozen=True)
class Counter:
    """A desk with a teller. It serves its own area and those it `helps`; empty `tiers` means all;
    `prefers` is the tier it is dedicated to."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    area: str
    serves: tuple[str, ...]
    helps: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    prefers: str | None = None

    def may_serve(self, service: str, tier: str, area: str) -> bool:
        return (
            service in self.serves
            and (not self.tiers or tier in self.tiers)
            and (area == self.area or area in self.helps)
        )


@dataclass(frozen=True)
class Board:
    """A wall display: the areas it shows, or the one counter it hangs above."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    areas: tuple[str, ...]
    counter: str | None = None
    voice: bool = True


@dataclass(frozen=True)
class Printer:
    """A slip printer. `device` is a URL of CONTRACT's forms; `backup` is the printer that takes over; `logo` is a
    picture beside the configuration, printed on top.

    `width_dots` and `cutter` of None mean "what the profile, else the paper width, says".
    """

    __pydantic_config__ = STRICT

    id: str
    device: str
    paper_mm: Literal[58, 80] = 80
    text: Literal["gb18030", "raster"] = "gb18030"
    qr: Literal["native", "raster"] = "native"
    profile: str | None = None
    width_dots: Annotated[int, Ge(200)] | None = None
    cutter: bool | None = None
    backup: str | None = None
    logo: str | None = None
    timeout_s: Annotated[float, Gt(0), Le(30)] = 3.0

    @property
    def dots(self) -> int:
        return self.width_dots or (384 if self.paper_mm == 58 else 576)


@dataclass(frozen=True)
class Rules:
    """What the branch decides for itself; every threshold is the bank's to set.

    `missed` is what a missed call 过号 does: the ticket `ends`, goes `back` by `missed_back` places, to the `last`
    place, or may be drawn again that day with credit for its wait (`redraw`); after `missed_max` it ends.
    """

    __pydantic_config__ = STRICT

    recall_max: Annotated[int, Ge(0)] = 3
    missed: Literal["ends", "back", "last", "redraw"] = "redraw"
    missed_back: Annotated[int, Ge(1)] = 3
    missed_max: Annotated[int, Ge(1)] = 2
    green_target_wait_s: Seconds = 300
    overtaken_max: Annotated[int, Ge(0)] = 80
    feedback_days: Annotated[int, Ge(0)] = 7
    bad_score: Annotated[int, Ge(0), Le(5)] = 2
    directory: str | None = None


@dataclass(frozen=True)
class Alerts:
    """From when on the lobby manager is told; 0 turns a kind off.

    `soon_s` before a promise ends, `crowded` people waiting in an area, a counter `idle_s` without a customer while
    some wait for it, a service `long_factor` times as long as usual, a board `board_s` without a line. `effect_s`
    after the manager acted, what it changed is measured.
    """

    __pydantic_config__ = STRICT

    soon_s: Annotated[int, Ge(0)] = 120
    crowded: Annotated[int, Ge(0)] = 15
    idle_s: Annotated[int, Ge(0)] = 240
    long_factor: Annotated[float, Ge(0)] = 2.5
    board_s: Annotated[int, Ge(0)] = 60
    effect_s: Seconds = 600


@dataclass(frozen=True)
class Appointments:
    """Business by appointment 预约: `per_slot` customers every `every_min` minutes from `opens` to before `closes`.
    Who checks in from `early_min` before to `late_min` after the time is promised `target_wait_s`."""

    __pydantic_config__ = STRICT

    services: Annotated[tuple[str, ...], MinLen(1)]
    opens: time
    closes: time
    every_min: Annotated[int, Ge(5)] = 30
    per_slot: Annotated[int, Ge(1)] = 2
    days_ahead: Annotated[int, Ge(0), Le(60)] = 7
    early_min: Annotated[int, Ge(0)] = 15
    late_min: Annotated[int, Ge(0)] = 15
    target_wait_s: Seconds = 300


@dataclass(frozen=True)
class Security:
    """Who may come in without signing in, and by which host names."""

    __pydantic_config__ = STRICT

    open_loopback: bool = True
    allowed_hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Branch:
    """One branch. Tuples keep the configuration's order; the first tier is the standard tier."""

    __pydantic_config__ = STRICT

    bank: Name
    name: Name
    zone: ZoneInfo
    areas: Annotated[tuple[Area, ...], MinLen(1)]
    tiers: Annotated[tuple[Tier, ...], MinLen(1)]
    services: Annotated[tuple[Service, ...], MinLen(1)]
    counters: Annotated[tuple[Counter, ...], MinLen(1)]
    boards: tuple[Board, ...] = ()
    printers: tuple[Printer, ...] = ()
    groups: tuple[Group, ...] = ()
    public_url: str = ""
    rules: Rules = field(default_factory=Rules)
    alerts: Alerts = field(default_factory=Alerts)
    appointments: Appointments | None = None
    security: Security = field(default_factory=Security)

    @cached_property
    def area(self) -> dict[str, Area]:
        return _by_id(self.areas)

    @cached_property
    def tier(self) -> dict[str, Tier]:
        return _by_id(self.tiers)

    @cached_property
    def service(self) -> dict[str, Service]:
        return _by_id(self.services)

    @cached_property
    def counter(self) -> dict[str, Counter]:
        return _by_id(self.counters)

    @cached_property
    def board(self) -> dict[str, Board]:
        return _by_id(self.boards)

    @cached_property
    def printer(self) -> dict[str, Printer]:
        return _by_id(self.printers)

    def desks(self, service: str, tier: str, area: str) -> tuple[Counter, ...]:
        """The counters that may serve such a ticket."""
        line = service, tier, area
        if line not in self._desks:
            self._desks[line] = tuple(c for c in self.counters if c.may_serve(*line))
        return self._desks[line]

    @cached_property
    def _desks(self) -> dict[tuple[str, str, str], tuple[Counter, ...]]:
        return {}

    @cached_property
    def shortest_s(self) -> int:
        """The usual time of the quickest service, seconds."""
        return min(service.usual_s for service in self.services)

    @property
    def standard_tier(self) -> Tier:
        return self.tiers[0]


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Thing = TypeVar("_Thing", bound=_HasId)


def _by_id(things: Iterable[_Thing]) -> dict[str, _Thing]:
    return {thing.id: thing for thing in things}
