"""Corrective actions 整改项. The states and verdicts are those of lobby/state/action.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from lobby.events.base import Event, Topic
from lobby.events.personal import personal


@dataclass(frozen=True, slots=True)
class ActionAim:
    """The measure that is to go `less` or `more`, of the tickets of this tier, service and counter."""

    measure: str
    direction: str
    tier: str | None = None
    service: str | None = None
    counter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOpened(Event):
    """Something is to be changed by the `owner` until the day `due`. `source` says what it was opened from: a case, an
    inspection, a panel, a figure (`source_id`), or free. `cause` is one of the codes that cases have, `process` the
    step where it lies, `whys` the answers to "why?", one a line, sealed; `standard` and `tickets` are linked to it."""

    SUBJECT: ClassVar[str] = "action"
    TOPICS = frozenset({Topic.ACTION})

    action: str
    title: str
    owner: str
    due: date
    by: str
    source: str
    source_id: str = ""
    cause: str = ""
    process: str = ""
    standard: str = ""
    tickets: tuple[str, ...] = ()
    aim: ActionAim | None = None
    whys: str = personal(default="")


@dataclass(frozen=True, slots=True)
class ActionAssigned(Event):
    """The action has another owner or another due day, for this reason, which is sealed."""

    SUBJECT: ClassVar[str] = "action"
    TOPICS = frozenset({Topic.ACTION})

    action: str
    owner: str
    due: date
    reason: str = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionProved(Event):
    """It is done, says `by`: `words` (sealed) and a `reference` show it. The change holds since `changed_on`, and gave
    the `standard` a new version, where it changed one."""

    SUBJECT: ClassVar[str] = "action"
    TOPICS = frozenset({Topic.ACTION})

    action: str
    by: str
    changed_on: date
    reference: str = ""
    standard: str = ""
    standard_version: str = ""
    words: str = personal(default="")


@dataclass(frozen=True, slots=True)
class ActionChecked(Event):
    """Another person, `by`, has seen that it is done."""

    TOPICS = frozenset({Topic.ACTION})

    action: str
    by: str


@dataclass(frozen=True, slots=True)
class MeasuredWindow:
    """So many working `days`, from `first` to `last`: the figure, made of `n` observations."""

    first: date
    last: date
    days: int
    n: int
    value: float | None


@dataclass(frozen=True, slots=True)
class ActionMeasured(Event):
    """The figure before and after the change, and what that says: `helped`, `no_effect`, `worse` or `too_few`. The true
    difference lies between `lo` and `hi` with 95 % confidence. No effect, and worse, reopen the action until the new
    `due`."""

    TOPICS = frozenset({Topic.ACTION})

    action: str
    verdict: str
    before: MeasuredWindow
    after: MeasuredWindow
    difference: float | None
    lo: float | None
    hi: float | None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class ActionReopened(Event):
    """It was not done, or did not last, says `by`: it is due again. The reason is sealed."""

    SUBJECT: ClassVar[str] = "action"
    TOPICS = frozenset({Topic.ACTION})

    action: str
    by: str
    due: date
    reason: str = personal()


@dataclass(frozen=True, slots=True)
class ActionShared(Event):
    """It helped, and is a practice for others 最佳实践, says `by`."""

    TOPICS = frozenset({Topic.ACTION})

    action: str
    by: str


@dataclass(frozen=True, slots=True)
class ActionCancelled(Event):
    """Nothing more is to be done, for this reason, which is sealed."""

    SUBJECT: ClassVar[str] = "action"
    TOPICS = frozenset({Topic.ACTION})

    action: str
    by: str
    reason: str = personal()
