"""The staff's pages: the counter console, the lobby manager's tablet, the virtual printer's paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from desk.texts import counter_texts, needs, states
from lobby.errors import NotFound
from lobby.ticket import VISIT_MAX
from web.door import house
from web.languages import for_staff
from web.roles import DEVICE, GRANTS, current, may, public

pages = Blueprint("desk", __name__, template_folder="templates", static_folder="static", static_url_path="/static/desk")
for_staff(pages)


def _to_signin() -> AnyResponse:
    return redirect(f"/signin?next={request.path}")


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
    return redirect(f"/desk/counter/{principal.counter or house().branch.counters[0].id}")


@pages.get("/desk/counter/<id>")
@public
def counter(id: str) -> str | AnyResponse:
    if id not in house().branch.counter:
        raise NotFound("unknown_counter", id=id)
    return _page("staff", lambda: _console(id))


def _console(id: str) -> str:
    principal = current()
    if principal and principal.role == "teller" and principal.counter not in (None, id):
        abort(403)
    branch = house().branch
    return render_template(
        "counter.html",
        branch=branch,
        counter=branch.counter[id],
        principal=principal,
        visit_max=VISIT_MAX,
        texts=counter_texts(branch.rules),
    )


@pages.get("/desk/hall")
@public
def hall() -> str | AnyResponse:
    return _page("manager", lambda: render_template("hall.html", branch=house().branch, texts=_hall_texts()))


@pages.get("/desk/plan")
@public
def plan() -> str | AnyResponse:
    return _page("manager", _plan)


def _plan() -> str:
    today = house().clock().astimezone(house().branch.zone).date()
    return render_template(
        "plan.html",
        branch=house().branch,
        today=today,
        yesterday=today - timedelta(days=1),
        tomorrow=today + timedelta(days=1),
        policies={
            "default": _("by promise, as now"),
            "fcfs": _("in order of arrival"),
            "strict": _("strictly by tier"),
            "edf": _("by deadline"),
        },
        texts=_plan_texts(),
    )


@pages.get("/printer")
@public
def printer() -> str | AnyResponse:
    if current() is None:
        return _to_signin()
    sheets: Any = current_app.extensions["papers"]
    trays = {p.id: sheets(p.id)[::-1] for p in house().branch.printers if p.device == "virtual:"}
    return render_template("printer.html", trays=trays)


@pages.get("/printer/<id>/<int:n>.png")
@public
def picture(id: str, n: int) -> Response:
    """One slip of the virtual printer, as its bytes say."""
    if current() is None:
        abort(401)
    draw: Any = current_app.extensions["paper_picture"]
    try:
        return Response(draw(id, n), content_type="image/png")
    except (KeyError, FileNotFoundError):
        abort(404)


def _hall_texts() -> dict[str, Any]:
    return {
        "states": states(),
        "needs": needs(),
        "waiting": _("waiting"),
        "late": _("{n} past the promise"),
        "min": _("{m} min"),
        "of": _("{m} of {t} min"),
        "lost": _("Line lost. This is {s} s old."),
        "offline": _("No answer from the branch. Nothing was done; please try again."),
        "alerts": {
            "printer": _("Printer {printer}: {error}"),
            "help": _("A customer at the kiosk asks for help"),
            "feedback": _("Feedback {score} of 5: {text}"),
            "board": _("A board has no line: {board}"),
            "late": _("past the promised wait"),
            "soon": _("about to pass the promised wait"),
            "crowded": _("{area}: {limit} or more are waiting"),
            "idle": _("{counter} is free while people wait for it"),
            "long": _("{counter}: the service takes much longer than usual"),
            "break": _("{counter} asks for a break"),
        },
        "printers": {
            "ok": _("well"),
            "unknown": _("no answer"),
            "paper_low": _("paper low"),
            "paper_out": _("out of paper"),
            "cover_open": _("cover open"),
            "offline": _("offline"),
        },
        "took": _("I take it"),
        "reprint": _("Reprint"),
        "connected": _("{n} connected"),
        "unprinted": _("{n} to print"),
        "no_board": _("not connected"),
        "machines": _("machines"),
        "open_alerts": _("{n} alerts"),
        "calm": _("All is well"),
        "nobody": _("Nobody is waiting."),
        "close_day": _("No more numbers"),
        "open_day": _("Give numbers again"),
        "open": _("Open"),
        "close": _("Close"),
        "pause": _("Pause"),
        "resume": _("Resume"),
        "done": _("Done"),
        "advice": {
            "open_counter": _(
                "Open {counter}: the 90 % wait of those it serves falls from {before} to {after} min (by {lo} to {hi})"
            ),
            "unserved": _("Open {counter}: nobody serves its customers now; with it their 90 % wait is {after} min"),
            "close_counter": _(
                "{counter} may close in 20 min: the 90 % wait of those it serves stays near {after} min"
            ),
            "self_service": _(
                "Send {numbers} to self-service: the 90 % wait of their area falls from {before} to {after} min"
            ),
        },
        "send": _("Send there"),
        "score": _("Forecast: {tier} off by {m} min, {c} % within the interval"),
    }


def _plan_texts() -> dict[str, Any]:
    return {
        "tier": _("Tier"),
        "figures": {
            "p50_wait_s": _("median, min"),
            "p90_wait_s": _("90 %, min"),
            "max_wait_s": _("longest, min"),
            "over_target_share": _("over target"),
        },
        "playing": _("Playing the day …"),
        "played": _("{day}: {n} customers. Broken promises score {was} as it was, {then} then (0 is best)."),
        "drawn": _("90 % wait in minutes: above as it was, below as it would have been"),
        "need": _("{n} counters for {a} customers"),
        "no_history": _("No days are recorded yet."),
        "offline": _("No answer from the branch. Nothing was done; please try again."),
    }
