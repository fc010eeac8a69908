"""Writes the tables of docs/events.md and docs/configuration.md from the code: `make docs`. A test compares them."""

from __future__ import annotations

import builtins
import dataclasses
import sys
import types
import typing
from collections import abc
from collections.abc import Iterable
from datetime import date, time
from enum import EnumType
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from annotated_types import Ge, Gt, Le

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from lobby import events as ev  # noqa: E402
from lobby.branch import model as b  # noqa: E402
from lobby.branch.deadlines import DeadlineRule  # noqa: E402
from lobby.branch.hours import Hours, Span  # noqa: E402
from lobby.branch.names import Name  # noqa: E402

TABLES = {
    "": b.Branch, "branch": b.Identity, "rules": b.Rules, "alerts": b.Alerts, "appointments": b.Appointments,
    "directory": b.Directory, "notices": b.Notices, "headquarters": b.HeadquartersRules, "security": b.Security,
    "budgets": b.Budgets, "privacy": b.Privacy, "reports": b.Reports, "staff": b.Staff, "staff.people": b.Person,
    "calendar": b.Calendar, "hours": Hours, "standards": b.Standards, "panel": b.PanelRules,
    "recording": b.Recording, "actions": b.ActionRules,
    "areas": b.Area, "tiers": b.Tier, "groups": b.Group, "services": b.Service, "counters": b.Counter,
    "cases": b.Cases, "cases.rules": DeadlineRule, "care": b.Care, "things": b.Thing, "aids": b.Aid,
    "boards": b.Board, "voice": b.VoiceRules, "volume": b.Volume, "printers": b.Printer, "kiosks": b.Kiosk,
}  # fmt: skip
WORDS = {
    str: "text",
    bool: "`true` or `false`",
    int: "whole number",
    float: "number",
    date: "day",
    time: "time of day",
    ZoneInfo: "time zone",
    Name: "`{ zh, en }`",
    Span: "span",
    Hours: "table as [hours]",
}
"""What the values of each type are called."""
BEGIN = "<!-- made by tools/docs.py -->"
END = "<!-- end -->"


def events() -> str:
    rows = ["| kind | what happened | data |", "| --- | --- | --- |"]
    for kind, cls in ev.KINDS.items():
        fields = ", ".join(f"`{name}`" for name in ev.DATA_FIELDS[cls])
        rows.append(f"| `{kind}` | {_docstring(cls)} | {fields} |")
    return "\n".join(rows)


def configuration() -> str:
    return "\n\n".join(_table(table, cls) for table, cls in TABLES.items())


def _table(table: str, cls: type) -> str:
    heading = _heading(table) if table else "top of the file"
    rows = [
        f"| `{f.name.rstrip('_')}` | {_type(cls, f.name)} | {_default(f)} |"
        for f in _keys(table, cls)
    ]
    head = ["| key | value | default |", "| --- | --- | --- |"]
    return "\n".join([f"### {heading}", _docstring(cls), "", *head, *rows])


def _heading(table: str) -> str:
    """As the file has it: a table that it may have often stands in two brackets."""
    outer, _, name = table.rpartition(".")
    often = get_origin(get_type_hints(TABLES[outer])[name]) is tuple
    return f"[[{table}]]" if often else f"[{table}]"


def _keys(table: str, cls: type) -> list[dataclasses.Field[object]]:
    """The keys that are no tables of their own."""
    inner = {name.rpartition(".")[2] for name in TABLES if name.rpartition(".")[0] == table}
    left_out = inner if table else {*inner, "retired"}
    return [f for f in dataclasses.fields(cls) if f.name not in left_out]


def _docstring(cls: type) -> str:
    return " ".join((cls.__doc__ or "").split())


def _type(cls: type, name: str) -> str:
    return _in_words(get_type_hints(cls)[name]) + _bounds(cls, name)


def _in_words(kind: Any) -> str:
    """What a type is in the file, for a reader who knows no Python."""
    if isinstance(kind, EnumType):
        return _one_of(member.value for member in list(kind))
    within = [part for part in get_args(kind) if part is not NoneType]
    match get_origin(kind):
        case typing.Literal:
            return _one_of(within)
        case typing.Union | types.UnionType:
            return " or ".join(_in_words(part) for part in within)
        case builtins.tuple:
            many = "" if within[-1] is Ellipsis else f"{len(within)} "
            return f"list of {many}{_several(within[0])}"
        case abc.Mapping:
            return f"table of {_several(within[0])}, each with {_in_words(within[1])}"
    return WORDS[kind]


def _one_of(values: Iterable[object]) -> str:
    return " or ".join(f"`{value}`" for value in values)


def _several(kind: Any) -> str:
    words = _in_words(kind)
    return words if words.startswith("`") else f"{words}s"


def _bounds(cls: type, name: str) -> str:
    """The bounds of a number by its annotation."""
    annotation = get_type_hints(cls, include_extras=True)[name]
    alternatives = [part for part in get_args(annotation) if hasattr(part, "__metadata__")]
    marks = getattr(alternatives[0] if alternatives else annotation, "__metadata__", ())
    low = [str(mark.ge) for mark in marks if isinstance(mark, Ge)]
    low += [f"above {mark.gt}," for mark in marks if isinstance(mark, Gt)]
    high = [f" to {mark.le}" for mark in marks if isinstance(mark, Le)] or [" or more"]
    return f", {low[0]}{high[0]}" if low else ""


def _default(field: dataclasses.Field[object]) -> str:
    if field.default_factory is not dataclasses.MISSING:
        return "none"
    if field.default is dataclasses.MISSING:
        return "(needed)"
    if isinstance(field.default, Name):
        return f"“{field.default.in_('en')}”"
    return "none" if field.default in (None, "", ()) else f"`{_written(field.default)}`"


def _written(value: Any) -> str:
    """A default as the file would have it."""
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return f"[{', '.join(map(_quoted, value))}]"
        case time():
            return f"{value:%H:%M}"
    return str(value)


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def with_table(text: str, table: str) -> str:
    """The document with the new table."""
    head, _, after = text.partition(BEGIN)
    return f"{head}{BEGIN}\n{table}\n{END}{after.partition(END)[2]}"


DOCUMENTS = {ROOT / "docs" / "events.md": events, ROOT / "docs" / "configuration.md": configuration}


def main() -> None:
    for path, table in DOCUMENTS.items():
        path.write_text(with_table(path.read_text(), table()))


if __name__ == "__main__":
    main()
