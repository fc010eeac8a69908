"""Lists of complaints that come from elsewhere, as CSV or XLSX: the hotline's work orders 客服工单, the regulator's.

All rows are read before the first is taken; what is wrong is said by row and column, never with a customer's words.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from annotated_types import MaxLen

from lobby.branch.deadlines import Severity
from lobby.branch.excel import decoded
from lobby.events import Channel, Complaint, ReplyBy
from lobby.reports.cells import UNWRITABLE
from lobby.state.case_codes import BUSINESSES, CAUSES, PLACES
from lobby.state.case_words import CHANNELS, SEVERITIES
from lobby.texts import Text, languages
from staff.cases import workbook
from staff.cases.schemas import ComplaintBody

HEADS: Mapping[str, tuple[str, ...]] = {
    "reference": ("reference", "工单号", "工单编号", "受理编号", "来件编号", "编号", "转办编号"),
    "came_at": ("came_at", "受理时间", "受理日期", "来件时间", "收到日期", "转办日期"),
    "happened_on": ("happened_on", "发生日期", "发生时间", "业务日期"),
    "channel": ("channel", "投诉渠道", "来件渠道"),
    "place": ("place", "业务办理渠道", "办理渠道"),
    "business": ("business", "业务类别", "业务种类", "投诉业务"),
    "cause": ("cause", "投诉原因", "原因"),
    "severity": ("severity", "复杂程度"),
    "people": ("people", "投诉人数", "人数"),
    "complainant": ("complainant", "投诉人", "投诉人姓名", "客户姓名"),
    "contact": ("contact", "联系电话", "联系方式", "手机号"),
    "text": ("text", "投诉内容", "内容", "主要事实"),
    "demand": ("demand", "投诉请求", "诉求"),
}
"""The heads of columns, in our names and as hotlines' and regulators' lists have them."""
NEEDED = ("reference", "came_at", "text")
ROWS_MAX = 20_000
FIRST_YEAR = 2000
"""An earlier one is a slip of the pen, or what Excel makes of a small number."""
SHEET = b"PK\x03\x04"
DAY = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2}):(\d{2})(?::\d{2})?)?"
)
SPOILED = re.compile(r"\d(?:\.\d+)?[eE]\+\d+|#+|=.*|#(?:N/A|REF!|VALUE!|NAME\?)")
ZEROS = re.compile(r"\d{15}0+")
"""Excel keeps fifteen digits of a number; those after them became zeros."""
WHOLE = re.compile(r"\d+\.0")


KINDS: Mapping[str, type[StrEnum]] = {"channel": Channel, "severity": Severity}
CODE_MAX = 200
"""Letters of a day, a number or a code with its name."""


def _lengths() -> Mapping[str, int]:
    """How long a text may be, by field: as long as in a case that is written at the desk."""
    limits = (
        (name, one.max_length)
        for name, field in ComplaintBody.model_fields.items()
        for one in field.metadata
        if isinstance(one, MaxLen)
    )
    return dict(limits)


LENGTHS = _lengths()


@dataclass(frozen=True)
class Wrong:
    """What is wrong in a row; row 1 are the heads, 0 the file as a whole."""

    row: int
    field: str
    text: Text


class Unreadable(ValueError):
    """The file is no such list."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.english)


Rows = Iterator[Sequence[Any]]


def read_list(
    content: bytes, channel: Channel, zone: ZoneInfo, now: datetime
) -> tuple[dict[int, Complaint], list[Wrong]]:
    """The complaints of the list by row, and all that is wrong with it; none may be taken where something is. Raises
    Unreadable."""
    rows = _rows(content)
    columns = _columns(next(rows, ()))
    reader = _Reader(channel, zone, now)
    for number, row in enumerate(rows, start=2):
        if number > ROWS_MAX + 1:
            raise Unreadable(Text("at most {max} rows", max=ROWS_MAX))
        if any(str(value or "").strip() for value in row):
            reader.take(number, {name: row[n] for name, n in columns.items() if n < len(row)})
    return reader.complaints, reader.wrong


def _rows(content: bytes) -> Rows:
    if content.startswith(SHEET):
        return _rows_of_workbook(content)
    return _rows_of_csv(content)


def _rows_of_workbook(content: bytes) -> Rows:
    try:
        yield from workbook.rows_of(content)
    except workbook.TooLarge as error:
        raise Unreadable(Text("the workbook is too large")) from error
    except workbook.NoWorkbook as error:
        raise Unreadable(Text("not an Excel workbook that can be read")) from error


def _rows_of_csv(content: bytes) -> Rows:
    try:
        text = decoded(content)
    except UnicodeDecodeError as error:
        raise Unreadable(Text("neither UTF-8 nor GBK; in Excel, save it as 'CSV UTF-8'")) from error
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    except csv.Error as error:
        raise Unreadable(Text("not a CSV file that can be read")) from error


def _columns(heads: Sequence[Any]) -> dict[str, int]:
    """Which column has what."""
    known = {head: name for name, heads_ in HEADS.items() for head in heads_}
    places = {
        known[head]: n
        for n, value in enumerate(heads)
        if (head := str(value or "").strip()) in known
    }
    missing = [name for name in NEEDED if name not in places]
    if missing:
        wanted = ", ".join(HEADS[name][1] for name in missing)
        raise Unreadable(Text("columns are missing: {columns}", columns=wanted))
    return places


