"""`hq.toml`: a province in its office's words. An empty file takes every branch in, without a tree above them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from annotated_types import Ge, Le
from pydantic import Field, Strict

from lobby.branch.config import Complaint, ConfigError, checked, tables
from lobby.branch.forms import BRANCH_CODE
from lobby.branch.names import ALIAS, STRICT, Name, Zone
from lobby.branch.rules import Security
from lobby.texts import Text

NAME = Name("省分行", "Provincial office")
ZONE = ZoneInfo("Asia/Shanghai")
UNIT_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
"""Addresses and the names of bulletins' files hold such an id without escapes."""


@dataclass(frozen=True)
class Unit:
    """A province or a city: what stands above branches. The top has no `parent`."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    parent: str = ""


@dataclass(frozen=True)
class Outlet:
    """A branch 网点 in the tree: under `unit` from a day on, until a day. A branch that moved to another unit stands
    here twice, with the days of each: what it did before stays where it was done."""

    __pydantic_config__ = ALIAS

    code: str
    unit: str
    name: Name
    since: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last."""
        return self.since or date.min, self.until or date.max


@dataclass(frozen=True)
class Limits:
    """From when on something is told. `silent_s`: a branch is cut when its last word is older, seconds. `clock_s`: a
    branch whose clock is off by more is left out of comparisons, seconds. `stream_gb`: so much of the NATS server's
    disk is for events that wait for the ingest; where that is full, the branches' shippers wait."""

    __pydantic_config__ = STRICT

    silent_s: Annotated[int, Strict(), Ge(15), Le(3600)] = 30
    clock_s: Annotated[int, Strict(), Ge(1), Le(3600)] = 60
    stream_gb: Annotated[int, Strict(), Ge(1), Le(1000)] = 4


@dataclass(frozen=True)
class Engines:
    """Where the engines are. The environment's NATS_URL and DATABASE_URL go before. `certificates`: the folder with
    this province's own authority; empty: no certificates, on loopback only. `archive`: the folder of old months; empty:
    where each was written."""

    __pydantic_config__ = STRICT

    nats: str = ""
    database: str = ""
    certificates: str = ""
    archive: str = ""


HIDDEN = "..."
"""In the place of what may have a password."""
ADDRESS = Text(
    "an address of a database such as postgresql://USER:PASSWORD@HOST/lobby, here or in DATABASE_URL, which goes before"
)


@dataclass(frozen=True)
class Headquarters:
    """The whole file."""

    __pydantic_config__ = STRICT

    name: Name = NAME
    zone: Zone = ZONE
    engines: Engines = Engines()
    limits: Limits = Limits()
    public_url: str = ""
    """What people type; with https, cookies go over nothing else."""
    security: Security = field(default_factory=Security)
    """Who may sign in, as in a branch's config.toml."""
    units: tuple[Unit, ...] = ()
    branches: tuple[Outlet, ...] = ()
    folder: Path = field(default=Path(), init=False)
    """Where the file is: paths in it are counted from there."""

    @property
    def certificates(self) -> Path | None:
        """The folder of this program's own certificate; None without any."""
        if self.engines.certificates:
            return self.folder / self.engines.certificates
        return None

    @property
    def archive(self) -> Path | None:
        """The folder of old months, whole: it is read in other processes. None where none is named."""
        if self.engines.archive:
            return (self.folder / self.engines.archive).absolute()
        return None

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(outlet.code for outlet in self.branches)

    def takes(self, code: str) -> bool:
        """Whether events of this branch are taken in."""
        return not self.branches or code in self.codes

    def outlet(self, code: str, on: date) -> Outlet | None:
        """Where the branch stood in the tree on that day."""
        for outlet in self.branches:
            since, until = outlet.days
            if outlet.code == code and since <= on <= until:
                return outlet
        return None


def read_headquarters(file: Path, environment: Mapping[str, str] = os.environ) -> Headquarters:
    """The headquarters that the file describes. Raises ConfigError."""
    found = checked(file, tables(file), Headquarters)
    wrong = list(_wrong(found))
    if wrong:
        raise ConfigError(file, wrong)
    engines = replace(
        found.engines,
        nats=environment.get("NATS_URL") or found.engines.nats,
        database=environment.get("DATABASE_URL") or found.engines.database,
    )
    if not _is_address(engines.database):
        raise ConfigError(file, [Complaint("engines.database", HIDDEN, ADDRESS)])
    whole = replace(found, engines=engines)
    object.__setattr__(whole, "folder", file.parent)
    return whole


def _is_address(database: str) -> bool:
    """Or nothing. Waiting does not mend what names no database, and PostgreSQL's own words about it have the password
    in them."""
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:  # a computer that makes certificates alone
        return True
    try:
        port = str(conninfo_to_dict(database).get("port") or "0")
    except ProgrammingError:
        return False
    return all(one.isdigit() for one in port.split(","))


def _wrong(found: Headquarters) -> Iterator[Complaint]:
    units = {unit.id: unit for unit in reversed(found.units)}  # of two with one id, the first
    yield from _wrong_units(found.units, units)
    for n, outlet in enumerate(found.branches):
        if not BRANCH_CODE.fullmatch(outlet.code):
            yield Complaint(f"branches[{n}].code", outlet.code, Text("1 to 12 letters or digits"))
        if outlet.unit not in units:
            yield Complaint(f"branches[{n}].unit", outlet.unit, Text("the id of a unit"))
        yield from _wrong_days(n, outlet, found.branches[:n])


def _wrong_units(all_units: Sequence[Unit], units: Mapping[str, Unit]) -> Iterator[Complaint]:
    for n, unit in enumerate(all_units):
        if not UNIT_ID.fullmatch(unit.id):
            yield Complaint(f"units[{n}].id", unit.id, Text("1 to 32 letters, digits, - or _"))
        elif units[unit.id] is not unit:
            yield Complaint(f"units[{n}].id", unit.id, Text("an id that no other unit has"))
        elif unit.parent and unit.parent not in units:
            yield Complaint(f"units[{n}].parent", unit.parent, Text("the id of a unit"))
        elif _in_circle(unit, units):
            yield Complaint(
                f"units[{n}].parent", unit.parent, Text("a unit that is not below this one")
            )


def _wrong_days(n: int, outlet: Outlet, before: Iterable[Outlet]) -> Iterator[Complaint]:
    """On each day a branch stands in one place: with two, what it did would count in either."""
    since, until = outlet.days
    if until < since:
        yield Complaint(
            f"branches[{n}].until", until.isoformat(), Text("a day that is not before from")
        )
    for other in before:
        first, last = other.days
        if other.code == outlet.code and first <= until and since <= last:
            yield Complaint(
                f"branches[{n}].code",
                outlet.code,
                Text("a branch once for each day: an entry above has some of the same days"),
            )


def _in_circle(unit: Unit, units: Mapping[str, Unit]) -> bool:
    seen = {unit.id}
    while unit.parent in units:
        unit = units[unit.parent]
        if unit.id in seen:
            return True
        seen.add(unit.id)
    return False
