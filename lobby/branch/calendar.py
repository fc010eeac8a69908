"""The branch's working calendar: public holidays, make-up days 调休, its weekend, and what the branch corrects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal, NamedTuple

from lobby.branch.names import STRICT

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    *("monday", "tuesday", "wednesday", "thursday", "friday"),
    *("saturday", "sunday"),
)
DAY = timedelta(days=1)
SEARCHED_DAYS = 366
"""A branch without a working day for so long has none."""


class NoWorkingDay(ValueError):
    """The calendar has no working day within a year."""


class PublicDays(NamedTuple):
    """Of one year: the days off, and the days of the weekend on which people work instead."""

    off: frozenset[date]
    made_up: frozenset[date]


@dataclass(frozen=True)
class Calendar:
    """On which days the branch works. `holidays`: the public holidays of China with their make-up days 调休, or `none`.
    The State Council announces a year's make-up days in the November before; until a new version of Lobby has them, and
    wherever the branch works otherwise, `open` and `closed` are corrections by day, which count before all else."""

    __pydantic_config__ = STRICT

    holidays: Literal["CN", "none"] = "CN"
    weekend: tuple[Weekday, ...] = ("saturday", "sunday")
    closed: tuple[date, ...] = ()
    open: tuple[date, ...] = ()

    def is_working_day(self, day: date) -> bool:
        """Whether the branch works on that day."""
        if self.is_holiday(day):
            return False
        return self.is_made_up(day) or WEEKDAYS[day.weekday()] not in self.weekend

    def is_holiday(self, day: date) -> bool:
        """Whether it is a public holiday, or closed by a correction."""
        if day in self.open:
            return False
        return day in self.closed or day in self._public(day.year).off

    def is_made_up(self, day: date) -> bool:
        """Whether the branch works as on a weekday whatever weekday it is: a make-up day, or open by a correction."""
        if day in self.closed:
            return False
        return day in self.open or day in self._public(day.year).made_up

    def knows(self, year: int) -> bool:
        """Whether the make-up days of that year are known: announced before this version of Lobby, or written by the
        branch. Without a single one nothing was announced: no year since 2008 had none."""
        corrected = any(day.year == year for day in (*self.open, *self.closed))
        return self.holidays == "none" or corrected or bool(self._public(year).made_up)

    def next_working_day(self, day: date) -> date:
        """The first working day after that day. Raises NoWorkingDay."""
        for n in range(1, SEARCHED_DAYS + 1):
            later = day + n * DAY
            if self.is_working_day(later):
                return later
        raise NoWorkingDay(day)

    def add_working_days(self, day: date, days: int) -> date:
        """The working day that is so many after that day; the day itself for 0, whatever it is. Raises NoWorkingDay."""
        for _ in range(days):
            day = self.next_working_day(day)
        return day

    def _public(self, year: int) -> PublicDays:
        if self.holidays == "none":
            return NONE
        return _of_china(year)


NONE = PublicDays(frozenset(), frozenset())


@cache
def _of_china(year: int) -> PublicDays:
    # To load it takes most of a second, which no start is to wait for.
    from holidays import country_holidays

    # A day of December may be made up for the holiday of the year after.
    china = country_holidays("CN", years=[year, year + 1])
    made_up = frozenset(china.weekend_workdays)
    off = {beside for day in list(china) for beside in _with_weekend(day, made_up)}
    return PublicDays(
        frozenset(day for day in off if day.year == year),
        frozenset(day for day in made_up if day.year == year),
    )


def _with_weekend(day: date, made_up: frozenset[date]) -> Iterator[date]:
    """The day off and the Saturdays and Sundays beside it that nobody makes up: the State Council's notices count them
    to the holiday, and a branch that works on Saturdays rests on them."""
    yield day
    for step in (DAY, -DAY):
        beside = day + step
        while beside.weekday() >= WEEKDAYS.index("saturday") and beside not in made_up:
            yield beside
            beside += step
