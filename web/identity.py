"""Whose browser asks: the session behind its cookie, and what is missing before it may do anything."""

from __future__ import annotations

from functools import partial

from flask import current_app, g, request, session

from web.access import Access, Principal, Session
from web.loop import in_thread

COOKIE_KEY = "id"
"""Under this key Flask's signed cookie has the session's secret."""
DEVICE_KEY = "device"
"""Under this key it has an enrolled device's token."""
ACTS = ("POST", "PUT", "PATCH", "DELETE")


def access() -> Access:
    found: Access = current_app.extensions["access"]
    return found


def secret() -> str:
    found: str = session.get(COOKIE_KEY, "")
    return found


def signed_in() -> Session | None:
    """Who signed in here, even where the screen is locked or the second factor is still to come."""
    if "signed_in" not in g:
        g.signed_in = access().session(secret()) if secret() else None
    found: Session | None = g.signed_in
    return found


def begin(account: str, *, pending: bool = False) -> None:
    """A new session with a new id: one that somebody else put into this browser before is worth nothing."""
    end("replaced")
    address = request.remote_addr or ""
    session[COOKIE_KEY] = in_thread(partial(access().open_session, account, address, pending=pending))
    g.pop("signed_in", None)


def renew() -> None:
    """The same session under another id."""
    session[COOKIE_KEY] = in_thread(access().renew, secret())
    g.pop("signed_in", None)


def end(why: str) -> None:
    old = session.pop(COOKIE_KEY, "")
    if old:
        in_thread(access().end_session, old, why)
    g.pop("signed_in", None)


def missing(found: Session) -> str:
    """Where the browser has to go first: a path, or nothing."""
    if found.pending:
        return "/signin/code"
    if found.locked:
        return "/lock"
    if needs_factor(found.role) and found.must_enrol:
        return "/account/totp"
    return ""


def needs_factor(role: str) -> bool:
    """Whether this branch requires a second factor of the role."""
    return role in current_app.extensions["second_factor"]


def by_session() -> Principal | None:
    """Who asks by a session that may act."""
    found = signed_in()
    if found is None or missing(found):
        return None
    if request.method in ACTS or request.headers.get("Sec-Fetch-Dest") == "document":
        access().touch(secret())
    return found.principal


def holds_session() -> bool:
    """Whether somebody signed in here, who may have to do something first: then nobody else is meant."""
    return signed_in() is not None
