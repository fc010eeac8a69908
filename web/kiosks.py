"""Which kiosk asks: a device is the kiosk of its token; who has none bound, in the demo or as staff, may say it."""

from __future__ import annotations

from flask import abort, request

from lobby.errors import NotFound
from web.dispatch import runtime
from web.roles import current, may

HEADER = "Lobby-Kiosk"
"""Sent along by the pages of `/kiosk/ID` (web/static/api.js)."""


def this_kiosk() -> str | None:
    """The kiosk that asks for the API; None for one without a name, and for a customer's phone."""
    return at_kiosk(request.headers.get(HEADER)) if may("kiosk") else None


def at_kiosk(said: str | None) -> str | None:
    """The kiosk that asks and says so. 403 for a device that is bound to another; NotFound for an id that the branch
    does not have."""
    principal = current()
    own = principal.kiosk if principal else None
    if said and own and said != own:
        abort(403)
    id = own or said or None
    if id is not None and id not in runtime().branch.kiosk:
        raise NotFound("unknown_kiosk", id=id)
    return id
