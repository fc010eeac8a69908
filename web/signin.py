"""Sign-in of staff: name and password, then a code where the account has a second factor."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import quote

from flask import (
    Blueprint,
    Flask,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from web import identity
from web.access import Access, Account
from web.audit import Refusals
from web.loop import Full, Pool, in_thread
from web.paths import own_path
from web.roles import public
from web.site import site
from web.throttle import ACCOUNT, ADDRESS, PAIR, Key, Rule, Throttle
from web.transport.client import client_key

HASHING = Pool("hashing", threads=1, queue=16, yields=True)
"""Each hash takes 20 MB and 30 ms of a core: sixteen may wait, about half a second. With a second thread, a branch
under attack took more than one and a half times its memory (benchmarks/siege.py)."""
BROWSER_COOKIE_S = 400 * 86400
"""Browsers keep a cookie for at most 400 days."""
BUSY_RETRY_S = 2

pages = Blueprint("signin", __name__)


def register(app: Flask, access: Access) -> None:
    app.extensions["throttle"] = Throttle()
    app.extensions["refusals"] = Refusals(access)
    app.register_blueprint(pages)


def throttle() -> Throttle:
    branch_throttle: Throttle = current_app.extensions["throttle"]
    return branch_throttle


def refused(account: str, reason: str) -> None:
    """Counts a refused try. It is recorded in the journal later, so that attackers make nobody wait."""
    refusals: Refusals = current_app.extensions["refusals"]
    refusals.refused(account, request.remote_addr or "", reason)


def too_many(page: str, wait_s: int, **values: Any) -> Response:
    """A 429 before anything is hashed."""
    problem = _("Too many tries. Please wait %(seconds)s seconds.", seconds=wait_s)
    response = make_response(render_template(page, problem=problem, **values), 429)
    response.headers["Retry-After"] = str(wait_s)
    return response


# -- a browser that signed in before ---------------------------------------------------------------------
def _cookie(account: str) -> str:
    prefix = ""
    if current_app.config["SESSION_COOKIE_SECURE"]:
        prefix = "__Host-"
    return f"{prefix}known-{hashlib.sha256(account.encode()).hexdigest()[:8]}"


def _mark(account: str, nonce: str) -> str:
    key = hmac.digest(current_app.config["SECRET_KEY"], b"known browser", hashlib.sha256)
    return hmac.digest(key, f"{nonce}\n{account}".encode(), hashlib.sha256).hex()


def _known_browser(account: str) -> str:
    """The nonce of a browser that has signed in to this account before (OWASP: device cookies); else empty."""
    nonce, _dot, mark = request.cookies.get(_cookie(account), "").partition(".")
    is_genuine = bool(nonce) and hmac.compare_digest(mark.encode(), _mark(account, nonce).encode())
    if is_genuine:
        return nonce
    return ""


def _remember_browser(response: Response, account: str) -> None:
    nonce = _known_browser(account) or secrets.token_hex(8)
    value = f"{nonce}.{_mark(account, nonce)}"
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(
        _cookie(account),
        value,
        max_age=BROWSER_COOKIE_S,
        httponly=True,
        samesite="Lax",
        secure=secure,
        path="/",
    )


def keys_of(account: str, typed: str) -> dict[Key, Rule]:
    """The keys that count this try. An unknown name is counted like any other, by its hash."""
    address = client_key()
    counted_name = account or hashlib.sha256(typed.encode()).hexdigest()
    browser = account and _known_browser(account)
    if browser:
        return {("pair", counted_name, browser): PAIR}
    return {
        ("pair", counted_name, address): PAIR,
        ("address", address): ADDRESS,
        ("account", counted_name): ACCOUNT,
    }


# -- the pages ---------------------------------------------------------------------------------------------
@pages.get("/signin")
@public
def signin() -> str | Response:
    session = identity.signed_in()
    if session and (missing_step := identity.missing(session)):
        return redirect(f"{missing_step}?next={quote(request.args.get('next', ''))}")
    return render_template("signin.html", problem="")


@pages.post("/signin")
@public
def do_signin() -> Response | tuple[str, int]:
    name = request.form.get("name", "")
    password = request.form.get("password", "")
    stored_name = identity.access().name_of(name)
    keys = keys_of(stored_name, name)
    if wait_s := throttle().wait_s(keys):
        refused(stored_name, "too_many")
        return too_many("signin.html", wait_s)
    throttle().try_now(keys)
    try:
        signed_in = HASHING.run(identity.access().check_password, name, password)
    except Full:
        throttle().take_back(keys)
        return too_many("signin.html", BUSY_RETRY_S)
    if signed_in is None:
        refused(stored_name, "password")
        return render_template("signin.html", problem=_("Name or password is wrong.")), 422
    throttle().succeeded(keys)
    return _sign_in(signed_in)


def _sign_in(account: Account) -> Response:
    next_page = request.args.get("next", "")
    identity.begin(account.name, pending=account.has_totp)
    if account.has_totp:
        return redirect(f"/signin/code?next={quote(next_page)}")
    response = redirect(local(next_page))
    _remember_browser(response, account.name)
    return response


@pages.get("/signin/code")
@public
def code() -> str | Response:
    session = identity.signed_in()
    if session is None or not session.pending:
        return redirect(url_for("signin.signin", next=request.args.get("next")))
    return render_template("code.html", problem="")


@pages.post("/signin/code")
@public
def do_code() -> Response | tuple[str, int]:
    session = identity.signed_in()
    if session is None or not session.pending:
        return redirect(url_for("signin.signin", next=request.args.get("next")))
    keys: dict[Key, Rule] = {
        ("code", session.account, client_key()): PAIR,
        ("code", session.account): ACCOUNT,
    }
    if wait_s := throttle().wait_s(keys):
        refused(session.account, "too_many")
        return too_many("code.html", wait_s)
    throttle().try_now(keys)
    if not in_thread(identity.access().check_code, session.account, request.form.get("code", "")):
        refused(session.account, "code")
        return render_template(
            "code.html", problem=_("That code is wrong, or was used before.")
        ), 422
    throttle().succeeded(keys)
    identity.begin(session.account)
    response = redirect(local(request.args.get("next")))
    _remember_browser(response, session.account)
    return response


@pages.post("/signout")
@public
def signout() -> Response:
    identity.end("signed_out")
    return redirect(url_for("signin.signin"))


def local(path: str | None) -> str:
    """The page to go to next, never on another host."""
    return own_path(path, site().start)
