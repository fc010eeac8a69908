"""What the outside sees of what is live, as JSON has it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from headquarters.live.picture import Alarm, Entry, Picture
from headquarters.live.state import FIGURES, BranchState, Heat
from lobby.texts import by_language
from lobby.views.base import ByLang
from lobby.views.snapshot import SnapshotFigures


class AlarmView(TypedDict):
    """Something of a branch that headquarters has to see, from when on."""

    kind: str
    since: str


class LiveBranchView(TypedDict):
    """A branch. `path`: the units above it, the top first. `epoch`, `seq`, `hash`: how far headquarters' journal of it
    is, `epoch_at` when that epoch began (None where its number tells none). `age_s` is the age of the figures, `at`
    their instant by the branch's clock; None where nothing was ever heard. A `cut` branch keeps the figures of its last
    word. `worst_alert`: the kind of the most urgent of its alerts, None without any."""

    code: str
    name: ByLang
    unit: str
    path: list[str]
    state: BranchState
    heat: Heat
    epoch: int
    epoch_at: str | None
    seq: int
    hash: str
    age_s: float | None
    at: str | None
    clock_off_s: float | None
    figures: SnapshotFigures | None
    worst_alert: str | None
    alarms: list[AlarmView]


class HeardView(TypedDict):
    """Of how many branches the figures are: `heard` of `branches`, all of them not older than `until`."""

    heard: int
    branches: int
    until: str | None


class LiveUnitView(TypedDict):
    """A unit that branches stand right below, with the sums of those that are heard."""

    id: str
    name: ByLang
    completeness: HeardView
    burning: int
    waiting: int
    late: int


class ReadingView(TypedDict):
    """When headquarters' database was read last. Not `fresh`: it does not answer, and all is as it was then."""

    fresh: bool
    at: str | None
    age_s: float


class LiveView(TypedDict):
    """What is live below a unit. `branches` are those that were asked for and changed after `since`, and all that burn;
    `burning` are the codes of all that burn now, the worst first. `total`: so many were to be had; `next`: from
    where to ask for more, None where there are no more. `whole`: `since` was of no use, and all are told."""

    revision: int
    whole: bool
    at: str
    reading: ReadingView
    completeness: HeardView
    totals: SnapshotFigures
    burning: list[str]
    units: list[LiveUnitView]
    total: int
    next: int | None
    branches: list[LiveBranchView]


class LiveFloorView(TypedDict):
    """One branch, with the whole of its last word (`snapshot`, as lobby/views/snapshot.py makes it)."""

    at: str
    reading: ReadingView
    branch: LiveBranchView
    snapshot: dict[str, Any] | None


def local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


def reading_view(picture: Picture) -> ReadingView:
    zone = picture.headquarters.zone
    return {
        "fresh": picture.is_fresh,
        "at": local(picture.read_at, zone) if picture.read_at else None,
        "age_s": round(picture.picture_age_s, 1) if picture.read_at else 0.0,
    }


EPOCH_DIGITS = 10**6
EPOCHS_OF_OUR_TIME = range(10**15, 10**16)


def _begun(epoch: int, zone: ZoneInfo) -> str | None:
    """When an epoch began: its number is the Unix second and six random digits. None of a number that is none."""
    if epoch not in EPOCHS_OF_OUR_TIME:
        return None
    return local(datetime.fromtimestamp(epoch // EPOCH_DIGITS, zone), zone)


def branch_view(picture: Picture, entry: Entry) -> LiveBranchView:
    path = picture.tree.path(entry.code)
    cursor, word = entry.cursor, entry.word
    age_s = picture.age_s(entry)
    return {
        "code": entry.code,
        "name": picture.name(entry),
        "unit": path[-1] if path else "",
        "path": [*path],
        "state": entry.state,
        "heat": entry.heat,
        "epoch": cursor.epoch if cursor else 0,
        "epoch_at": _begun(cursor.epoch, picture.headquarters.zone) if cursor else None,
        "seq": cursor.seq if cursor else 0,
        "hash": cursor.hash if cursor else "",
        "age_s": None if age_s is None else round(age_s, 1),
        "at": local(word.at, picture.headquarters.zone) if word else None,
        "clock_off_s": word.clock_off_s if word else None,
        "figures": _figures(word.figures) if word else None,
        "worst_alert": word.worst_alert if word else None,
        "alarms": [_alarm(picture, alarm) for alarm in entry.alarms],
    }


def floor_view(picture: Picture, entry: Entry) -> LiveFloorView:
    return {
        "at": local(picture.now, picture.headquarters.zone),
        "reading": reading_view(picture),
        "branch": branch_view(picture, entry),
        "snapshot": json.loads(entry.word.snapshot) if entry.word else None,
    }


def _alarm(picture: Picture, alarm: Alarm) -> AlarmView:
    return {"kind": alarm.kind, "since": local(alarm.since, picture.headquarters.zone)}


def _figures(figures: Any) -> SnapshotFigures:
    found: Any = {name: figures[name] for name in FIGURES}
    return found  # type: ignore[no-any-return]


def totals(entries: Iterable[Entry]) -> SnapshotFigures:
    """The sums of those that are heard; `longest_wait_s` is the longest of all."""
    heard = [entry.word.figures for entry in entries if entry.word and entry.state.is_heard]
    sums = {name: sum(figures[name] for figures in heard) for name in FIGURES}
    sums["longest_wait_s"] = max((figures["longest_wait_s"] for figures in heard), default=0)
    return _figures(sums)


def completeness(picture: Picture, entries: Iterable[Entry]) -> HeardView:
    """`until` is the oldest word among those that are heard."""
    count = 0
    words = []
    for entry in entries:
        count += 1
        if entry.word and entry.state.is_heard:
            words.append(entry.word.received)
    oldest = min(words, default=None)
    return {
        "heard": len(words),
        "branches": count,
        "until": local(oldest, picture.headquarters.zone) if oldest else None,
    }


def unit_view(picture: Picture, id: str, entries: list[Entry]) -> LiveUnitView:
    sums = totals(entries)
    unit = picture.tree.units.get(id)
    return {
        "id": id,
        "name": by_language(unit.name if unit else picture.headquarters.name),
        "completeness": completeness(picture, entries),
        "burning": sum(entry.heat is Heat.BURNING for entry in entries),
        "waiting": sums["waiting"],
        "late": sums["late"],
    }
