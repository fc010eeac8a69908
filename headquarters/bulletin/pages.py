"""The page of the province's bulletin, which works without a script, and its files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import get_args

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from headquarters.bulletin.document import Document
from headquarters.bulletin.files import FILES, file_name
from headquarters.bulletin.made import bulletin as bulletin_of
from headquarters.shared.choice import choice, units
from headquarters.shared.database import asked
from headquarters.shared.pages import draw
from headquarters.visible import unit_asked
from lobby.reports.measures import Span
from lobby.reports.wording import SPANS
from web.days import is_day
from web.gated import page_for
from web.languages import lang
from web.loop import PLANS
from web.roles import needs, public

pages = Blueprint("bulletin", __name__)
HERE = Path(__file__).parent


@pages.get("/bulletin")
@public
def bulletin() -> str | AnyResponse:
    return page_for("province", _bulletin)


def _bulletin() -> str:
    chosen = choice()
    made = asked(bulletin_of, chosen.span, chosen.day, unit=chosen.unit)
    return draw(
        HERE,
        chosen=chosen,
        spans={id: SPANS[id].in_(lang()) for id in get_args(Span)},
        units=units(),
        doc=Document(made, lang()),
        complete=made.report["completeness"],
        forms={form: f"/bulletin/file/{chosen.span}/{chosen.day}.{form}" for form in FILES},
    )


@pages.get("/bulletin/file/<span>/<day>.<form>")
@needs("province")
def file(span: Span, day: str, form: str) -> Response:
    """The bulletin to take along."""
    if span not in get_args(Span) or form not in FILES or not is_day(day):
        abort(404)
    unit = unit_asked(request.args.get("unit", ""))
    made = asked(bulletin_of, span, date.fromisoformat(day), unit=unit)
    content_type, make = FILES[form]
    content = PLANS.run(make, made, lang())
    headers = {"Content-Disposition": f'attachment; filename="{file_name(made, form)}"'}
    return Response(content, content_type=content_type, headers=headers)
