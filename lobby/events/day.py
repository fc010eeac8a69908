"""The branch's configuration, the day, the clock, and requests answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lobby.events.base import Event, Topic
from lobby.events.forms import Day, Zone


@dataclass(frozen=True, slots=True)
class BranchConfigured(Event):
    """From now on the branch has this `configuration`: the part that the rules, the screens and the reports need, with
    what earlier configurations had (`retired`). Written at a start, whenever it is another than the last one. What
    else of the configuration changed, `ConfigurationChanged` tells."""

    TOPICS = frozenset({Topic.DAY, Topic.QUEUE, Topic.COUNTER, Topic.SLIP, Topic.ALERT})

    configuration: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DayOpened(Event):
    """The branch's day began and everything starts blank. `numbers` are the last ones given per series,
    not empty only where the clock was set back to a day that had begun before. `first_come_s` is by service
    the longest wait that order of arrival would have brought on the days before; `appointments` are those of
    this day and later; `answered` is by printer the device that has told its status at some time; `zone` is the time
    zone of the day and its hours."""

    TOPICS = frozenset(
        {Topic.DAY, Topic.QUEUE, Topic.COUNTER, Topic.APPOINTMENT, Topic.SLIP, Topic.ALERT}
    )

    day: Day
    numbers: dict[str, int] = field(default_factory=dict)
    first_come_s: dict[str, float] = field(default_factory=dict)
    appointments: tuple[dict[str, Any], ...] = ()
    answered: dict[str, str] = field(default_factory=dict)
    zone: Zone = ""


@dataclass(frozen=True, slots=True)
class DayClosed(Event):
    """The branch stopped issuing tickets for the day."""

    TOPICS = frozenset({Topic.DAY})

    day: str


@dataclass(frozen=True, slots=True)
class DayReopened(Event):
    """The branch issues tickets again on a day it had closed. With a `reason` it does so outside its hours, which do
    not count until it is closed again or the day ends."""

    TOPICS = frozenset({Topic.DAY})

    day: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClockStepped(Event):
    """The computer's clock was set by `by_s`, ahead or (below 0) back, while the last event was `was`: every instant
    of the day before this event counts so much later. `guessed`: at a start the clock was behind the journal, so that
    only the least it was set by is known. Where `by_s` is 0 (earlier versions), nothing moved."""

    TOPICS = frozenset({Topic.DAY})

    was: str
    back_s: int
    by_s: float = 0.0
    guessed: bool = False

    @property
    def by(self) -> timedelta:
        return timedelta(seconds=self.by_s)


@dataclass(frozen=True, slots=True)
class ClockConfirmed(Event):
    """Somebody said that the clock, after it was set by more than an hour, is right: the day goes on with its
    numbers, or (`new_day`) is over and the next begins."""

    TOPICS = frozenset({Topic.DAY})

    new_day: bool


@dataclass(frozen=True, slots=True)
class DeviceTested(Event):
    """Somebody has a device do once what it is there for: `test` is `print` of a printer, `call` or `picture` of a
    board; `device` is its id. It is no ticket's and in no figure."""

    TOPICS = frozenset({Topic.DAY})

    test: str
    device: str


@dataclass(frozen=True, slots=True)
class DeviceTestAnswered(Event):
    """What came of the test: `answer` is the status that the printer told after the test slip, or what somebody saw or
    heard: `yes` or `no`."""

    TOPICS = frozenset({Topic.DAY})

    test: str
    device: str
    answer: str


@dataclass(frozen=True, slots=True)
class RequestAnswered(Event):
    """Of earlier versions, read and passed over: a request with an idempotency key was done. Such answers are kept
    beside the journal now, for 48 hours."""

    TOPICS = frozenset({Topic.JOURNAL})

    key: str
    fingerprint: str
    answer: dict[str, Any]
