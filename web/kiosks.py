"""The kiosk of a request, and which kiosks answer. A device is the kiosk of its token; the demo's devices and staff may
name any kiosk."""

from __future__ import annotations

from flask import abort, current_app, request

from lobby.errors import NotFound
from lobby.heard import LastHeard
from lobby.views.hall import KioskLineView
from web.dispatch import runtime
from web.roles import GRANTS, STAFF, current, may

HEADER = "Lobby-Kiosk"
"""The pages of `/kiosk/ID` send this header (web/static/api.js)."""
DEVICES = GRANTS["kiosk"] - STAFF
ANSWERS_S = 15.0
"""A kiosk asks for the waits every 1.5 s (kiosk/touch/page.js), and more seldom where the line is slow."""


class Kiosks(LastHeard):
    """When each kiosk was last heard."""

    def answering(self) -> dict[str, bool]:
        """By kiosk, whether it was heard just now; one that was never there does not answer."""
        return {id: self.quiet_s(id) <= ANSWERS_S for id in self.ids}

    def lines(self) -> list[KioskLineView]:
        """`answering` as screens are told it."""
        return [{"id": id, "answers": answers} for id, answers in self.answering().items()]


def hear() -> None:
    """Note that the kiosk of the request is there. A page that staff look at is no kiosk."""
    principal = current()
    kiosk = requesting_kiosk()
    if kiosk and principal and principal.role in DEVICES:
        kiosks: Kiosks = current_app.extensions["kiosks"]
        kiosks.hear(kiosk)


def requesting_kiosk() -> str | None:
    """The kiosk of a request to the API; None for a kiosk without a name, and for a customer's phone."""
    if may("kiosk"):
        return at_kiosk(request.headers.get(HEADER))
    return None


def at_kiosk(claimed: str | None) -> str | None:
    """The kiosk of the request, where the client claims to be this one. A device that claims nothing is the branch's
    only kiosk, where it has one alone. 403 for a device that is bound to another; NotFound for an id that the branch
    does not have."""
    principal = current()
    bound = principal.kiosk if principal else None
    if claimed and bound and claimed != bound:
        abort(403)
    id = bound or claimed or _only_one()
    if id is not None and id not in runtime().branch.kiosk:
        raise NotFound("unknown_kiosk", id=id)
    return id


def _only_one() -> str | None:
    principal = current()
    kiosks = runtime().branch.kiosks
    if principal and principal.role in DEVICES and len(kiosks) == 1:
        return kiosks[0].id
    return None
