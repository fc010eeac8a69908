"""The page of focus-customer panels."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Blueprint
from werkzeug.wrappers import Response

from lobby.commands.people import People
from staff.shared.pages import offered, office_page, page_for
from web.dispatch import runtime, today, who
from web.roles import may, public

pages = Blueprint("panel", __name__)
HERE = Path(__file__).parent
NOTICE = timedelta(days=14)
"""Customers need some days to accept."""


@pages.get("/desk/panel")
@public
def panel() -> str | Response:
    return page_for("reports", _panel)


def _panel() -> str:
    day = today()
    pool = timedelta(days=runtime().branch.panel.pool_days)
    return office_page(
        HERE,
        acts=may("quality"),
        me=who().id,
        doers=offered(People.doers),
        on=day + NOTICE,
        since=day - pool,
        until=day,
    )
