"""The kiosk of a request. A device is the kiosk of its token; the demo's devices and staff may name any kiosk."""

from __future__ import annotations

from flask import abort, request

from lobby.errors import NotFound
from web.dispatch import runtime
from web.roles import current, may

HEADER = "Lobby-Kiosk"
"""The pages of `/kiosk/ID` send this header (web/static/api.js)."""


def requesting_kiosk() -> str | None:
    """The kiosk of a request to the API; None for a kiosk without a name, and for a customer's phone."""
    if may("kiosk"):
        return at_kiosk(request.headers.get(HEADER))
    return None


def at_kiosk(claimed: str | None) -> str | None:
    """The kiosk of the request, where the client claims to be this one. 403 for a device that is bound to another;
    NotFound for an id that the branch does not have."""
    principal = current()
    bound = principal.kiosk if principal else None
    if claimed and bound and claimed != bound:
        abort(403)
    id = bound or claimed or None
    if id is not None and id not in runtime().branch.kiosk:
        raise NotFound("unknown_kiosk", id=id)
    return id
