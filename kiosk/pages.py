"""The kiosk's page, the ticket on the phone with its feedback card, and the QR code on the screen."""

from __future__ import annotations

import io
from typing import Any

import qrcode
from flask import Blueprint, Response, render_template
from flask_babel import gettext as _
from qrcode.image.svg import SvgPathImage

from kiosk.api import REASONS
from kiosk.touch import page_context
from web.door import house, ticket_now
from web.languages import spoken_texts
from web.roles import needs, public

pages = Blueprint(
    "kiosk", __name__, template_folder="templates", static_folder="static", static_url_path="/static/kiosk"
)


@pages.get("/kiosk")
@needs("kiosk")
def kiosk() -> str:
    return render_template("kiosk.html", **page_context(house().branch))


@pages.get("/t/<token>")
@public
def status(token: str) -> str:
    return _phone(token, card_first=False)


@pages.get("/f/<token>")
@public
def card(token: str) -> str:
    return _phone(token, card_first=True)


def _phone(token: str, *, card_first: bool) -> str:
    """Raises NotFound for a link that is not ours."""
    id = house().links.read(token)
    with house().writer.published() as floor:
        given = id in floor.feedback
    return render_template(
        "phone.html",
        branch=house().branch,
        token=token,
        ticket=ticket_now(id),
        number=id[6:],
        reasons=REASONS,
        card_first=card_first,
        given=given,
        texts=_phone_texts(),
    )


@pages.get("/qr/<token>.svg")
@public
def qr(token: str) -> Response:
    """The QR of the slip, for the screen when the paper fails."""
    return _qr(house().links.of(house().links.read(token))["feedback"])


@pages.get("/qr/book.svg")
@public
def qr_book() -> Response:
    """The QR of the page where appointments are booked."""
    return _qr(f"{house().links.base_url}/book")


def _qr(link: str) -> Response:
    picture = io.BytesIO()
    qrcode.make(link, image_factory=SvgPathImage, border=2).save(picture)
    return Response(picture.getvalue(), content_type="image/svg+xml")


def _phone_texts() -> dict[str, Any]:
    return {
        "waiting": _("Waiting"),
        "called": _("It is your turn"),
        "serving": _("Being served"),
        "parked": _("Please come back to the counter when you are ready"),
        "served": _("Served. Thank you for coming."),
        "no_show": _("Your number was called. Please speak to the lobby manager."),
        "cancelled": _("Cancelled"),
        "diverted": _("Please go to the self-service area"),
        "over": _("This visit is over."),
        "ahead": _("{n} ahead"),
        "go": _("Please go to {counter}"),
        "lost": _("No connection. This is {s} s old."),
        "sure": _("Really give up your place?"),
        **spoken_texts(),
    }
