"""When the branch serves: its hours on the calendar, and when it opens next. One answer for the kiosk, the boards, the
phone and the commands, so that none says open where another says closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lobby.branch.calendar import DAY, SEARCHED_DAYS, Calendar
from lobby.branch.hours import Hours, Spans


class Opening:
    """The hours of a branch or of one of its counters, in the branch's time zone."""

    def __init__(self, hours: Hours, calendar: Calendar, zone: ZoneInfo) -> None:
        self.hours = hours
        self._calendar = calendar
        self.zone = zone
        self._known: dict[date, Spans] = {}

    @property
    def early(self) -> timedelta:
        """So long before a span numbers are given."""
        return timedelta(minutes=self.hours.early_min)

    @property
    def always(self) -> bool:
        """Whether there are no hours, so that it is never closed."""
        return not self.hours.given

    def spans(self, day: date) -> Spans:
        """The hours of that day, in order; empty: closed. Meaningless where it is `always` open."""
        if day not in self._known:
            self._known[day] = self._spans(day)
        return self._known[day]

    def _spans(self, day: date) -> Spans:
        hours = self.hours
        if day in hours.on:
            return hours.on[day]
        if self._calendar.is_holiday(day):
            return hours.holidays
        if self._calendar.is_made_up(day):
            return hours.on_working_days if hours.made_up is None else hours.made_up
        return hours.of_weekday(day.weekday())

    def serves(self, at: datetime) -> bool:
        """Whether it serves at that instant."""
        local = at.astimezone(self.zone)
        return self.always or any(span.covers(local.time()) for span in self.spans(local.date()))

    def serves_later(self, at: datetime) -> bool:
        """Whether it serves at that instant, or on the same day after it."""
        local = at.astimezone(self.zone)
        return self.always or any(local.time() < span.ends for span in self.spans(local.date()))

    def gives_numbers(self, at: datetime) -> bool:
        """Whether numbers are given at that instant: also shortly before a span, and not shortly before its end."""
        return self.always or any(first <= at < last for first, last in self._numbers(at))

    def _numbers(self, at: datetime) -> list[tuple[datetime, datetime]]:
        day = at.astimezone(self.zone).date()
        late = timedelta(minutes=self.hours.last_min)
        return [
            (
                datetime.combine(day, span.begins, self.zone) - self.early,
                datetime.combine(day, span.ends, self.zone) - late,
            )
            for span in self.spans(day)
        ]

    def closes(self, at: datetime) -> datetime | None:
        """The end of the span of hours at that instant; None outside the hours, or where it is always open."""
        if self.always:
            return None
        local = at.astimezone(self.zone)
        ends = (s.ends for s in self.spans(local.date()) if s.covers(local.time()))
        present = next(ends, None)
        return datetime.combine(local.date(), present, self.zone) if present else None

    def end_of_day(self, at: datetime) -> datetime:
        """The midnight after that instant."""
        day = at.astimezone(self.zone).date()
        return datetime.combine(day + DAY, datetime.min.time(), self.zone)

    def begins(self, day: date) -> list[datetime]:
        """When the spans of that day begin; none where it is always open."""
        if self.always:
            return []
        return [datetime.combine(day, span.begins, self.zone) for span in self.spans(day)]


def next_served(opening: Opening, counters: Sequence[Opening], after: datetime) -> datetime | None:
    """The first instant after that one at which the branch opens, or one of these counters within its hours; of no
    counters, the branch alone counts. None where that is not within a year."""
    first = after.astimezone(opening.zone).date()
    for n in range(SEARCHED_DAYS + 1):
        days = [one.begins(first + n * DAY) for one in (opening, *counters)]
        for at in sorted({at for begins in days for at in begins}):
            if at > after and opening.serves(at) and _any_serves(counters, at):
                return at
    return None


def _any_serves(counters: Sequence[Opening], at: datetime) -> bool:
    return not counters or any(counter.serves(at) for counter in counters)
