"""The kiosk's page, and the QR code on its screen."""

from __future__ import annotations

import io

import qrcode
from flask import Blueprint, Response, render_template
from qrcode.image.svg import SvgPathImage

from kiosk.touch.groups import page_context
from web.dispatch import runtime
from web.kiosks import at_kiosk
from web.roles import needs, public

pages = Blueprint("kiosk", __name__)


@pages.get("/kiosk")
@pages.get("/kiosk/<id>")
@needs("kiosk")
def kiosk(id: str | None = None) -> str:
    return render_template("kiosk/touch/page.html", **page_context(runtime().branch, at_kiosk(id)))


@pages.get("/qr/<token>.svg")
@public
def qr(token: str) -> Response:
    """The QR of the slip, for the screen when the paper fails."""
    links = runtime().links
    return qr_svg(links.of_ticket(links.tickets.read(token))["feedback"])


@pages.get("/qr/book.svg")
@public
def qr_book() -> Response:
    """The QR of the page where appointments are booked."""
    return qr_svg(f"{runtime().links.base_url}/book")


def qr_svg(link: str) -> Response:
    """The link as a picture, for a screen."""
    picture = io.BytesIO()
    qrcode.make(link, image_factory=SvgPathImage, border=2).save(picture)
    return Response(picture.getvalue(), content_type="image/svg+xml")
