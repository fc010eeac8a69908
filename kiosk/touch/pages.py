"""The kiosk's page, and the QR code on its screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from kiosk.shared.qr import qr_svg
from kiosk.touch.groups import icon, shown
from lobby.branch.model import Branch
from web.dispatch import read_link, runtime
from web.kiosks import at_kiosk
from web.languages import lang, script_texts
from web.roles import needs, public
from web.words import need_words

pages = Blueprint("kiosk", __name__)
HERE = Path(__file__).parent
SPOKEN = ("zh", "en")
"""The languages of the branch's voice."""
MODULES = tuple(
    f"/static/kiosk/touch/{file.name}" for file in sorted(HERE.glob("*.js")) if file.stem != "page"
)
"""The script's parts, which the page asks for at once instead of one after another."""


@pages.get("/kiosk")
@pages.get("/kiosk/<id>")
@needs("kiosk")
def kiosk(id: str | None = None) -> str:
    return render_template("kiosk/touch/page.html", **context(runtime().branch, at_kiosk(id)))


def context(branch: Branch, kiosk: str | None) -> dict[str, Any]:
    """What the template of the kiosk needs; `kiosk` is which of the branch's it is."""
    return {
        "branch": branch,
        "kiosk": kiosk,
        "groups": shown(branch),
        "icons": {service.id: icon(service.id) for service in branch.services},
        "needs": need_words().items(),
        "rules": _rule_words(),
        "modules": MODULES,
        "prints": branch.printer_of(kiosk) is not None,
        "texts": script_texts(HERE),
        "speaks": lang() in SPOKEN,
    }


def _rule_words() -> list[str]:
    """How the order in line is made, for whoever asks; no ranks."""
    return [
        _("Every number has a target time; the one that is due first is called next."),
        _("Elderly, disabled, pregnant and military customers go through the green channel."),
        _("Only so many who come later may be called before you: nobody waits endlessly."),
        _(
            "Customers with a service agreement may have an area of their own. You can always"
            " take a number without a card."
        ),
    ]


@pages.get("/qr/<token>.svg")
@public
def qr(token: str) -> Response:
    """The QR of the slip, for the screen when the paper fails."""
    links = runtime().links
    return qr_svg(links.of_ticket(read_link(links.tickets, token))["feedback"])


@pages.get("/qr/book.svg")
@public
def qr_book() -> Response:
    """The QR of the page where appointments are booked."""
    return qr_svg(f"{runtime().links.base_url}/book")
