"""The bulletin's page, what its figures are made of, and its files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from lobby.journal.history import reader
from lobby.reports.bulletin import Bulletin, bulletin
from lobby.reports.measure import Unit, definition
from lobby.reports.measures import PartView, Span, days_of, measure_of, parts
from lobby.reports.moments import local_time
from lobby.reports.wording import SPANS, days_words, value_words
from staff.bulletin import archive, document
from staff.bulletin.api import PAGE
from staff.bulletin.sheet import workbook
from staff.bulletin.words import group_words
from staff.shared.pages import office_page, page_for
from web.days import day_asked
from web.dispatch import runtime, today
from web.languages import lang
from web.loop import PLANS
from web.roles import may, needs, public

pages = Blueprint("bulletin", __name__)
HERE = Path(__file__).parent
KEPT_SHOWN = 60
GROUPED = ("tier", "service", "counter", "hour", "why", "printed", "taken_on", "granted", "id")
"""By which rows of a list are chosen: the figure's groups, and what a sentence counts."""
FILES: Mapping[str, tuple[str, Callable[[Bulletin, str], str | bytes]]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
    "html": ("text/html; charset=utf-8", document.file),
    "json": (
        "application/json",
        lambda made, _: json.dumps(document.as_json(made), ensure_ascii=False, indent=1),
    ),
}


@pages.get("/desk/bulletin")
@public
def page() -> str | AnyResponse:
    return page_for("reports", _page)


def _page() -> str:
    span = _span(request.args.get("span", ""))
    day = day_asked("date") or PLANS.run(_last_day, runtime().database, today())
    first, last = days_of(span, day)
    after = last + timedelta(days=1)
    made = _made(first, last)
    return office_page(
        HERE,
        spans={id: SPANS[id].in_(lang()) for id in get_args(Span)},
        span=span,
        day=day.isoformat(),
        today=today().isoformat(),
        before=(first - timedelta(days=1)).isoformat(),
        after=after.isoformat() if after <= today() else "",
        doc=document.Document(made, lang(), leads=True, acts=may("quality")),
        kept=PLANS.run(archive.kept, runtime().data)[:KEPT_SHOWN],
    )


def _span(text: str) -> Span:
    spans: tuple[Span, ...] = get_args(Span)
    return next((span for span in spans if span == text), "day")


def _last_day(database: Path, today: date) -> date:
    """The last day before today that the journal has: what a branch head reads in the morning. Today on the first."""
    with closing(reader(database)) as db:
        row = db.execute("SELECT max(day) FROM day WHERE day < ?", [today.isoformat()]).fetchone()
    return date.fromisoformat(row[0]) if row[0] else today


def _made(first: date, last: date) -> Bulletin:
    here = runtime()
    return PLANS.run(bulletin, here.branch, here.database, first, last, here.clock())


@pages.get("/desk/bulletin/file/<span>/<day>.<form>")
@needs("reports")
def file(span: str, day: str, form: str) -> Response:
    """The bulletin to take along."""
    if span not in get_args(Span) or form not in FILES:
        abort(404)
    try:
        first, last = days_of(_span(span), date.fromisoformat(day))
    except (ValueError, OverflowError):
        abort(404)
    content_type, make = FILES[form]
    content = PLANS.run(make, _made(first, last), lang())
    headers = {"Content-Disposition": f'attachment; filename="bulletin-{span}-{first}.{form}"'}
    return Response(content, content_type=content_type, headers=headers)


@pages.get("/desk/bulletin/kept/<name>")
@needs("reports")
def kept(name: str) -> Response:
    """A bulletin as it was made at its hour."""
    if name not in PLANS.run(archive.kept, runtime().data):
        abort(404)
    content_type, _ = FILES[name.rpartition(".")[2]]
    content = PLANS.run((runtime().data / archive.FOLDER / name).read_bytes)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=content_type, headers=headers)


@pages.get("/desk/bulletin/parts")
@public
def made_of() -> str | AnyResponse:
    return page_for("reports", _parts)


def _parts() -> str:
    measure = measure_of(request.args.get("measure", ""))
    first = day_asked("from") or today()
    last = day_asked("to") or first
    group = {key: request.args[key] for key in GROUPED if request.args.get(key)}
    here = runtime()
    found = PLANS.run(parts, here.branch, here.database, measure, (first, last), group, (0, PAGE))
    return office_page(
        HERE,
        "parts",
        measure=definition(measure, lang()),
        days=days_words(first, last),
        group=", ".join(
            group_words(here.branch, key, value, lang())
            for key, value in group.items()
            if key != "id"
        ),
        total=found["total"],
        rows=[_row(part, measure.unit) for part in found["tickets"]],
        back=f"/desk/bulletin?date={first}",
    )


def _row(part: PartView, unit: Unit) -> dict[str, Any]:
    """A line of the table, in the reader's words."""
    branch = runtime().branch
    groups = {"tier": part["tier"], "service": part["service"], "counter": part["counter"]}
    names = {key: group_words(branch, key, group, lang()) for key, group in groups.items() if group}
    return {
        **names,
        "at": local_time(branch.zone, part["at"]) if part["at"] else part["day"],
        "number": part["number"] or part["id"],
        "wait": value_words(Unit.SECONDS, part["wait_s"], lang()),
        "target": value_words(Unit.SECONDS, part["target_s"], lang()),
        "value": _value(part["value"], unit),
    }


def _value(value: Any, unit: Unit) -> str:
    """Of a share, whether this one counts; of a count, nothing but that it is here."""
    if unit is Unit.COUNT or isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, tuple | list):
        return " / ".join(f"{part:g}" for part in value)
    return value_words(unit, value, lang())
