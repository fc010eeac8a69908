"""Writes the tables of docs/events.md and docs/configuration.md from the code: `make docs`. A test compares them."""

from __future__ import annotations

import dataclasses
import re
import sys
from enum import EnumType
from pathlib import Path
from typing import get_args, get_type_hints

from annotated_types import Ge, Gt, Le

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from lobby import events as ev  # noqa: E402
from lobby.branch import model as b  # noqa: E402
from lobby.branch.deadlines import DeadlineRule  # noqa: E402

TABLES = {
    "": b.Branch, "branch": b.Identity, "rules": b.Rules, "alerts": b.Alerts, "appointments": b.Appointments,
    "directory": b.Directory, "notices": b.Notices, "security": b.Security, "budgets": b.Budgets,
    "privacy": b.Privacy, "reports": b.Reports, "staff": b.Staff, "staff.people": b.Person, "calendar": b.Calendar,
    "hours": b.Hours,
    "standards": b.Standards, "panel": b.PanelRules, "recording": b.Recording,
    "actions": b.ActionRules,
    "areas": b.Area, "tiers": b.Tier, "groups": b.Group, "services": b.Service, "counters": b.Counter,
    "cases": b.Cases, "cases.rules": DeadlineRule, "care": b.Care, "things": b.Thing, "aids": b.Aid,
    "boards": b.Board, "voice": b.VoiceRules, "volume": b.Volume, "printers": b.Printer, "kiosks": b.Kiosk,
}  # fmt: skip
SINGLE = (
    "branch",
    "rules",
    "alerts",
    "appointments",
    "directory",
    "security",
    "budgets",
    "privacy",
    "reports",
    "staff",
    "panel",
    "actions",
    "calendar",
    "hours",
    "standards",
    "care",
    "cases",
    "recording",
    "voice",
)
"""Tables that the file has once."""
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
    is_list = table not in SINGLE
    heading = (f"[[{table}]]" if is_list else f"[{table}]") if table else "top of the file"
    rows = [
        f"| `{f.name.rstrip('_')}` | {_type(cls, f.name)} | {_default(f)} |"
        for f in _keys(table, cls)
    ]
    head = ["| key | value | default |", "| --- | --- | --- |"]
    return "\n".join([f"### {heading}", _docstring(cls), "", *head, *rows])


def _keys(table: str, cls: type) -> list[dataclasses.Field[object]]:
    """The keys that are no tables of their own."""
    inner = {name.rpartition(".")[2] for name in TABLES if name.rpartition(".")[0] == table}
    left_out = inner if table else {*inner, "retired"}
    return [f for f in dataclasses.fields(cls) if f.name not in left_out]


def _docstring(cls: type) -> str:
    return " ".join((cls.__doc__ or "").split())


def _type(cls: type, name: str) -> str:
    kind = get_type_hints(cls)[name]
    if isinstance(kind, EnumType):
        return " or ".join(f"`{member.value}`" for member in kind)
    text = str(kind)
    text = text.removeprefix("<class '").removesuffix("'>")
    text = re.sub(r"typing\.|lobby\.branch\.[a-z]+\.|zoneinfo\.|annotated_types\.", "", text)
    words = {
        "tuple[str, ...]": "list of text", "str": "text", "Name": "`{ zh, en }`", "ZoneInfo": "time zone",
        "datetime.time": "time of day", "datetime.date": "day", "collections.abc.Mapping[str, str]": "table of texts",
        "Optional[tuple[Span, ...]]": "list of spans", "tuple[Span, ...]": "list of spans",
        "collections.abc.Mapping[datetime.date, tuple[Span, ...]]": "table of days, each a list of spans",
        "Hours": "table as [hours]",
    }  # fmt: skip
    return words.get(text, text.replace("|", "or")) + _bounds(cls, name)


def _bounds(cls: type, name: str) -> str:
    """The bounds of a number by its annotation."""
    annotation = get_type_hints(cls, include_extras=True)[name]
    alternatives = [part for part in get_args(annotation) if hasattr(part, "__metadata__")]
    marks = getattr(alternatives[0] if alternatives else annotation, "__metadata__", ())
    low = [str(mark.ge) for mark in marks if isinstance(mark, Ge)]
    low += [f"above {mark.gt}" for mark in marks if isinstance(mark, Gt)]
    high = [f" to {mark.le}" for mark in marks if isinstance(mark, Le)] or [" or more"]
    return f", {low[0]}{high[0]}" if low else ""


def _default(field: dataclasses.Field[object]) -> str:
    if field.default_factory is not dataclasses.MISSING:
        return "none"
    if field.default is dataclasses.MISSING:
        return "(needed)"
    if isinstance(field.default, b.Name):
        return f"“{field.default.in_('en')}”"
    return "none" if field.default in (None, "", ()) else f"`{field.default}`"


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