def by_name(codes: Mapping[str, Text]) -> dict[str, str]:
    """The codes by themselves and by their names in every language."""
    named = {text.in_(lang): code for code, text in codes.items() for lang in languages()}
    return {**named, **{code: code for code in codes}}


class _Reader:
    """Reads row by row, and remembers what was wrong."""

    def __init__(self, channel: Channel, zone: ZoneInfo, now: datetime) -> None:
        self._channel = channel
        self._zone = zone
        self._now = now
        self._codes = {
            "place": by_name(PLACES),
            "business": by_name(BUSINESSES),
            "cause": by_name(CAUSES),
        }
        self._members = {"channel": by_name(CHANNELS), "severity": by_name(SEVERITIES)}
        self._seen: dict[str, int] = {}
        self.complaints: dict[int, Complaint] = {}
        self.wrong: list[Wrong] = []

    def take(self, number: int, row: Mapping[str, Any]) -> None:
        before = len(self.wrong)
        fields = {name: self._value(number, name, row[name]) for name in row}
        for name in NEEDED:
            if not fields.get(name) and not self._is_wrong(number, name):
                self._say(number, name, Text("is missing"))
        self._once(number, fields.get("reference") or "")
        if len(self.wrong) == before:
            self.complaints[number] = self._complaint(fields)

    def _complaint(self, fields: Mapping[str, Any]) -> Complaint:
        given = {name: value for name, value in fields.items() if value not in (None, "")}
        if "contact" not in given:
            given["reply_by"] = ReplyBy.NONE
        return Complaint(**{"channel": self._channel, **given})

    def _once(self, number: int, reference: str) -> None:
        first = self._seen.setdefault(reference, number)
        if reference and first != number:
            self._say(number, "reference", Text("is in row {row} too", row=first))

    def _value(self, number: int, name: str, raw: Any) -> Any:
        text = _text(raw)
        if SPOILED.fullmatch(text) or (name in ("reference", "contact") and ZEROS.fullmatch(text)):
            self._say(number, name, Text("Excel changed this: format the column as text"))
            return None
        if not text:
            return None
        if UNWRITABLE.search(text):
            self._say(number, name, Text("has control characters"))
            return None
        if len(text) > LENGTHS.get(name, CODE_MAX):
            self._say(number, name, Text("is too long"))
            return None
        if name == "came_at":
            return self._instant(number, raw)
        if name == "happened_on":
            return self._day(number, raw)
        if name == "people":
            return self._people(number, text)
        if name in ("channel", "severity"):
            return self._member(number, name, text)
        if name in self._codes:
            return self._code(number, name, text)
        return text

    def _instant(self, number: int, raw: Any) -> str | None:
        at = self._moment(raw)
        if at is None:
            self._say(number, "came_at", Text("is not a day such as 2026-03-01 09:30"))
            return None
        if at > self._now:
            self._say(number, "came_at", Text("is in the future"))
            return None
        return at.isoformat()

    def _day(self, number: int, raw: Any) -> str | None:
        at = self._moment(raw)
        if at is None:
            self._say(number, "happened_on", Text("is not a day such as 2026-03-01 09:30"))
            return None
        return at.date().isoformat()

    def _moment(self, raw: Any) -> datetime | None:
        """In the branch's time; a day alone is its beginning."""
        at = self._read(raw)
        if at is None or at.year < FIRST_YEAR:
            return None
        return at.replace(tzinfo=self._zone)

    def _read(self, raw: Any) -> datetime | None:
        if isinstance(raw, datetime):
            return raw
        if isinstance(raw, date):
            return datetime.combine(raw, time())
        match = DAY.fullmatch(_text(raw))
        if match is None:
            return None
        year, month, day, hour, minute = (int(part or 0) for part in match.groups())
        try:
            return datetime(year, month, day, hour, minute)
        except ValueError:
            return None

    def _people(self, number: int, text: str) -> int | None:
        if text.isdecimal() and 0 < int(text) < 10_000:
            return int(text)
        self._say(number, "people", Text("is not a number of people"))
        return None

    def _member(self, number: int, name: str, text: str) -> Any:
        members = self._members[name]
        member = members.get(text) or members.get(text.lower())
        if member is None:
            values = ", ".join(dict.fromkeys(members))
            self._say(number, name, Text("must be one of {values}", values=values))
            return None
        return KINDS[name](member)

    def _code(self, number: int, name: str, text: str) -> str | None:
        code = self._codes[name].get(text)
        if code is None:
            self._say(number, name, Text("is not a code of JR/T 0169-2018"))
        return code

    def _say(self, number: int, field: str, text: Text) -> None:
        self.wrong.append(Wrong(number, field, text))

    def _is_wrong(self, number: int, field: str) -> bool:
        return any(one.row == number and one.field == field for one in self.wrong[-len(HEADS) :])


FULL_WIDTH = str.maketrans("０１２３４５６７８９－／：", "0123456789-/:")


def _text(raw: Any) -> str:
    """A cell as people read it: a number that Excel made of a code without its `.0`, digits of full width as usual
    ones."""
    if raw is None:
        return ""
    text = str(raw).strip().lstrip("'").translate(FULL_WIDTH)
    if WHOLE.fullmatch(text):
        return text.removesuffix(".0")
    return text
