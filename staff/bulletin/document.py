"""A bulletin in the words of one language: what body.html shows on the page, on paper and in the file; text; JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader

from lobby.reports.bulletin import Bulletin, Chart
from lobby.reports.doing import HAS_LEFT
from lobby.reports.groups import KEYS
from lobby.reports.measure import Measure, definition
from lobby.reports.measures import MEASURES, OF_PERSONS, FigureView, GroupFigureView
from lobby.reports.sections import Entry, Finding, Section
from lobby.reports.wording import NONE, TITLES, days_words, value_words
from lobby.texts import Readable, Text, by_language, in_language, languages, tag
from staff.bulletin import charts
from staff.bulletin.words import chart_words, completeness_words, group_words
from web.drawing import Drawing

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tier", ("tickets", "served", "wait_mean_s", "wait_p90_s", "late_share", "feedback_mean")),
    ("service", ("tickets", "wait_p90_s", "late_share", "services", "service_mean_s")),
    ("hour", ("tickets", "wait_mean_s", "wait_p90_s", "late_share", "no_shows")),
    (
        "counter",
        (
            *("services", "service_mean_s", "services_per_hour", "busy_share", "overtime_s"),
            "open_after_close_s",
        ),
    ),
)
"""The tables of groups: a key, and the measures of its columns."""


@dataclass(frozen=True)
class Cell:
    """A figure in words; `href` leads to what it is made of."""

    words: str
    n: int
    href: str


@dataclass(frozen=True)
class Line:
    """A measure with its figure, interval and definition."""

    id: str
    name: str
    cell: Cell
    interval: str
    population: str
    formula: str


@dataclass(frozen=True)
class Table:
    key: str
    columns: list[str]
    rows: list[tuple[str, list[Cell]]]
    of_cards: bool
    """Whether some column is what customers' cards say."""


class Document:
    """`leads`: figures lead to what they are made of, on the branch's own pages; `acts`: and to a new action."""

    def __init__(self, bulletin: Bulletin, lang: str, *, leads: bool, acts: bool = False) -> None:
        self.bulletin = bulletin
        self.lang = lang
        self.leads = leads
        self.acts = acts

    @property
    def title(self) -> str:
        days = days_words(self.bulletin.first, self.bulletin.last)
        return f"{TITLES[self.bulletin.span].in_(self.lang)} {days}"

    @property
    def branch(self) -> str:
        branch = self.bulletin.branch
        return f"{branch.bank.in_(self.lang)} · {branch.name.in_(self.lang)}"

    @property
    def made_at(self) -> str:
        local = self.bulletin.made_at.astimezone(self.bulletin.branch.zone)
        return f"{local:%Y-%m-%d %H:%M} {self.bulletin.branch.zone}"

    @property
    def reservations(self) -> list[str]:
        return completeness_words(self.bulletin, self.lang)

    @property
    def lines(self) -> list[Line]:
        figures = self.bulletin.report["measures"]
        return [self._line(measure, figures[id]) for id, measure in MEASURES.items()]

    def _line(self, measure: Measure, figure: FigureView) -> Line:
        words = definition(measure, self.lang)
        return Line(
            measure.id,
            words["name"],
            self._cell(measure, figure["value"], figure["n"], {}),
            self._interval(measure, figure),
            words["population"],
            words["formula"],
        )

    def _cell(self, measure: Measure, value: float | None, n: int, group: dict[str, str]) -> Cell:
        return Cell(
            value_words(measure.unit, value, self.lang), n, self.parts_of(measure.id, group)
        )

    def _interval(self, measure: Measure, figure: FigureView) -> str:
        if "lo" not in figure or "hi" not in figure:
            return ""
        bounds = (figure["lo"], figure["hi"])
        return "–".join(value_words(measure.unit, bound, self.lang) for bound in bounds)

    def parts_of(self, measure: str, group: dict[str, str]) -> str:
        """Where what a figure is made of is shown; empty for a document that leads nowhere."""
        if not self.leads or not measure:
            return ""
        days = {"from": self.bulletin.first.isoformat(), "to": self.bulletin.last.isoformat()}
        return "/desk/bulletin/parts?" + urlencode({"measure": measure, **days, **group})

    def action_href(self, measure: str) -> str:
        """Where a corrective action for the figure begins."""
        days = {"span": self.bulletin.span or "day", "date": self.bulletin.first.isoformat()}
        return "/desk/actions?" + urlencode({"source": "figure", "source_id": measure, **days})

    @property
    def tables(self) -> Iterator[Table]:
        for key, ids in TABLES:
            measures = [MEASURES[id] for id in ids]
            columns = [measure.name.in_(self.lang) for measure in measures]
            rows = [
                (self.group(key, group), self._cells(measures, key, group))
                for group in self._groups(key, ids)
            ]
            if rows:
                of_cards = any(measure.of_cards for measure in measures)
                yield Table(KEYS[key].in_(self.lang), columns, rows, of_cards)

    @property
    def of_persons(self) -> str:
        """The name of the table whose rows are persons."""
        return KEYS[OF_PERSONS].in_(self.lang)

    def _groups(self, key: str, ids: tuple[str, ...]) -> list[str]:
        """In the order of the configuration, hours by the clock: no order is a rank."""
        figures = self.bulletin.report["measures"]
        groups = {group for id in ids for group in figures[id].get("by", {}).get(key, {})}
        order = self._order(key)
        return sorted(groups, key=lambda group: (order.get(group, len(order)), group.zfill(2)))

    def _order(self, key: str) -> dict[str, int]:
        if key == "hour":
            return {}  # [hours] of the configuration are no groups
        things = getattr(self.bulletin.branch, f"{key}s", ())
        return {thing.id: n for n, thing in enumerate(things)}

    def _cells(self, measures: list[Measure], key: str, group: str) -> list[Cell]:
        return [self._group_cell(measure, key, group) for measure in measures]

    def _group_cell(self, measure: Measure, key: str, group: str) -> Cell:
        groups = self.bulletin.report["measures"][measure.id].get("by", {}).get(key, {})
        figure = groups.get(group)
        if figure is None:
            return Cell(NONE, 0, "")
        return self._cell(measure, self.told(measure, figure), figure["n"], {key: group})

    def told(self, measure: Measure, figure: GroupFigureView) -> float | None:
        """A group's value; None where too few cards are behind it, as the page of cards has it."""
        if measure.of_cards and figure["n"] < self.bulletin.branch.rules.cards_min:
            return None
        return figure["value"]

    def group(self, key: str, group: str) -> str:
        return group_words(self.bulletin.branch, key, group, self.lang)

    def doing(self, finding: Finding) -> str:
        return self.words(finding.doing or "")

    def answers(self, finding: Finding) -> str:
        """Who does what about it until when, on one line: for files and terminals."""
        entries = [self.entry(entry) for entry in finding.actions]
        return "; ".join(filter(None, [self.doing(finding), *entries]))

    def entry(self, entry: Entry) -> str:
        return " · ".join(filter(None, [self.words(entry.text), self.who(entry), entry.due]))

    def who(self, entry: Entry) -> str:
        """Who answers for it, and whether that person has left."""
        return self.words(HAS_LEFT.with_(name=entry.who)) if entry.left else entry.who

    def words(self, words: Readable | str) -> str:
        """In the document's language; what somebody wrote stays as it is."""
        return str(in_language(words, self.lang))

    def finding_href(self, finding: Finding) -> str:
        """Where what the sentence counts is listed."""
        return self.parts_of(finding.listed or finding.measure, dict(finding.group))

    def chart(self, chart: Chart) -> Drawing | None:
        return charts.control_chart(chart, self.lang)

    def verdict(self, chart: Chart) -> str:
        return chart_words(chart, self.lang)

    def value(self, measure: Measure, value: float | None) -> str:
        return value_words(measure.unit, value, self.lang)

    @property
    def comparisons(self) -> list[dict[str, Any]]:
        branch = self.bulletin.branch
        return [
            {
                "name": comparison.measure.name.in_(self.lang),
                "key": KEYS[comparison.key].in_(self.lang),
                "plot": charts.funnel_plot(comparison, branch, self.lang),
                "words": charts.comparison_words(comparison, branch, self.lang),
                "outside": any(p.outside for p in comparison.funnel.points)
                if comparison.funnel
                else False,
                "few": comparison.funnel.few if comparison.funnel else 0,
                "wider": charts.wider_words(comparison, self.lang),
            }
            for comparison in self.bulletin.comparisons
        ]


