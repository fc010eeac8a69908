"""What a measure is: one definition, from which its figure, its groups and the things it is made of all follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from operator import methodcaller
from typing import Any, TypedDict, TypeVar

from lobby.branch.model import Branch
from lobby.journal.history import Reader, read_all
from lobby.reports.parts import (
    Figure,
    Quantile,
    count,
    mean,
    promoters,
    ratio,
    share,
    total,
)
from lobby.texts import Text

__all__ = [
    "Better",
    "Figure",
    "Measure",
    "Period",
    "Quantile",
    "Row",
    "Source",
    "Unit",
    "count",
    "every",
    "mean",
    "only",
    "promoters",
    "ratio",
    "share",
    "total",
]

T = TypeVar("T")
Row = dict[str, Any]
"""One thing that figures are made of. Each has `id` and `day`; `number`, `tier`, `service`, `counter` and `hour` where
they make sense."""


class Unit(StrEnum):
    """What a figure counts in. A share is 0 to 1."""

    COUNT = "count"
    SECONDS = "s"
    DAYS = "d"
    SHARE = "share"
    SCORE = "score"
    NET = "net"
    PER_HOUR = "per_hour"


class Better(StrEnum):
    """Which way a figure is to go."""

    LESS = "less"
    MORE = "more"
    NEITHER = "neither"


Value = Callable[[Row], Any]
"""What a row counts as; None for one that is not of the population. Measures that share it share what it gives."""
Statistic = Callable[[Sequence[Any]], Figure]
"""The values of the population -> the figure."""


@dataclass(frozen=True)
class Source:
    """Things of one `noun`. `read` gives those of the period, in their order. `daily`: what a day's rows are depends on
    nothing of other days, so that those of a longer period are good for it too. `at_end`: they are what stands when the
    period ends, so that of several days the last one counts."""

    noun: str
    read: Callable[[Period], list[Row]]
    daily: bool = False
    at_end: bool = False


@dataclass(frozen=True)
class Measure:
    """`by` names the keys of rows that the figure is given for. `name`, `population` and `formula` are its definition
    in words. `behind` says how many things a row stands for; None: for one."""

    id: str
    name: Text
    unit: Unit
    population: Text
    formula: Text
    source: Source
    value: Value
    statistic: Statistic
    by: tuple[str, ...] = ("tier", "service")
    better: Better = Better.NEITHER
    behind: Callable[[Row], int] | None = None
    of_cards: bool = False
    """Whether it is what customers' cards say: of a few of them a group is not told."""

    @property
    def adds_up(self) -> bool:
        """Whether the figure says how much there was, and nothing of how good it was."""
        return self.statistic in (count, total)


