"""The page of all branches as they are now."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint
from werkzeug.wrappers import Response

from headquarters.certificates.nats_conf import PORT
from headquarters.config import Headquarters
from headquarters.shared.pages import draw, headquarters
from web.gated import page_for
from web.roles import public

pages = Blueprint("live", __name__)
HERE = Path(__file__).parent


@pages.get("/live")
@public
def live() -> str | Response:
    return page_for("province", lambda: draw(HERE, ship=_ship(headquarters())))


def _ship(of: Headquarters) -> str:
    """The command that a branch's computer is to run."""
    address = urlsplit(of.engines.nats)
    to = f"nats://{address.hostname}:{address.port or PORT}" if address.hostname else "NATS_URL"
    certificates = " --certificates /etc/lobby/headquarters" if of.certificates else ""
    return f"lobby ship --to {to}{certificates} --data var"
