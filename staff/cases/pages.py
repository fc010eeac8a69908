"""The pages of complaints: what is due today, all cases, one case, a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from lobby.calling.discipline import RULES
from lobby.commands.case_access import HANDLERS, RANKS
from lobby.commands.case_steps import PAUSE_DAYS
from lobby.commands.people import ANSWERING
from lobby.state.case_codes import AT_THE_BRANCH, BUSINESSES, CAUSES, PLACES
from lobby.state.case_words import CHANNELS, REPLIES, RESULTS, SEVERITIES, STATUSES
from lobby.texts import Text
from lobby.views.case_due import LEVEL_OF
from staff.shared.pages import page_for
from web.access import Account
from web.dispatch import runtime, today, who
from web.identity import access
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
    accounts: list[Account] = in_thread(access().accounts)
    people = runtime().commands.people
    with runtime().writer.published() as state:
        left = state.quality.left
    return render_template(
        f"staff/cases/{page}.html",
        branch=runtime().branch,
        principal=principal,
        handles=principal is not None and principal.role in HANDLERS,
        writes=principal is not None and principal.role != "inspector",
        codes=named,
        at_the_branch=AT_THE_BRANCH,
        people=_people(accounts),
        here=in_thread(people.here, left),
        owners=in_thread(people.owners, left),
        me=who().id if principal and principal.role in ANSWERING else "",
        level=LEVEL_OF.get(principal.role, "") if principal else "",
        today=today(),
        pause_max=today() + timedelta(days=PAUSE_DAYS),
        texts=script_texts(HERE),
        **values,
    )


def _people(accounts: Sequence[Account]) -> dict[str, str]:
    """Whom a complaint may be about: the register of staff, and the accounts of people who have no number there."""
    registered = {person.number: person.name for person in runtime().branch.staff.people}
    others = {
        account.name: account.name
        for account in accounts
        if account.role in RANKS and not account.disabled and not account.staff_number
    }
    return {**registered, **others}
