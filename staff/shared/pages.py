"""The staff's pages: the counter console, the lobby manager's tablet, the virtual printer's paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lobby.errors import NotFound
from lobby.state.ticket import VISIT_MAX
from staff.counter.texts import counter_texts, states
from staff.tablet.texts import hall_texts, plan_texts
from web.dispatch import runtime, today
from web.languages import for_staff
from web.roles import DEVICE, GRANTS, current, may, needs, public
from web.words import need_words

pages = Blueprint("staff", __name__)
for_staff(pages)


def _to_signin() -> AnyResponse:
    return redirect(url_for("signin.signin", next=request.path))


def _page(grant: str, draw: Callable[[], str]) -> str | AnyResponse:
    """People without a session are sent to sign in, where a program gets 401."""
    if current() in (None, DEVICE):
        return _to_signin()
    if not may(grant):
        abort(403)
    return draw()


@pages.get("/desk")
@public
def start() -> str | AnyResponse:
    principal = current()
    if principal is None or principal is DEVICE:
        return _to_signin()
    if principal.role in GRANTS["manager"]:
        return redirect("/desk/hall")
    return redirect(f"/desk/counter/{principal.counter or runtime().branch.counters[0].id}")


@pages.get("/desk/counter/<id>")
@public
def counter(id: str) -> str | AnyResponse:
    if id not in runtime().branch.counter:
        raise NotFound("unknown_counter", id=id)
    return _page("staff", lambda: _console(id))


def _console(id: str) -> str:
    principal = current()
    if principal and principal.role == "teller" and principal.counter not in (None, id):
        abort(403)
    branch = runtime().branch
    return render_template(
        "staff/counter/page.html",
        branch=branch,
        counter=branch.counter[id],
        principal=principal,
        visit_max=VISIT_MAX,
        texts=counter_texts(branch.rules),
    )


@pages.get("/desk/hall")
@public
def hall() -> str | AnyResponse:
    return _page("manager", _tablet)


def _tablet() -> str:
    branch = runtime().branch
    day = today()
    plan = branch.appointments
    return render_template(
        "staff/tablet/page.html",
        branch=branch,
        principal=current(),
        today=day,
        last_day=day + timedelta(days=plan.days_ahead if plan else 0),
        texts={"states": states(), "needs": need_words(), "effect_s": branch.alerts.effect_s, **hall_texts()},
    )


@pages.get("/desk/plan")
@public
def plan() -> str | AnyResponse:
    return _page("manager", _plan)


def _plan() -> str:
    day = today()
    return render_template(
        "staff/plan/page.html",
        branch=runtime().branch,
        today=day,
        yesterday=day - timedelta(days=1),
        tomorrow=day + timedelta(days=1),
        policies={
            "default": _("by promise, as now"),
            "fcfs": _("in order of arrival"),
            "strict": _("strictly by tier"),
            "edf": _("by deadline"),
        },
        texts=plan_texts(),
    )


@pages.get("/printer")
@public
def printer() -> str | AnyResponse:
    if not may("paper"):
        return _page("staff", _paper)
    return _paper()


def _paper() -> str:
    sheets: Any = current_app.extensions["papers"]
    trays = {p.id: sheets(p.id)[::-1] for p in runtime().branch.printers if p.device == "virtual:"}
    return render_template("staff/printer/page.html", trays=trays)


@pages.get("/printer/<id>/<int:n>.png")
@needs("paper")
def picture(id: str, n: int) -> Response:
    """One slip of the virtual printer, as its bytes say."""
    draw: Any = current_app.extensions["paper_picture"]
    try:
        return Response(draw(id, n), content_type="image/png")
    except (KeyError, OSError):
        abort(404)
