"""The session behind a browser's cookie, and the step that is missing before it may act."""

from __future__ import annotations

from functools import partial

from flask import current_app, g, request, session

from web.access import Access, Principal, Session
from web.loop import in_thread

COOKIE_KEY = "id"
"""The key of the session's secret in Flask's signed cookie."""
DEVICE_KEY = "device"
"""The key of an enrolled device's token in the cookie."""
ACTS = ("POST", "PUT", "PATCH", "DELETE")


def access() -> Access:
    store: Access = current_app.extensions["access"]
    return store


def secret() -> str:
    value: str = session.get(COOKIE_KEY, "")
    return value


def signed_in() -> Session | None:
    """The browser's session, also where the screen is locked or the second factor is missing."""
    if "signed_in" not in g:
        g.signed_in = access().session(secret()) if secret() else None
    current: Session | None = g.signed_in
    return current


def begin(account: str, *, pending: bool = False) -> None:
    """Opens a session with a new id, so that an id which somebody planted in this browser is useless."""
    end("replaced")
    address = request.remote_addr or ""
    session[COOKIE_KEY] = in_thread(
        partial(access().open_session, account, address, pending=pending)
    )
    g.pop("signed_in", None)


def renew() -> None:
    """Gives the session another id."""
    session[COOKIE_KEY] = in_thread(access().renew, secret())
    g.pop("signed_in", None)


def end(why: str) -> None:
    old_secret = session.pop(COOKIE_KEY, "")
    if old_secret:
        in_thread(access().end_session, old_secret, why)
    g.pop("signed_in", None)


def missing(session: Session) -> str:
    """The path of the page that must come first; empty where none must."""
    if session.pending:
        return "/signin/code"
    if session.locked:
        return "/lock"
    if needs_factor(session.role) and session.must_enrol:
        return "/account/totp"
    return ""


def needs_factor(role: str) -> bool:
    """Whether this branch requires a second factor of the role."""
    return role in current_app.extensions["second_factor"]


def by_session() -> Principal | None:
    """The author of the request, by a session that may act; None where there is none."""
    session = signed_in()
    if session is None or missing(session):
        return None
    if request.method in ACTS or request.headers.get("Sec-Fetch-Dest") == "document":
        access().touch(secret())
    return session.principal


def holds_session() -> bool:
    """Whether this browser has a session, which may lack a step: then no other way of sign-in counts."""
    return signed_in() is not None
