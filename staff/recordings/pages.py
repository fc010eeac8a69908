"""The list of dual recordings 双录, for the inspector and for whoever looks a video up."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask import Blueprint, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from lobby.events import CorrectionReason, OverrideReason, SaleRefused
from lobby.reports.recordings import LISTED_MAX
from lobby.state.recording import RecordingKind
from lobby.texts import Text
from staff.recordings.api import RecordingsQuery, days, listed
from staff.shared.pages import page_for
from web.dispatch import runtime
from web.languages import script_texts
from web.roles import current, may, public

pages = Blueprint("recordings", __name__)
HERE = Path(__file__).parent
KINDS = {
    RecordingKind.MADE: ("good", "check", Text("Recorded")),
    RecordingKind.REFUSED: ("info", "info", Text("Nothing sold")),
    RecordingKind.OVERRIDDEN: ("warn", "warning", Text("Waived")),
    RecordingKind.PENDING: ("", "clock", Text("At the counter now")),
    RecordingKind.MISSING: ("bad", "warning", Text("Missing")),
}
"""The colour, icon and word of each kind."""
REASONS = {
    SaleRefused.DECLINED: Text("the customer does not agree to be recorded"),
    SaleRefused.UNSUITABLE: Text("the product does not suit the customer"),
    SaleRefused.NO_SALE: Text("nothing was to be sold"),
    OverrideReason.EQUIPMENT: Text("the equipment failed"),
    OverrideReason.ELSEWHERE: Text("recorded in another system"),
    OverrideReason.NOT_NEEDED: Text("this business needs none"),
}
CORRECTIONS = {
    CorrectionReason.MISTYPED: Text("mistyped"),
    CorrectionReason.ANOTHER_SALE: Text("it is another sale's"),
    CorrectionReason.RENUMBERED: Text("the recording system renamed it"),
}


@pages.get("/desk/recordings")
@public
def recordings() -> str | Response:
    return page_for("reports", _page)


def _page() -> str:
    query = _query()
    first, last = days(query)
    rows = listed(query)
    return render_template(
        "staff/recordings/page.html",
        branch=runtime().branch,
        principal=current(),
        query=query,
        first=first,
        last=last,
        rows=rows,
        cut=len(rows) == LISTED_MAX,
        kinds=KINDS,
        reasons=REASONS,
        overrides=list(OverrideReason),
        corrections=CORRECTIONS,
        acts_here=may("manager"),
        clock=_clock,
        moment=_moment,
        texts=script_texts(HERE),
    )


def _query() -> RecordingsQuery:
    """What the form asks for; without what cannot be read."""
    asked = {name: value for name, value in request.args.items() if value}
    try:
        return RecordingsQuery.model_validate(asked)
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors()}
        return RecordingsQuery.model_validate(
            {name: value for name, value in asked.items() if name not in wrong}
        )


def _clock(instant: str | None) -> str:
    """The time of day in the branch; empty for none."""
    if not instant:
        return ""
    return f"{_local(instant):%H:%M:%S}"


def _moment(instant: str) -> str:
    """Day and time in the branch."""
    return f"{_local(instant):%Y-%m-%d %H:%M}"


def _local(instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(runtime().branch.zone)
