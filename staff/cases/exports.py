"""Cases as a list for the regulator and the bank's own office: in codes, without a word that somebody said."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl import Workbook

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.reports.cells import cell
from lobby.views.base import branch_time

COLUMNS = (
    *("number", "reference", "channel", "came_at", "happened_on", "place", "business", "cause"),
    *("severity", "people", "status", "first_word_at", "answered_at", "closed_at", "result"),
    *("extended", "joined_to", "visit_number"),
)
CODED = ("place", "business", "cause")


INSTANTS = ("came_at", "first_word_at", "answered_at", "closed_at")


def rows_of(cases: Iterable[Mapping[str, Any]], branch: Branch) -> list[list[Any]]:
    """The head and a row for each case; the codes are those that the bank reports with, the times the branch's."""
    return [list(COLUMNS), *([_cell(case, name, branch) for name in COLUMNS] for case in cases)]


def _cell(case: Mapping[str, Any], name: str, branch: Branch) -> Any:
    value = case[name]
    if name in CODED:
        return branch.cases.codes.get(value, value)
    if value and name in INSTANTS:
        return branch_time(branch, ev.instant_of(value))
    return cell(value)


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
