"""Pages behind a grant: people without a session are sent to sign in, where a program gets 401."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from web.roles import DEVICE, current, may


def to_signin() -> Response:
    return redirect(url_for("signin.signin", next=request.full_path.rstrip("?")))


def page_for(grant: str, draw: Callable[[], str]) -> str | Response:
    """The page, sign-in, or 403 for a role without this grant."""
    if current() in (None, DEVICE):
        return to_signin()
    if not may(grant):
        abort(403)
    return draw()
