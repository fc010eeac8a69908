"""Sign-in of staff: name and password, then a code where the account has a second factor."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter import Limiter
from werkzeug.wrappers import Response

from web import identity
from web.access import Access, Account
from web.audit import Refusals
from web.loop import Full, Pool, in_thread
from web.paths import own_path
from web.roles import public
from web.throttle import ACCOUNT, ADDRESS, PAIR, Key, Rule, Throttle
from web.transport.client import client_key

limiter = Limiter(client_key, storage_uri="memory://")
"""For other routes; sign-in has growing delays by account, place and browser, which no fixed window gives."""
HASHING = Pool("hashing", threads=1, queue=16, yields=True)
"""Each hash takes 20 MB and 30 ms of a core: sixteen may wait, about half a second. A second thread took a branch
under siege beyond one and a half times its memory (benchmarks/siege.py)."""
KNOWN_S = 400 * 86400
"""A browser is known for as long as browsers keep a cookie."""
BUSY_RETRY_S = 2


pages = Blueprint("signin", __name__)


def register(app: Flask, access: Access) -> None:
    limiter.init_app(app)
    app.extensions["throttle"] = Throttle()
    app.extensions["refusals"] = Refusals(access)
    app.register_blueprint(pages)


def throttle() -> Throttle:
    found: Throttle = current_app.extensions["throttle"]
    return found


def refused(account: str, reason: str) -> None:
    """Counted, and told to the journal later: who tries at the door makes nobody wait."""
    found: Refusals = current_app.extensions["refusals"]
    found.refused(account, request.remote_addr or "", reason)


def too_many(page: str, wait_s: int, **shown: Any) -> Response:
    """429, before anything was hashed."""
    problem = _("Too many tries. Please wait %(seconds)s seconds.", seconds=wait_s)
    response = make_response(render_template(page, problem=problem, **shown), 429)
    response.headers["Retry-After"] = str(wait_s)
    return response


# -- a browser that signed in before ---------------------------------------------------------------------
def _cookie(account: str) -> str:
    prefix = "__Host-" if current_app.config["SESSION_COOKIE_SECURE"] else ""
    return f"{prefix}known-{hashlib.sha256(account.encode()).hexdigest()[:8]}"


def _mark(account: str, nonce: str) -> str:
    key = hmac.digest(current_app.config["SECRET_KEY"], b"known browser", hashlib.sha256)
    return hmac.digest(key, f"{nonce}\n{account}".encode(), hashlib.sha256).hex()


def _known_browser(account: str) -> str:
    """Its number, if it has signed in to this account before (OWASP: device cookies)."""
    nonce, _dot, mark = request.cookies.get(_cookie(account), "").partition(".")
    well = bool(nonce) and hmac.compare_digest(mark.encode(), _mark(account, nonce).encode())
    return nonce if well else ""


def _make_known(response: Response, account: str) -> None:
    nonce = _known_browser(account) or secrets.token_hex(8)
    value = f"{nonce}.{_mark(account, nonce)}"
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(
        _cookie(account), value, max_age=KNOWN_S, httponly=True, samesite="Lax", secure=secure, path="/"
    )


def keys_of(account: str, typed: str) -> dict[Key, Rule]:
    """By what this try is counted. A name that nobody has is counted like any other, by its hash."""
    address = client_key()
    named = account or hashlib.sha256(typed.encode()).hexdigest()
    browser = _known_browser(account) if account else ""
    if browser:
        return {("pair", named, browser): PAIR}
    return {("pair", named, address): PAIR, ("address", address): ADDRESS, ("account", named): ACCOUNT}


# -- the pages ---------------------------------------------------------------------------------------------
@pages.get("/signin")
@public
def signin() -> str | Response:
    found = identity.signed_in()
    if found and (first := identity.missing(found)):
        return redirect(f"{first}?next={quote(request.args.get('next', ''))}")
    return render_template("signin.html", problem="")


@pages.post("/signin")
@public
def do_signin() -> Response | tuple[str, int]:
    name = request.form.get("name", "")
    password = request.form.get("password", "")
    account = identity.access().name_of(name)
    keys = keys_of(account, name)
    if wait_s := throttle().wait_s(keys):
        refused(account, "too_many")
        return too_many("signin.html", wait_s)
    throttle().try_now(keys)
    try:
        found = HASHING.run(identity.access().check_password, name, password)
    except Full:
        throttle().take_back(keys)
        return too_many("signin.html", BUSY_RETRY_S)
    if found is None:
        refused(account, "password")
        return render_template("signin.html", problem=_("Name or password is wrong.")), 422
    throttle().right(keys)
    return _come_in(found)


def _come_in(account: Account) -> Response:
    wanted = request.args.get("next", "")
    identity.begin(account.name, pending=account.has_totp)
    if account.has_totp:
        return redirect(f"/signin/code?next={quote(wanted)}")
    response = redirect(local(wanted))
    _make_known(response, account.name)
    return response


@pages.get("/signin/code")
@public
def code() -> str | Response:
    found = identity.signed_in()
    if found is None or not found.pending:
        return redirect(url_for("signin.signin", next=request.args.get("next")))
    return render_template("code.html", problem="")


@pages.post("/signin/code")
@public
def do_code() -> Response | tuple[str, int]:
    found = identity.signed_in()
    if found is None or not found.pending:
        return redirect(url_for("signin.signin", next=request.args.get("next")))
    keys: dict[Key, Rule] = {("code", found.account, client_key()): PAIR, ("code", found.account): ACCOUNT}
    if wait_s := throttle().wait_s(keys):
        refused(found.account, "too_many")
        return too_many("code.html", wait_s)
    throttle().try_now(keys)
    if not in_thread(identity.access().check_code, found.account, request.form.get("code", "")):
        refused(found.account, "code")
        return render_template("code.html", problem=_("That code is wrong, or was used before.")), 422
    throttle().right(keys)
    identity.begin(found.account)
    response = redirect(local(request.args.get("next")))
    _make_known(response, found.account)
    return response


@pages.post("/signout")
@public
def signout() -> Response:
    identity.end("signed_out")
    return redirect(url_for("signin.signin"))


def local(path: str | None) -> str:
    """Where to go next: never to another host."""
    return own_path(path, "/desk")
