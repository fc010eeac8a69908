"""What a branch is: frozen values that are read once from the configuration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import Strict

from lobby.branch.calendar import Calendar
from lobby.branch.care import Aid, Care, Thing
from lobby.branch.deadlines import Cases, Terms
from lobby.branch.hours import Hours
from lobby.branch.lookup import Lookup, Remembering, by_id, ids
from lobby.branch.names import STRICT, Name, Seconds, Zone
from lobby.branch.opening import Opening
from lobby.branch.person import Person, Staff, spelled
from lobby.branch.recording import Recording
from lobby.branch.rules import (
    NO_CODE,
    ActionRules,
    Alerts,
    Appointments,
    Budgets,
    Directory,
    HeadquartersRules,
    Identity,
    Notices,
    PanelRules,
    Privacy,
    Reports,
    Rules,
    Security,
    VoiceRules,
    Volume,
    volume_at,
)
from lobby.branch.screens import Board, Group, Kiosk
from lobby.branch.standards import Standards

NEEDS = ("elderly", "disabled", "pregnant", "military")
"""Special needs a customer may state at the kiosk; each opens the green channel."""

USUAL_S = 300
"""The usual time of a service of which only the id is known: five minutes, since nothing better is known."""


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
    """A class of customers 客户分层. `area` sends the tier to an area of its own, where a counter there serves it."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    target_wait_s: Seconds
    area: str | None = None
    card_prefixes: tuple[str, ...] = ()
    member_prefixes: tuple[str, ...] = ()


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
    """A counter with a teller. It serves its own area and those it `helps`; empty `tiers` means all;
    `prefers` is the tier it is dedicated to; `hours` are its own within those of the branch."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    area: str
    serves: tuple[str, ...]
    helps: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    prefers: str | None = None
    hours: Hours = field(default_factory=Hours)


Font = Literal["gb2312", "gbk", "gb18030"]
"""The characters of a printer's own Chinese font: 7,445, 21,886, or all Chinese ones."""