@cache
def _templates() -> Environment:
    """Those that a file is made of, by their paths, as the server's pages know them."""
    folders = {name: FileSystemLoader(ROOT / name) for name in ("staff", "web")}
    shared = FileSystemLoader(ROOT / "web/templates")
    return Environment(loader=ChoiceLoader([PrefixLoader(folders), shared]), autoescape=True)


def _words(lang: str, english: str, **fields: object) -> str:
    """`_()` of the templates."""
    return Text(english).in_(lang) % fields


def file(bulletin: Bulletin, lang: str) -> str:
    """A page of HTML that needs nothing else: for mail, archive and paper."""
    document = Document(bulletin, lang, leads=False)
    template = _templates().get_template("staff/bulletin/file.html")
    return template.render(doc=document, _=partial(_words, lang), html_lang=tag(lang))


def text(bulletin: Bulletin, lang: str) -> str:
    """Plain text for a terminal."""
    document = Document(bulletin, lang, leads=False)
    findings = [
        " · ".join(filter(None, [f.text.in_(lang), document.answers(f)])) for f in bulletin.findings
    ]
    figures = [
        f"{line.name}: {line.cell.words}" + (f" ({line.interval})" if line.interval else "")
        for line in document.lines
    ]
    said = [f"{c.measure.name.in_(lang)}: {document.verdict(c)}" for c in bulletin.charts]
    listed = [
        f"{section.title.in_(lang)}: {document.entry(entry)}"
        for section in bulletin.sections
        for entry in section.entries
    ]
    head = [f"{document.branch} · {document.title}", *document.reservations]
    nothing = _words(lang, "Nothing went wrong that the journal knows of.")
    parts = [head, findings or [nothing], listed, figures, said]
    return "\n\n".join("\n".join(part) for part in parts if part)


def as_json(bulletin: Bulletin) -> dict[str, Any]:
    """The report as the API has it, with what is said of it in every language."""
    return {
        **bulletin.report,
        "span": bulletin.span,
        "made_at": bulletin.made_at.astimezone(bulletin.branch.zone).isoformat(timespec="seconds"),
        "final": bulletin.final,
        "findings": [_finding(finding) for finding in bulletin.findings],
        "sections": [_section(section) for section in bulletin.sections],
        "changes": {chart.measure.id: chart.verdict for chart in bulletin.charts},
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "grade": finding.grade,
        "text": by_language(finding.text),
        "doing": _in_all(finding.doing) if finding.doing else None,
        "measure": finding.measure,
        "actions": [_entry(entry) for entry in finding.actions],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": by_language(section.title),
        "entries": [_entry(entry) for entry in section.entries],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "text": _in_all(entry.text),
        "who": entry.who,
        "left": entry.left,
        "due": entry.due,
        "late": entry.late,
    }


def _in_all(words: Readable | str) -> dict[str, str]:
    if isinstance(words, Readable):
        return by_language(words)
    return dict.fromkeys(languages(), words)
