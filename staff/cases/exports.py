"""Cases as a list for the regulator and the bank's own office: its classes in codes, all else in words, and
nothing that somebody said."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from lobby.branch.model import Branch
from lobby.reports.cells import cell
from lobby.state.case_words import CHANNELS, RESULTS, SEVERITIES, STATUSES
from lobby.texts import Text

COLUMNS: Mapping[str, Text] = {
    "number": Text("Case number"),
    "reference": Text("Reference number"),
    "channel": Text("Channel"),
    "came_at": Text("Came in"),
    "happened_on": Text("Happened on"),
    "place": Text("Where it was done"),
    "business": Text("Kind of business"),
    "cause": Text("Cause"),
    "severity": Text("Severity"),
    "people": Text("Complainants"),
    "status": Text("State"),
    "first_word_at": Text("First contact at"),
    "answered_at": Text("Answered at"),
    "closed_at": Text("Closed at"),
    "result": Text("Result"),
    "extended": Text("Time extended"),
    "joined_to": Text("Joined to another"),
    "visit_number": Text("Ticket number"),
}
CODED = ("place", "business", "cause")
"""They stay codes of JR/T 0169-2018, which whoever gathers these lists counts by."""
MOMENTS = ("came_at", "first_word_at", "answered_at", "closed_at")
IN_WORDS = {"channel": CHANNELS, "severity": SEVERITIES, "status": STATUSES, "result": RESULTS}
YES = Text("yes")
NO = Text("no")


def rows_of(cases: Iterable[Mapping[str, Any]], branch: Branch, lang: str) -> list[list[Any]]:
    """The head and a row for each case, in the branch's time and in words of the language; the codes are those that
    the bank reports with."""
    head = [name.in_(lang) for name in COLUMNS.values()]
    return [head, *([_cell(case, name, branch, lang) for name in COLUMNS] for case in cases)]


def _cell(case: Mapping[str, Any], name: str, branch: Branch, lang: str) -> Any:
    value = case[name]
    if name in CODED:
        return branch.cases.codes.get(value, value)
    if value and name in MOMENTS:
        return _minute(value, branch.zone)
    if name == "extended":
        return (YES if value else NO).in_(lang)
    if value in IN_WORDS.get(name, ()):
        return IN_WORDS[name][value].in_(lang)
    return cell(value)


def _minute(at: str, zone: ZoneInfo) -> str:
    """An instant of the journal in the branch's time, as lists that are taken in have it too."""
    return datetime.fromisoformat(at).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def as_csv(rows: Iterable[list[Any]]) -> bytes:
    """With a mark, by which Excel knows UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[list[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("cases")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
