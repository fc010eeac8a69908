"""A bulletin as a workbook for Excel: figures are numbers, each beside its definition."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lobby.reports.bulletin import Bulletin
from lobby.reports.cells import cell
from lobby.reports.measure import Unit, definition
from lobby.reports.measures import MEASURES
from lobby.texts import Text
from staff.bulletin.document import Document
from staff.bulletin.words import KEYS, group_words

WIDTHS = (34, 16, 12, 12, 12, 10, 60, 60)
"""Of the columns, in characters: a narrow one shows #### instead of its figure."""
Values = Sequence[Any]


def workbook(bulletin: Bulletin, lang: str) -> bytes:
    """The file's bytes."""
    # Here: to load it takes a third of a second, which no start is to wait for.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for title, head, rows in _sheets(bulletin, lang):
        _fill(book.create_sheet(title.in_(lang)), [words.in_(lang) for words in head], rows)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(sheet: Any, head: Values, rows: Iterable[Values]) -> None:
    for n, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[n].width = width
    sheet.freeze_panes = "A2"
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any) -> Any:
    """A number as Excel shows its unit."""
    if not isinstance(value, Number):
        return cell(value)
    from openpyxl.cell import WriteOnlyCell

    made = WriteOnlyCell(sheet, value.value)
    made.number_format = FORMATS.get(value.unit, "General")
    return made


FIGURES = (
    *(
        Text("Measure"),
        Text("Value"),
        Text("Number behind it"),
        Text("From (95 %)"),
        Text("To (95 %)"),
    ),
    *(Text("Unit"), Text("Population"), Text("Formula")),
)
GROUPS = (
    *(Text("Measure"), Text("Value"), Text("Number behind it")),
    *(Text("By"), Text("Group"), Text("Unit")),
)
DAYS = (Text("Measure"), Text("Value"), Text("Day"), Text("Unit"))
FORMATS = {Unit.SHARE: "0.0%", Unit.NET: "+0%;-0%;0%", Unit.SCORE: "0.00"}
"""How Excel shows a number of this unit; of all others as it is."""
UNITS: Mapping[Unit, Text] = {
    Unit.COUNT: Text("number"),
    Unit.SECONDS: Text("seconds"),
    Unit.DAYS: Text("days"),
    Unit.SHARE: Text("share"),
    Unit.SCORE: Text("of 5"),
    Unit.NET: Text("net share"),
    Unit.PER_HOUR: Text("an hour"),
}


@dataclass(frozen=True)
class Number:
    """A figure, or a bound of one."""

    value: float | None
    unit: Unit


SAID = (Text("What went wrong"), Text("Who does what about it"))


def _sheets(
    bulletin: Bulletin, lang: str
) -> Iterable[tuple[Text, Sequence[Text], Iterable[Values]]]:
    return (
        (Text("Summary"), SAID, _said(bulletin, lang)),
        (Text("Figures"), FIGURES, _figures(bulletin, lang)),
        (Text("Groups"), GROUPS, _groups(bulletin, lang)),
        (Text("Days"), DAYS, _days(bulletin, lang)),
    )


def _said(bulletin: Bulletin, lang: str) -> Iterable[Values]:
    document = Document(bulletin, lang, leads=False)
    yield document.branch, document.title
    yield from ((words, "") for words in document.reservations)
    yield from ((f.text.in_(lang), document.answers(f)) for f in bulletin.findings)
    for section in bulletin.sections:
        yield from ((section.title.in_(lang), document.entry(entry)) for entry in section.entries)
    for chart in bulletin.charts:
        yield f"{chart.measure.name.in_(lang)}: {document.verdict(chart)}", ""


def _figures(bulletin: Bulletin, lang: str) -> Iterable[Values]:
    for id, figure in bulletin.report["measures"].items():
        unit = MEASURES[id].unit
        words = definition(MEASURES[id], lang)
        value = Number(figure["value"], unit)
        bounds = Number(figure.get("lo"), unit), Number(figure.get("hi"), unit)
        yield (
            *(words["name"], value, figure["n"], *bounds),
            *(UNITS[unit].in_(lang), words["population"], words["formula"]),
        )


def _groups(bulletin: Bulletin, lang: str) -> Iterable[Values]:
    document = Document(bulletin, lang, leads=False)
    for id, figure in bulletin.report["measures"].items():
        measure = MEASURES[id]
        for key, groups in figure.get("by", {}).items():
            for group, part in groups.items():
                name = group_words(bulletin.branch, key, group, lang)
                value = Number(document.told(measure, part), measure.unit)
                said = measure.name.in_(lang), value, part["n"]
                yield *said, KEYS[key].in_(lang), name, UNITS[measure.unit].in_(lang)


def _days(bulletin: Bulletin, lang: str) -> Iterable[Values]:
    for chart in bulletin.charts:
        unit = chart.measure.unit
        for day, value in zip(chart.days, chart.values, strict=True):
            name = chart.measure.name.in_(lang)
            yield name, Number(value, unit), day, UNITS[unit].in_(lang)
