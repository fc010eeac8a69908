"""What a branch is: frozen values, read once from the configuration and never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from annotated_types import Ge, Gt, Le, MinLen

from lobby.branch.known import Known, by_id, ids
from lobby.branch.names import STRICT, Name, Seconds, Zone
from lobby.branch.person import Person, Staff, spelled
from lobby.branch.rules import (
    NO_CODE,
    Alerts,
    Appointments,
    Budgets,
    Directory,
    Identity,
    Privacy,
    Rules,
    Security,
    Volume,
)

NEEDS = ("elderly", "disabled", "pregnant", "military")
"""Special needs a customer may state at the kiosk; each opens the green channel."""


FULL_VOLUME = 100
USUAL_S = 300
"""What a service takes of which only the id is known."""


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
class Retired:
    """What earlier configurations had and the present one has no more, each thing as it last was. The journal speaks
    of it, so it keeps its name; nothing new is given to it."""

    __pydantic_config__ = STRICT

    areas: tuple[Area, ...] = ()
    tiers: tuple[Tier, ...] = ()
    services: tuple[Service, ...] = ()
    counters: tuple[Counter, ...] = ()


class Offered(NamedTuple):
    """The ids that the configuration has, by kind."""

    area: frozenset[str]
    tier: frozenset[str]
    service: frozenset[str]
    counter: frozenset[str]


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
    privacy: Privacy = field(default_factory=Privacy)
    staff: Staff = field(default_factory=Staff)
    retired: Retired = field(default_factory=Retired)
    """The journal's, never a table of the file. It is found by id too: `offered` is what the configuration has."""

    def __deepcopy__(self, memo: object) -> Branch:
        return self  # it never changes

    @property
    def code(self) -> str:
        """The branch code 机构号; NO_CODE where the configuration has none."""
        return self.branch.code

    @property
    def has_code(self) -> bool:
        return self.code != NO_CODE

    @cached_property
    def area(self) -> Known[Area]:
        return Known((*self.retired.areas, *self.areas), lambda id: Area(id, Name(id, id), Name(id, id)))

    @cached_property
    def tier(self) -> Known[Tier]:
        like = replace(self.standard_tier, area=None)
        return Known((*self.retired.tiers, *self.tiers), lambda id: replace(like, id=id, name=Name(id, id)))

    @cached_property
    def service(self) -> Known[Service]:
        home = self.areas[0].id
        return Known((*self.retired.services, *self.services), lambda id: Service(id, Name(id, id), "A", home, USUAL_S))

    @cached_property
    def counter(self) -> Known[Counter]:
        home = self.areas[0].id
        return Known((*self.retired.counters, *self.counters), lambda id: Counter(id, Name(id, id), home, ()))

    @cached_property
    def board(self) -> dict[str, Board]:
        return by_id(self.boards)

    @cached_property
    def printer(self) -> dict[str, Printer]:
        return by_id(self.printers)

    @cached_property
    def kiosk(self) -> dict[str, Kiosk]:
        return by_id(self.kiosks)

    @cached_property
    def person(self) -> dict[str, Person]:
        """The register of staff, by the staff number as it is `spelled`."""
        return {spelled(person.number): person for person in self.staff.people}

    def staff_number(self, typed: str | None) -> str | None:
        """The staff number as the register has it; None for one that it does not have."""
        person = self.person.get(spelled(typed or ""))
        return person.number if person else None

    def printer_of(self, kiosk: str | None) -> str | None:
        """Where the slips of numbers taken at this kiosk come out; those of nobody's kiosk at the first printer."""
        if kiosk in self.kiosk:
            return self.kiosk[kiosk].printer
        return self.printers[0].id if self.printers else None

    @cached_property
    def offered(self) -> Offered:
        return Offered(ids(self.areas), ids(self.tiers), ids(self.services), ids(self.counters))

    def target_wait_s(self, tier: str, needs: Iterable[str]) -> int:
        """The tier's target wait, or the green channel's where that is shorter, seconds."""
        target = self.tier[tier].target_wait_s
        return min(target, self.rules.green_target_wait_s) if tuple(needs) else target

    def printers_in_use(self) -> set[str]:
        """Those to which slips of new numbers go."""
        kiosks: list[str | None] = [kiosk.id for kiosk in self.kiosks]
        found = {self.printer_of(kiosk) for kiosk in kiosks or [None]}
        return {printer for printer in found if printer}

    def desks(self, service: str, tier: str, area: str) -> tuple[Counter, ...]:
        """The counters that may serve such a ticket."""
        line = service, tier, area
        if line not in self._desks:
            self._desks[line] = tuple(c for c in self.counters if self.may_serve(c, *line))
        return self._desks[line]

    def may_serve(self, desk: Counter, service: str, tier: str, area: str) -> bool:
        """Whether the counter may serve such a ticket. A service, tier or area that the configuration has no more is
        no hindrance: who waits with it can be called at every counter that fits otherwise."""
        has = self.offered
        return (
            (service in desk.serves or service not in has.service)
            and (not desk.tiers or tier in desk.tiers or tier not in has.tier)
            and (area == desk.area or area in desk.helps or area not in has.area)
        )

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
