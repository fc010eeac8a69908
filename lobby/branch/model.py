"""What a branch is: frozen values, read once from the configuration and never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Literal, Protocol, TypeVar

from annotated_types import Ge, Gt, Le, MinLen

from lobby.branch.names import STRICT, Name, Seconds, Zone
from lobby.branch.rules import NO_CODE, Alerts, Appointments, Budgets, Directory, Identity, Rules, Security, Volume

NEEDS = ("elderly", "disabled", "pregnant", "military")
"""Special needs a customer may state at the kiosk; each opens the green channel."""


FULL_VOLUME = 100


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
    """A wall display: the areas it shows, or the one counter it hangs above; upright by itself where the screen
    stands upright. `layout` "area" gives one area's line more room. `slides` is a folder beside this file with
    the branch's own pictures and announcements, each shown for `slide_s` while few are called; see
    docs/boards.md."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    areas: Annotated[tuple[str, ...], MinLen(1)]
    counter: str | None = None
    layout: Literal["main", "area"] = "main"
    voice: bool = True
    slides: str | None = None
    slide_s: Annotated[int, Ge(5), Le(3600)] = 15


Font = Literal["gb2312", "gbk", "gb18030"]
"""The characters of a printer's own Chinese font: 7,445, 21,886, or all Chinese ones."""


@dataclass(frozen=True)
class Printer:
    """A slip printer. `device` is a URL of CONTRACT's forms; `backup` is the printer that takes over; `logo` is a
    picture beside the configuration, printed on top; `font` is how much the printer's own Chinese font has, of
    which every one has GB 2312; `mute` is a model that never tells its status, so that its
    silence is no trouble.

    `width_dots` and `cutter` of None mean "what the profile, else the paper width, says".
    """

    __pydantic_config__ = STRICT

    id: str
    device: str
    paper_mm: Literal[58, 80] = 80
    text: Literal["gb18030", "raster"] = "gb18030"
    font: Font = "gb2312"
    qr: Literal["native", "raster"] = "native"
    profile: str | None = None
    width_dots: Annotated[int, Ge(200), Le(1280)] | None = None
    cutter: bool | None = None
    backup: str | None = None
    logo: str | None = None
    mute: bool = False
    timeout_s: Annotated[float, Gt(0), Le(30)] = 3.0

    @property
    def dots(self) -> int:
        return self.width_dots or (384 if self.paper_mm == 58 else 576)


@dataclass(frozen=True)
class Kiosk:
    """A machine that gives numbers 取号机. Its slips come out of `printer`; without one it shows the number's code on
    its screen."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    printer: str | None = None


@dataclass(frozen=True)
class Branch:
    """One branch. Tuples keep the configuration's order; the first tier is the standard tier."""

    __pydantic_config__ = STRICT

    bank: Name
    name: Name
    zone: Zone
    areas: Annotated[tuple[Area, ...], MinLen(1)]
    tiers: Annotated[tuple[Tier, ...], MinLen(1)]
    services: Annotated[tuple[Service, ...], MinLen(1)]
    counters: Annotated[tuple[Counter, ...], MinLen(1)]
    boards: tuple[Board, ...] = ()
    volume: tuple[Volume, ...] = ()
    printers: tuple[Printer, ...] = ()
    kiosks: tuple[Kiosk, ...] = ()
    groups: tuple[Group, ...] = ()
    public_url: str = ""
    branch: Identity = field(default_factory=Identity)
    rules: Rules = field(default_factory=Rules)
    alerts: Alerts = field(default_factory=Alerts)
    appointments: Appointments | None = None
    directory: Directory = field(default_factory=Directory)
    security: Security = field(default_factory=Security)
    budgets: Budgets = field(default_factory=Budgets)

    @property
    def code(self) -> str:
        """The branch code 机构号; NO_CODE where the configuration has none."""
        return self.branch.code

    @property
    def has_code(self) -> bool:
        return self.code != NO_CODE

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

    @cached_property
    def kiosk(self) -> dict[str, Kiosk]:
        return _by_id(self.kiosks)

    def printer_of(self, kiosk: str | None) -> str | None:
        """Where the slips of numbers taken at this kiosk come out; those of nobody's kiosk at the first printer."""
        if kiosk in self.kiosk:
            return self.kiosk[kiosk].printer
        return self.printers[0].id if self.printers else None

    @cached_property
    def offers(self) -> frozenset[str]:
        """The ids of the services, tiers and areas that the configuration has. Those found by id may be of days
        before it was changed (lobby/journal/former.py)."""
        things: tuple[_HasId, ...] = (*self.services, *self.tiers, *self.areas)
        return frozenset(thing.id for thing in things)

    def printers_in_use(self) -> set[str]:
        """Those to which slips of new numbers go."""
        kiosks: list[str | None] = [kiosk.id for kiosk in self.kiosks]
        found = {self.printer_of(kiosk) for kiosk in kiosks or [None]}
        return {printer for printer in found if printer}

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

    def day_of(self, at: datetime) -> date:
        """The branch's day that the instant falls in."""
        return at.astimezone(self.zone).date()

    def volume_at(self, at: datetime) -> int:
        """How loud the boards are at this instant, of 100."""
        local = at.astimezone(self.zone).time()
        return next((span.level for span in self.volume if span.covers(local)), FULL_VOLUME)

    @property
    def standard_tier(self) -> Tier:
        return self.tiers[0]


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Thing = TypeVar("_Thing", bound=_HasId)


def _by_id(things: Iterable[_Thing]) -> dict[str, _Thing]:
    return {thing.id: thing for thing in things}