@dataclass(frozen=True)
class Printer:
    """A slip printer. `device` is a URL of one of the forms below; `backup` is the printer that takes over; `logo`
    is a picture beside the configuration, printed on top; `font` names the characters of the printer's own Chinese
    font (every such font has GB 2312); `mute` is a model that never reports its status, so that no answer is no
    fault.

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
    width_dots: Annotated[int, Strict(), Ge(200), Le(1280)] | None = None
    cutter: bool | None = None
    backup: str | None = None
    logo: str | None = None
    mute: bool = False
    timeout_s: Annotated[float, Gt(0), Le(30)] = 3.0

    @property
    def dots(self) -> int:
        return self.width_dots or (384 if self.paper_mm == 58 else 576)


@dataclass(frozen=True)
class Retired:
    """What earlier configurations had and the present one has not, each thing as it last was. The journal names it,
    so it keeps its name; no new ticket goes to it."""

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
class Branch(Remembering):
    """One branch. Lists keep the configuration's order; the first tier is the standard tier."""

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
    things: tuple[Thing, ...] = ()
    aids: tuple[Aid, ...] = ()
    public_url: str = ""
    branch: Identity = field(default_factory=Identity)
    rules: Rules = field(default_factory=Rules)
    alerts: Alerts = field(default_factory=Alerts)
    appointments: Appointments | None = None
    directory: Directory = field(default_factory=Directory)
    notices: Notices = field(default_factory=Notices)
    headquarters: HeadquartersRules = field(default_factory=HeadquartersRules)
    security: Security = field(default_factory=Security)
    budgets: Budgets = field(default_factory=Budgets)
    privacy: Privacy = field(default_factory=Privacy)
    care: Care = field(default_factory=Care)
    cases: Cases = field(default_factory=Cases)
    reports: Reports = field(default_factory=Reports)
    staff: Staff = field(default_factory=Staff)
    panel: PanelRules = field(default_factory=PanelRules)
    recording: Recording = field(default_factory=Recording)
    actions: ActionRules = field(default_factory=ActionRules)
    calendar: Calendar = field(default_factory=Calendar)
    hours: Hours = field(default_factory=Hours)
    voice: VoiceRules = field(default_factory=VoiceRules)
    standards: Standards = field(default_factory=Standards)
    retired: Retired = field(default_factory=Retired)
    """From the journal, never a table of the file. Look-ups by id find it too; `offered` has the present ids only."""

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
    def area(self) -> Lookup[Area]:
        areas = (*self.retired.areas, *self.areas)
        return Lookup(areas, lambda id: Area(id, Name(id, id), Name(id, id)))

    @cached_property
    def tier(self) -> Lookup[Tier]:
        tiers = (*self.retired.tiers, *self.tiers)
        standard = replace(self.standard_tier, area=None)
        return Lookup(tiers, lambda id: replace(standard, id=id, name=Name(id, id)))

    @cached_property
    def service(self) -> Lookup[Service]:
        services = (*self.retired.services, *self.services)
        area = self.areas[0].id
        return Lookup(services, lambda id: Service(id, Name(id, id), "A", area, USUAL_S))

    @cached_property
    def counter(self) -> Lookup[Counter]:
        counters = (*self.retired.counters, *self.counters)
        area = self.areas[0].id
        return Lookup(counters, lambda id: Counter(id, Name(id, id), area, ()))

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
    def thing(self) -> Lookup[Thing]:
        return Lookup(self.things, lambda id: Thing(id, Name(id, id)))

    @cached_property
    def person(self) -> dict[str, Person]:
        """The register of staff, by the staff number as it is `spelled`."""
        return {spelled(person.number): person for person in self.staff.people}

    def staff_number(self, typed: str | None) -> str | None:
        """The staff number as the register spells it; None for a number that it does not have."""
        person = self.person.get(spelled(typed or ""))
        return person.number if person else None

    def printer_of(self, kiosk: str | None) -> str | None:
        """The printer of the slips of this kiosk; the first printer where no kiosk is named."""
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
        """The printers that print slips of new numbers."""
        return {printer for id in self.kiosk or [None] if (printer := self.printer_of(id))}

    def counters_for(self, service: str, tier: str, area: str) -> tuple[Counter, ...]:
        """The counters that may serve such a ticket."""
        queue = service, tier, area
        if queue not in self._counters_by_queue:
            self._counters_by_queue[queue] = tuple(
                c for c in self.counters if self.may_serve(c, *queue)
            )
        return self._counters_by_queue[queue]

    def may_serve(self, counter: Counter, service: str, tier: str, area: str) -> bool:
        """Whether the counter may serve such a ticket. A retired service, tier or area is no hindrance: every counter
        that fits otherwise may call its tickets."""
        offered = self.offered
        return (
            (service in counter.serves or service not in offered.service)
            and (not counter.tiers or tier in counter.tiers or tier not in offered.tier)
            and (area == counter.area or area in counter.helps or area not in offered.area)
        )

    @cached_property
    def _counters_by_queue(self) -> dict[tuple[str, str, str], tuple[Counter, ...]]:
        return {}

    @cached_property
    def terms(self) -> Terms:
        """What deadlines of cases are computed by."""
        return Terms(self.cases, self.calendar, self.zone)

    @cached_property
    def opening(self) -> Opening:
        """When the branch serves."""
        return Opening(self.hours, self.calendar, self.zone)

    @cached_property
    def counter_opening(self) -> dict[str, Opening]:
        """When each counter serves, within the hours of the branch."""
        return {c.id: Opening(c.hours, self.calendar, self.zone) for c in self.counters}

    @cached_property
    def shortest_s(self) -> int:
        """The usual time of the quickest service, seconds."""
        return min(service.usual_s for service in self.services)

    def day_of(self, at: datetime) -> date:
        """The branch's day that the instant falls in."""
        return at.astimezone(self.zone).date()

    def volume_at(self, at: datetime) -> int:
        """How loud the boards are at this instant, of 100."""
        return volume_at(self.volume, at.astimezone(self.zone).time())

    @property
    def standard_tier(self) -> Tier:
        return self.tiers[0]
