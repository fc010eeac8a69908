"""What customers say, by tier, service, counter and hour: groups side by side, none ranked."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lobby.branch.model import Branch
from lobby.reports.opinions import opinions
from staff.shared.pages import page_for
from web.days import day_asked
from web.dispatch import runtime, today
from web.languages import name_of
from web.loop import PLANS
from web.roles import current, public

pages = Blueprint("cards", __name__)
USUAL_DAYS = 28
LONGEST = timedelta(days=366)


@pages.get("/desk/cards")
@public
def cards() -> str | Response:
    return page_for("reports", _page)


def _page() -> str:
    branch = runtime().branch
    last = day_asked("to") or today()
    first = day_asked("from") or last - timedelta(days=USUAL_DAYS - 1)
    first = max(first, last - LONGEST)
    return render_template(
        "staff/cards/page.html",
        branch=branch,
        principal=current(),
        first=first,
        last=last,
        said=PLANS.run(opinions, branch, runtime().database, first, last),
        names=_names(branch),
        titles={
            "tier": _("By tier"),
            "service": _("By service"),
            "counter": _("By counter"),
            "hour": _("By hour"),
        },
        keys={
            "tier": _("Tier"),
            "service": _("Service"),
            "counter": _("Counter"),
            "hour": _("Hour"),
        },
    )


def _names(branch: Branch) -> dict[str, dict[str, str]]:
    """What the groups of each dimension are called."""
    return {
        "tier": {tier.id: name_of(tier.name) for tier in branch.tiers},
        "service": {service.id: name_of(service.name) for service in branch.services},
        "counter": {counter.id: name_of(counter.name) for counter in branch.counters},
        "hour": {str(hour): f"{hour:02}:00" for hour in range(24)},
    }
