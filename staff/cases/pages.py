"""The pages of complaints: what is due today, all cases, one case, a new one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from lobby.calling.discipline import RULES
from lobby.commands.case_access import HANDLERS
from lobby.commands.case_steps import PAUSE_DAYS
from lobby.commands.people import ANSWERING, People, once_here
from lobby.state.case_codes import AT_THE_BRANCH, BUSINESSES, CAUSES, PLACES
from lobby.state.case_words import CHANNELS, REPLIES, RESULTS, SEVERITIES, STATUSES
from lobby.texts import Text
from lobby.views.case_due import LEVEL_OF
from staff.shared.pages import offered, page_for
from web.dispatch import runtime, today, who
from web.languages import name_of, script_texts
from web.loop import in_thread
from web.roles import current, public

pages = Blueprint("cases", __name__)
HERE = Path(__file__).parent
CODES: Mapping[str, Mapping[str, Text]] = {
    "place": PLACES,
    "business": BUSINESSES,
    "cause": CAUSES,
    "rule": RULES,
    "channel": CHANNELS,
    "severity": SEVERITIES,
    "status": STATUSES,
    "reply": REPLIES,
    "result": RESULTS,
}
"""What scripts and forms have names for, by kind."""


@pages.get("/desk/due")
@public
def due() -> str | Response:
    return page_for("person", lambda: _drawn("due"))


@pages.get("/desk/cases")
@public
def listed() -> str | Response:
    return page_for("person", lambda: _drawn("page"))


@pages.get("/desk/cases/new")
@public
def new() -> str | Response:
    return page_for("person", lambda: _drawn("new"))


@pages.get("/desk/cases/<id>")
@public
def one(id: str) -> str | Response:
    return page_for("person", lambda: _drawn("case", case=id))


def _drawn(page: str, **values: Any) -> str:
    principal = current()
    named = {
        kind: {code: name_of(text) for code, text in names.items()} for kind, names in CODES.items()
    }
    return render_template(
        f"staff/cases/{page}.html",
        branch=runtime().branch,
        principal=principal,
        handles=principal is not None and principal.role in HANDLERS,
        writes=principal is not None and principal.role != "inspector",
        codes=named,
        at_the_branch=AT_THE_BRANCH,
        here=offered(People.here),
        gone=_gone(),
        owners=offered(People.owners),
        me=who().id if principal and principal.role in ANSWERING else "",
        level=LEVEL_OF.get(principal.role, "") if principal else "",
        today=today(),
        pause_max=today() + timedelta(days=PAUSE_DAYS),
        texts=script_texts(HERE),
        **values,
    )


def _gone() -> dict[str, str]:
    """Who has left, as a complaint may still be about them: by id the name."""
    here = runtime()
    with here.writer.published() as state:
        left, once = state.quality.left, once_here(state.quality)
    return in_thread(here.commands.people.gone, left, once)
