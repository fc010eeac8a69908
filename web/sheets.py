"""Workbooks for Excel in which a figure is a number, shown in its unit."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lobby.reports.cells import cell
from lobby.reports.measure import Unit
from lobby.texts import Text

WIDTHS = (34, 16, 12, 12, 12, 10, 60, 60)
"""Of the columns, in characters: a narrow one shows #### instead of its figure."""
DIGITS = 6
Values = Sequence[Any]
Sheet = tuple[Text, Sequence[Text], Iterable[Values]]
"""Its title, its head and its rows."""
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
"""The head of the sheet of all figures; of those of groups, and of days, below."""
GROUPS = (
    *(Text("Measure"), Text("Value"), Text("Number behind it")),
    *(Text("By"), Text("Group"), Text("Unit")),
)
DAYS = (Text("Measure"), Text("Value"), Text("Day"), Text("Unit"))
FORMATS = {
    Unit.COUNT: "#,##0",
    Unit.SECONDS: "0.0",
    Unit.DAYS: "0.0",
    Unit.SHARE: "0.0%",
    Unit.SCORE: "0.00",
    Unit.NET: "+0%;-0%;0%",
    Unit.PER_HOUR: "0.0",
}
"""How Excel shows a number of this unit: with as many digits as the pages."""
IN_ONE = {Unit.SECONDS: 60}
"""So many of the unit are one of what the sheet has: nobody reads a wait in seconds."""
UNITS: Mapping[Unit, Text] = {
    Unit.COUNT: Text("number"),
    Unit.SECONDS: Text("minutes"),
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


def workbook_of(sheets: Iterable[Sheet], lang: str) -> bytes:
    """The file's bytes."""
    # Here: to load it takes a third of a second, which no start is to wait for.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for title, head, rows in sheets:
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

    told = value.value
    if told is not None and value.unit in IN_ONE:
        told = round(told / IN_ONE[value.unit], DIGITS)
    made = WriteOnlyCell(sheet, told)
    made.number_format = FORMATS[value.unit]
    return made
