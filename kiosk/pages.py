"""The kiosk's page, and the QR code on its screen."""

from __future__ import annotations

import io
from typing import Any

import qrcode
from flask import Blueprint, Response, render_template
from flask_babel import gettext as _
from qrcode.image.svg import SvgPathImage

from web.door import house
from web.languages import spoken_texts
from web.roles import needs, public

pages = Blueprint(
    "kiosk", __name__, template_folder="templates", static_folder="static", static_url_path="/static/kiosk"
)

NEEDS_SHOWN = ("elderly", "disabled", "pregnant", "military")


@pages.get("/kiosk")
@needs("kiosk")
def kiosk() -> str:
    return render_template("kiosk.html", branch=house().branch, needs=NEEDS_SHOWN, texts=_kiosk_texts())


@pages.get("/qr/<token>.svg")
@public
def qr(token: str) -> Response:
    """The QR of the slip, for the screen when the paper fails."""
    link = house().links.of(house().links.read(token))["feedback"]
    picture = io.BytesIO()
    qrcode.make(link, image_factory=SvgPathImage, border=2).save(picture)
    return Response(picture.getvalue(), content_type="image/svg+xml")


def _kiosk_texts() -> dict[str, Any]:
    return {
        "ahead": _("{n} ahead"),
        "nobody": _("No one ahead"),
        "closed": _("not open now"),
        "queued": _("Printing your slip …"),
        "printed": _("Please take your slip."),
        "failed": _("The printer is not ready. Your place is kept: photograph this code."),
        "back": _("Back to start in {s} s"),
        "read": _("Card read. It is not kept. Now touch what you came for."),
        "help": _("The lobby manager is on the way to you."),
        "offline": _("The line is down. Please speak to the lobby manager, your place will be found."),
        "quicker": _("Quicker at: {area}"),
        "go": _("Please go to: {area}"),
        **spoken_texts(),
    }
