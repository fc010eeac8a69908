"""The log of looks at personal data 查阅记录, for the inspector and the head of the branch."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from lobby.reports.looks import LISTED_MAX
from lobby.texts import Text
from staff.looks.api import LooksQuery, days, listed
from staff.shared.pages import office_page, page_for
from web.languages import name_of
from web.roles import public

pages = Blueprint("looks", __name__)
HERE = Path(__file__).parent
NOUNS = {
    "ticket": Text("Feedback card"),
    "case": Text("Complaint"),
    "action": Text("Corrective action"),
    "loan": Text("Loan"),
    "visit": Text("Announced visit"),
    "note": Text("Hand-over note"),
    "incident": Text("Incident of staff"),
    "inspection": Text("Inspection"),
    "panel": Text("Customer panel"),
    "evidence": Text("Evidence file"),
}
WHAT = {
    "words": Text("words"),
    "contact": Text("contact"),
    "file": Text("file"),
}
LEADS_TO = {"case": "/desk/cases/"}
"""Where the thing is read."""


@pages.get("/desk/looks")
@public
def looks() -> str | Response:
    return page_for("looks", _page)


def _page() -> str:
    query = _query()
    first, last = days(query)
    rows = listed(query)
    return office_page(
        HERE,
        query=query,
        first=first,
        last=last,
        rows=rows,
        cut=len(rows) == LISTED_MAX,
        nouns={noun: name_of(words) for noun, words in NOUNS.items()},
        what={what: name_of(words) for what, words in WHAT.items()},
        leads_to=LEADS_TO,
    )


def _query() -> LooksQuery:
    """What the form asks for; without what cannot be read."""
    asked = {name: value for name, value in request.args.items() if value}
    try:
        return LooksQuery.model_validate(asked)
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors()}
        kept = {name: value for name, value in asked.items() if name not in wrong}
        return LooksQuery.model_validate(kept)
