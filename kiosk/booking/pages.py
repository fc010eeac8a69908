"""Appointments on the customer's phone: choosing a time, and the appointment with its code, QR and calendar entry."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from babel.dates import format_skeleton
from flask import Blueprint, Response, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _

from kiosk.booking.api import appointment_now
from kiosk.booking.calendar_entry import calendar_entry
from kiosk.shared.qr import qr_svg
from lobby.errors import NotFound
from lobby.state.appointment import AppointmentStatus
from lobby.views.views import View
from web.dispatch import read_link, runtime, today
from web.languages import name_of, script_texts
from web.roles import customers
from web.words import need_words

pages = Blueprint("booking", __name__)
HERE = Path(__file__).parent


@pages.get("/book")
@customers
def book() -> str:
    """Choose business, day and time. Without appointments it says how else to come."""
    branch = runtime().branch
    plan = runtime().branch.appointments
    wish = request.args.get("service", "")
    offered = [branch.service[id] for id in plan.services] if plan else []
    days = _days(plan.days_ahead) if plan else []
    return render_template(
        "kiosk/booking/book.html",
        plan=plan,
        services=offered,
        chosen=wish if any(service.id == wish for service in offered) else "",
        days=days,
        first_open=next((day["id"] for day in days if not day["closed"]), ""),
        needs=need_words().items(),
        texts=script_texts(HERE),
    )


@pages.get("/<code>/a/<token>")
@customers
def appointment(code: str, token: str) -> str:
    """The appointment as it is; one of an earlier day is over."""
    view = _appointment(token)
    plan = runtime().branch.appointments
    at = datetime.fromisoformat(view["at"]) if view else None
    return render_template(
        "kiosk/booking/appointment.html",
        token=token,
        page=runtime().links.path("a", token),
        view=view,
        state=_state(view, at),
        plan=plan,
        day=_day_words(at.date(), "yMMMMEEEEd") if at else "",
        clock=at.strftime("%H:%M") if at else "",
        ticket_page=_ticket_page(view["ticket"]) if view and view["ticket"] else None,
        texts=script_texts(HERE),
    )


@pages.get("/<code>/a/<token>.svg")
@customers
def check_in_picture(code: str, token: str) -> Response:
    """What the kiosk's reader checks in."""
    return qr_svg(runtime().links.of_appointment(_standing(token)["id"]))


@pages.get("/<code>/a/<token>.ics")
@customers
def calendar(code: str, token: str) -> Response:
    """The appointment for the phone's calendar, with a reminder."""
    view = _standing(token)
    branch = runtime().branch
    at = datetime.fromisoformat(view["at"])
    service = branch.service[view["service"]]
    entry = calendar_entry(
        uid=f"{view['id']}@{runtime().links.base_url.partition('://')[2]}",
        made=runtime().clock(),
        begins=at,
        ends=at + timedelta(seconds=service.usual_s),
        title=f"{name_of(branch.bank)} {name_of(branch.name)}: {name_of(service.name)}",
        place=f"{name_of(branch.bank)} {name_of(branch.name)}",
        text=_("At the kiosk type {code} or scan the code of this page.").format(code=view["code"]),
        link=runtime().links.of_appointment(view["id"]),
    )
    headers = {"Content-Disposition": f'attachment; filename="{view["id"]}.ics"'}
    return Response(entry, content_type="text/calendar; charset=utf-8", headers=headers)


def _appointment(token: str) -> View | None:
    """Raises NotFound for a link that is no appointment's, and TooMany for many of them."""
    id = read_link(runtime().links.appointments, token)
    try:
        return appointment_now(id)
    except NotFound:
        return None


def _ticket_page(ticket: str) -> str:
    links = runtime().links
    return links.path("t", links.tickets.of(ticket))


def _standing(token: str) -> View:
    view = _appointment(token)
    if view is None:
        raise NotFound("unknown_appointment")
    return view


def _state(view: View | None, at: datetime | None) -> str:
    """booked, kept, cancelled; missed once it is too late to check in; over when its day has passed."""
    plan = runtime().branch.appointments
    if view is None or at is None:
        return "over"
    if (
        view["state"] == AppointmentStatus.BOOKED
        and plan
        and runtime().clock() > at + timedelta(minutes=plan.late_min)
    ):
        return "missed"
    return str(view["state"])


def _days(ahead: int) -> list[dict[str, Any]]:
    """Today and the days that may be booked, as people call them."""
    first = today()
    named = {0: _("Today"), 1: _("Tomorrow")}
    days = [first + timedelta(days=n) for n in range(ahead + 1)]
    opening = runtime().branch.opening
    return [
        {
            "id": day.isoformat(),
            "closed": not opening.always and not opening.spans(day),
            "name": named.get(n) or _day_words(day, "EEE"),
            "date": _day_words(day, "MMMd"),
        }
        for n, day in enumerate(days)
    ]


def _day_words(day: date, skeleton: str) -> str:
    """In the page's language: `EEE` is the day of the week, the others are dates."""
    locale = get_locale()
    return format_skeleton("E" if skeleton == "EEE" else skeleton, day, fuzzy=True, locale=locale)