@dataclass
class Period:
    """The days from `first` to `last` in a journal that is open for reading. What a source reads is read once, and what
    the `longer` period read is not read again."""

    db: Reader
    branch: Branch
    first: date
    last: date
    longer: Period | None = None
    _rows: dict[str, list[Row]] = field(default_factory=dict)
    _answers: dict[Callable[[Period], Any], Any] = field(default_factory=dict)
    _values_of: dict[tuple[str, Value], list[Any]] = field(default_factory=dict)
    _groups: dict[tuple[str, str], dict[Any, list[int]]] = field(default_factory=dict)
    _grouped: dict[tuple[str, Value, str], dict[str, list[Any]]] = field(default_factory=dict)

    def rows(self, source: Source) -> list[Row]:
        if source.noun not in self._rows:
            self._rows[source.noun] = self._read(source)
        return self._rows[source.noun]

    def _read(self, source: Source) -> list[Row]:
        if self.longer is None or not source.daily:
            return source.read(self)
        first, last = self.first.isoformat(), self.last.isoformat()
        return [row for row in self.longer.rows(source) if first <= row["day"] <= last]

    def query(self, sql: str) -> list[Row]:
        """The rows of a query with the days `:first` and `:last`."""
        days = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        return read_all(self.db, sql, days)

    @cached_property
    def zones(self) -> dict[str, str]:
        """The time zone of each day; a day of earlier versions has the branch's."""
        rows = self.query(
            "SELECT day, max(zone) AS zone FROM day WHERE day BETWEEN :first AND :last GROUP BY day"
        )
        return {row["day"]: row["zone"] or str(self.branch.zone) for row in rows}

    def once(self, ask: Callable[[Period], T]) -> T:
        """What somebody asks of the period; the same question again has its answer already."""
        if ask not in self._answers:
            self._answers[ask] = ask(self)
        answer: T = self._answers[ask]
        return answer

    def figure(self, measure: Measure) -> Figure:
        """The figure of the whole period."""
        return measure.statistic(_known(self._values(measure)))

    def figures_by(self, measure: Measure, key: str) -> dict[str, Figure]:
        """By the values of a key, in their order; groups without one of the population are left out."""
        groups = self._known_by(measure, key)
        return {group: measure.statistic(values) for group, values in groups.items()}

    def behind(self, measure: Measure, key: str) -> dict[str, int]:
        """By the values of a key, how many things stand behind the figure."""
        stands_for = measure.behind
        if stands_for is None:
            return {group: len(values) for group, values in self._known_by(measure, key).items()}
        counts = [
            None if value is None else stands_for(row)
            for row, value in zip(self.rows(measure.source), self._values(measure), strict=True)
        ]
        groups = self._by_group(measure.source, key, counts)
        return {group: sum(of_group) for group, of_group in groups.items()}

    def made_of(self, measure: Measure) -> list[tuple[Row, Any]]:
        """The rows of the population, each with its value."""
        rows = zip(self.rows(measure.source), self._values(measure), strict=True)
        return [(row, value) for row, value in rows if value is not None]

    def _values(self, measure: Measure) -> list[Any]:
        of = measure.source.noun, measure.value
        if of not in self._values_of:
            self._values_of[of] = list(map(measure.value, self.rows(measure.source)))
        return self._values_of[of]

    def _known_by(self, measure: Measure, key: str) -> dict[str, list[Any]]:
        """The values of the population, by group."""
        of = measure.source.noun, measure.value, key
        if of not in self._grouped:
            self._grouped[of] = self._by_group(measure.source, key, self._values(measure))
        return self._grouped[of]

    def _by_group(self, source: Source, key: str, values: Sequence[Any]) -> dict[str, list[Any]]:
        """What is known, by group: a month has twenty thousand tickets, and a bulletin asks a hundred times."""
        known = {
            str(group): _known(map(values.__getitem__, places))
            for group, places in self._places(source, key).items()
        }
        return {group: of_group for group, of_group in known.items() if of_group}

    def _places(self, source: Source, key: str) -> dict[Any, list[int]]:
        """Where the rows of each group stand among the source's, by group in order. Rows without one are left out."""
        if (source.noun, key) not in self._groups:
            places: defaultdict[Any, list[int]] = defaultdict(list)
            for place, group in enumerate(map(methodcaller("get", key), self.rows(source))):
                places[group].append(place)
            places.pop(None, None)
            self._groups[source.noun, key] = dict(sorted(places.items()))
        return self._groups[source.noun, key]


def _known(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value is not None]


every: Callable[[Row], bool] = bool
"""All rows of the source are of the population: no row is empty."""


def only(key: str, value: str | int) -> Callable[[Row], bool | None]:
    """The rows that have this value are of the population."""

    def counted(row: Row) -> bool | None:
        return row[key] == value or None

    return counted


class DefinitionView(TypedDict):
    """A measure in words. `better`: which way it is to go; `by`: what it is given for; `noun`: what it is made of."""

    id: str
    name: str
    unit: str
    population: str
    formula: str
    better: str
    by: list[str]
    noun: str


def definition(measure: Measure, lang: str) -> DefinitionView:
    """The measure in the words of a language."""
    return {
        "id": measure.id,
        "name": measure.name.in_(lang),
        "unit": measure.unit,
        "population": measure.population.in_(lang),
        "formula": measure.formula.in_(lang),
        "better": measure.better,
        "by": list(measure.by),
        "noun": measure.source.noun,
    }
