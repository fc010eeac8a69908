"""The province's bulletin in the words of one language: what the page and every file of it say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from headquarters.bulletin.made import Bulletin
from headquarters.reports.words import completeness_said, partial_said
from headquarters.shared.plots import course, running_said
from lobby.reports.groups import is_own, own_words
from lobby.reports.measure import Measure, definition
from lobby.reports.measures import MEASURES
from lobby.reports.wording import NONE, TITLES, VERDICTS, days_words, value_words
from lobby.texts import Text
from lobby.views.base import ByLang
from web.drawing import Drawing

HEAD = ("tickets", "served", "wait_mean_s", "wait_p90_s", "late_share", "feedback_mean")
"""The figures of which one looks first, and the columns of the tables."""
BRANCH = "branch"
UNIT = "unit"


@dataclass(frozen=True)
class Row:
    """A unit or a branch."""

    id: str
    name: str
    cells: list[str]


@dataclass(frozen=True)
class Line:
    """A measure with its figure, interval and definition."""

    name: str
    value: str
    n: int
    interval: str
    population: str
    formula: str


@dataclass(frozen=True)
class Chart:
    """A measure's days: what the last one says, and the drawing; None of a single day."""

    name: str
    words: str
    drawing: Drawing | None


class Document:
    def __init__(self, bulletin: Bulletin, lang: str) -> None:
        self.bulletin = bulletin
        self.lang = lang

    @property
    def place(self) -> str:
        return self.bulletin.place.in_(self.lang)

    @property
    def title(self) -> str:
        days = days_words(self.bulletin.first, self.bulletin.last)
        return f"{TITLES[self.bulletin.span].in_(self.lang)} {days}"

    @property
    def made_at(self) -> str:
        return f"{self.bulletin.made_at:%Y-%m-%d %H:%M} {self.bulletin.made_at.tzinfo}"

    # -- how complete it is -----------------------------------------------------------------------------
    @property
    def completeness(self) -> str:
        return completeness_said(self.bulletin.report["completeness"]).in_(self.lang)

    @property
    def missing(self) -> list[str]:
        return [
            self._named(branch["name"], branch["branch"])
            for branch in self.bulletin.report["completeness"]["missing"]
        ]

    @property
    def partial(self) -> str:
        """Of which branches some figures are still to come; empty where of none."""
        return partial_said(self.bulletin.report["completeness"], self.lang)

    @property
    def left_out(self) -> list[str]:
        return [
            self._named(branch["name"], branch["branch"])
            for branch in self.bulletin.report["completeness"]["left_out"]
        ]

    @property
    def reservations(self) -> list[str]:
        """What a file says of its own completeness, a sentence each."""
        comma = Text(", ").in_(self.lang)
        said = [self.completeness]
        if self.missing:
            names = comma.join(self.missing)
            said.append(Text("Branches that are behind: {names}.", names=names).in_(self.lang))
        if self.partial:
            said.append(self.partial)
        if self.left_out:
            names = comma.join(self.left_out)
            said.append(Text("left out, their clocks are off: {names}", names=names).in_(self.lang))
        return said

    # -- figures ----------------------------------------------------------------------------------------
    @property
    def head(self) -> list[Line]:
        return [self._line(MEASURES[id]) for id in HEAD]

    @property
    def lines(self) -> list[Line]:
        return [self._line(measure) for measure in MEASURES.values()]

    def _line(self, measure: Measure) -> Line:
        figure = self.bulletin.report["measures"][measure.id]
        words = definition(measure, self.lang)
        bounds = [figure[bound] for bound in ("lo", "hi") if bound in figure]
        return Line(
            words["name"],
            self.value(measure, figure["value"]),
            figure["n"],
            "–".join(self.value(measure, bound) for bound in bounds),
            words["population"],
            words["formula"],
        )

    def value(self, measure: Measure, value: float | None) -> str:
        return value_words(measure.unit, value, self.lang)

    @property
    def columns(self) -> list[str]:
        return [MEASURES[id].name.in_(self.lang) for id in HEAD]

    @property
    def of_units(self) -> list[Row]:
        return self._rows(UNIT, self.bulletin.units)

    @property
    def of_branches(self) -> list[Row]:
        return self._rows(BRANCH, self.bulletin.branches)

    def _rows(self, key: str, names: Mapping[str, ByLang]) -> list[Row]:
        """In the order of the tree, which is no rank; those of which nothing is here are left out."""
        measures = self.bulletin.report["measures"]
        groups = {group for id in HEAD for group in measures[id].get("by", {}).get(key, {})}
        order = {id: n for n, id in enumerate(names)}
        ordered = sorted(groups, key=lambda group: (order.get(group, len(order)), group))
        return [
            Row(
                group,
                self._named(names.get(group, {}), group),
                [self._cell(MEASURES[id], key, group) for id in HEAD],
            )
            for group in ordered
        ]

    def _cell(self, measure: Measure, key: str, group: str) -> str:
        figure = self.bulletin.report["measures"][measure.id].get("by", {}).get(key, {}).get(group)
        return self.value(measure, figure["value"]) if figure else NONE

    def group(self, key: str, group: str) -> str:
        """Its name; a tier or service that no branch knows any more keeps its id."""
        if is_own(key):
            return own_words(key, group, self.lang)
        known = {BRANCH: self.bulletin.branches, UNIT: self.bulletin.units, **self.bulletin.groups}
        names = known.get(key, {})
        return self._named(names.get(group, {}), group)

    def _named(self, name: ByLang, id: str) -> str:
        return name.get(self.lang, id)

    # -- charts -----------------------------------------------------------------------------------------
    @property
    def charts(self) -> Iterator[Chart]:
        for id, view in self.bulletin.charts.items():
            measure = MEASURES[id]
            name = measure.name.in_(self.lang)
            so_far = running_said(view, measure.unit, self.lang)
            words = " · ".join(filter(None, [VERDICTS[view["verdict"]].in_(self.lang), so_far]))
            drawing = course(view, measure.unit, f"{name}: {words}", self.lang)
            yield Chart(name, words, drawing)
