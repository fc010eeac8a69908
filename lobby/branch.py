"""What a branch is: frozen values, read once from the configuration and never changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")

NEEDS = ("elderly", "disabled", "pregnant", "military")
"""Special needs a customer may state at the kiosk; each opens the green channel."""


@dataclass(frozen=True)
class Name:
    """A thing's name in the languages of the screens."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True)
class Area:
    """A zone of the lobby 功能分区; `self_service` has machines instead of counters."""

    id: str
    name: Name
    way: Name
    self_service: bool = False


@dataclass(frozen=True)
class Tier:
    """A class of customers 客户分层. `area` sends the tier to a dedicated area where one serves it."""

    id: str
    name: Name
    target_wait_s: int
    area: str | None = None
    card_prefixes: tuple[str, ...] = ()
    member_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Service:
    """A kind of business. `series` is the letter of its numbers, `usual_s` the usual service time
    until the branch's own days teach a better one, `quicker_at` the area that does it faster."""

    id: str
    name: Name
    series: str
    area: str
    usual_s: int
    quicker_at: str | None = None


@dataclass(frozen=True)
class Counter:
    """A desk with a teller. It serves its own area and those it `helps`; empty `tiers` means all;
    `prefers` is the tier it is dedicated to."""

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

    id: str
    name: Name
    areas: tuple[str, ...]
    counter: str | None = None
    voice: bool = True


@dataclass(frozen=True)
class Printer:
    """A slip printer. `device` is a URL of CONTRACT's forms; `backup` is the printer that takes over.

    `width_dots` and `cutter` of None mean "what the profile, else the paper width, says".
    """

    id: str
    device: str
    paper_mm: Literal[58, 80] = 80
    text: Literal["gb18030", "raster"] = "gb18030"
    qr: Literal["native", "raster"] = "native"
    profile: str | None = None
    width_dots: int | None = None
    cutter: bool | None = None
    backup: str | None = None
    timeout_s: float = 3.0

    @property
    def dots(self) -> int:
        return self.width_dots or (384 if self.paper_mm == 58 else 576)


@dataclass(frozen=True)
class Rules:
    """What the branch decides for itself; every threshold is the bank's to set."""

    recall_max: int = 3
    green_target_wait_s: int = 300
    feedback_days: int = 7
    bad_score: int = 2
    directory: str | None = None


@dataclass(frozen=True)
class Security:
    open_loopback: bool = True
    allowed_hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Branch:
    """One branch. Tuples keep the configuration's order; the first tier is the standard tier."""

    bank: Name
    name: Name
    zone: ZoneInfo
    public_url: str
    areas: tuple[Area, ...]
    tiers: tuple[Tier, ...]
    services: tuple[Service, ...]
    counters: tuple[Counter, ...]
    boards: tuple[Board, ...]
    printers: tuple[Printer, ...]
    rules: Rules = field(default_factory=Rules)
    security: Security = field(default_factory=Security)

    @cached_property
    def area(self) -> dict[str, Area]:
        return {a.id: a for a in self.areas}

    @cached_property
    def tier(self) -> dict[str, Tier]:
        return {t.id: t for t in self.tiers}

    @cached_property
    def service(self) -> dict[str, Service]:
        return {s.id: s for s in self.services}

    @cached_property
    def counter(self) -> dict[str, Counter]:
        return {c.id: c for c in self.counters}

    @cached_property
    def board(self) -> dict[str, Board]:
        return {b.id: b for b in self.boards}

    @cached_property
    def printer(self) -> dict[str, Printer]:
        return {p.id: p for p in self.printers}

    @property
    def standard_tier(self) -> Tier:
        return self.tiers[0]
