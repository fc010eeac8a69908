"""Opening hours 营业时间 as the configuration has them: spans of the day by weekday, and of single days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Any

from annotated_types import Ge, Le
from pydantic import AfterValidator, Strict, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from lobby.branch.calendar import WEEKDAYS
from lobby.branch.names import OF_DAY, STRICT, TimeOfDay

EARLY_MAX_MIN = 120
"""Nobody waits longer before the doors open."""


@dataclass(frozen=True, order=True)
class Span:
    """From one time of day to a later one of the same day, written `09:00-12:00`."""

    __pydantic_config__ = STRICT

    begins: TimeOfDay
    ends: TimeOfDay

    def covers(self, at: time) -> bool:
        return self.begins <= at < self.ends

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, Span):
            return {"begins": value.begins, "ends": value.ends}
        times = [part.strip() for part in str(value).split("-")]
        if len(times) != 2 or not all(OF_DAY.fullmatch(at) for at in times):
            raise PydanticCustomError("span", "a span of the day")
        return dict(zip(("begins", "ends"), times, strict=True))

    @model_serializer
    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Each ends after it begins, and before the next begins."""
    instants = [at for span in spans for at in (span.begins, span.ends)]
    if any(earlier >= later for earlier, later in pairwise(instants)):
        raise PydanticCustomError("span", "spans in order")
    return spans


Spans = Annotated[tuple[Span, ...], AfterValidator(_in_order)]
"""Of one day, in order, with a break between two of them; empty: closed."""


@dataclass(frozen=True)
class Hours:
    """When the branch, or one of its counters, serves. A day has spans such as `["09:00-12:00", "13:30-17:00"]`; an
    empty list is closed. `weekdays` are those of Monday to Friday, and a single weekday may have others; without its
    own, Saturday and Sunday are closed. `holidays` are the hours on public holidays and the weekends beside them,
    `made_up` those on make-up days 调休 (as on weekdays where nothing is said), `on` those of single days, which count
    before all else. Numbers are given from `early_min` before a span until `last_min` before its end. Without any
    hours the branch is always open, and a counter serves as long as the branch."""

    __pydantic_config__ = STRICT

    weekdays: Spans | None = None
    monday: Spans | None = None
    tuesday: Spans | None = None
    wednesday: Spans | None = None
    thursday: Spans | None = None
    friday: Spans | None = None
    saturday: Spans | None = None
    sunday: Spans | None = None
    holidays: Spans = ()
    made_up: Spans | None = None
    on: Mapping[date, Spans] = field(default_factory=dict, hash=False)
    early_min: Annotated[int, Strict(), Ge(0), Le(EARLY_MAX_MIN)] = 0
    last_min: Annotated[int, Strict(), Ge(0), Le(EARLY_MAX_MIN)] = 0

    @property
    def given(self) -> bool:
        """Whether the week has hours at all."""
        return self.weekdays is not None or any(self._own(name) is not None for name in WEEKDAYS)

    def of_weekday(self, weekday: int) -> Spans:
        """The spans of a usual day; 0 is Monday."""
        own = self._own(WEEKDAYS[weekday])
        if own is not None:
            return own
        return self.on_working_days if weekday < WEEKDAYS.index("saturday") else ()

    @property
    def on_working_days(self) -> Spans:
        return self.weekdays or ()

    def _own(self, weekday: str) -> Spans | None:
        spans: Spans | None = getattr(self, weekday)
        return spans
