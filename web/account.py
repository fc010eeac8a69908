"""The pages of a person's own account: password, PIN, second factor; and the lock screen."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial, wraps
from typing import Any
from urllib.parse import quote

import pyotp
import qrcode
from flask import Blueprint, Flask, make_response, redirect, render_template, request
from flask_babel import gettext as _
from qrcode.image.svg import SvgPathImage
from werkzeug.wrappers import Response

from web import identity
from web.access import Access, Account, Session
from web.access.passwords import Weak
from web.loop import Full, in_thread
from web.roles import public
from web.signin import BUSY_RETRY_S, HASHING, keys_of, local, refused, throttle, too_many
from web.site import site

pages = Blueprint("account", __name__)

Answer = str | Response | tuple[str, int]


def register(app: Flask) -> None:
    app.register_blueprint(pages)


def own(
    *, while_enrolling: bool = False
) -> Callable[[Callable[[Account], Answer]], Callable[[], Answer]]:
    """Marks a view of the signed-in person. `while_enrolling`: also of one who must set up the second factor first."""

    def mark(view: Callable[[Account], Answer]) -> Callable[[], Answer]:
        @public
        @wraps(view)
        def guarded() -> Answer:
            session = identity.signed_in()
            if session is None:
                return redirect(f"/signin?next={quote(request.path)}")
            missing_step = identity.missing(session)
            if missing_step and not (while_enrolling and missing_step == "/account/totp"):
                return redirect(f"{missing_step}?next={quote(request.path)}")
            return view(_account(session))

        return guarded

    return mark


def _account(session: Session) -> Account:
    account = identity.access().account(session.account)
    assert account is not None
    return account


def _show(
    account: Account, *, problem: str = "", done: str = "", status: int = 200
) -> tuple[str, int]:
    current = identity.signed_in()
    other_sessions = [
        session for session in _sessions_of(account) if current is None or session.id != current.id
    ]
    page = render_template(
        "account.html",
        account=account,
        sessions=other_sessions,
        when=when,
        enrol_by=_enrol_by(account),
        problem=problem,
        done=done,
    )
    return page, status


def _enrol_by(account: Account) -> str:
    """The time by which the second factor must be set up; empty where there is none."""
    if account.has_totp or not identity.needs_factor(account.role):
        return ""
    return when(account.enrol_by)


def when(at: float | None) -> str:
    """The instant in the site's own time."""
    if not at:
        return "–"
    local_time, now = (
        instant.astimezone(site().zone)
        for instant in (datetime.fromtimestamp(at, UTC), site().clock())
    )
    return local_time.strftime("%H:%M" if local_time.date() == now.date() else "%m-%d %H:%M")


def _sessions_of(account: Account) -> list[Session]:
    return [
        session
        for session in in_thread(identity.access().sessions)
        if session.account == account.name
    ]


# -- password and PIN ------------------------------------------------------------------------------------------
@pages.get("/account")
@own()
def account(account: Account) -> Answer:
    return _show(account)


Show = Callable[..., Answer]


def _confirmed(account: Account, show: Show = _show) -> Answer | None:
    """Checks the password before a change of the account's secrets; None where it is right, else the refusal on the
    page of `show`."""
    keys = keys_of(account.name, account.name)
    if wait_s := throttle().wait_s(keys):
        refused(account.name, "too_many")
        return too_many("account.html", wait_s, account=account, sessions=[], done="")
    throttle().try_now(keys)
    if (
        HASHING.run(
            identity.access().check_password, account.name, request.form.get("password", "")
        )
        is None
    ):
        refused(account.name, "password")
        return show(account, problem=_("The current password is wrong."), status=422)
    throttle().succeeded(keys)
    return None


def _unless_busy(account: Account, act: Callable[[], Answer]) -> Answer:
    try:
        return act()
    except Full:
        return too_many("account.html", BUSY_RETRY_S, account=account, sessions=[], done="")


@pages.post("/account/password")
@own()
def change_password(account: Account) -> Answer:
    return _unless_busy(account, lambda: _confirmed(account) or _new_password(account))


def _new_password(account: Account) -> Answer:
    new_password = request.form.get("fresh", "")
    if new_password != request.form.get("again", ""):
        return _show(account, problem=_("The two new passwords differ."), status=422)
    try:
        HASHING.run(_change_password, identity.access(), account.name, new_password, site().names)
    except Weak as weak:
        return _show(account, problem=why_weak(weak), status=422)
    identity.begin(account.name)
    return _show(account, done=_("The password is changed. All other sign-ins have ended."))


def _change_password(access: Any, name: str, new_password: str, names: tuple[str, ...]) -> None:
    access.change_password(name, new_password, names=names)


def why_weak(weak: Weak) -> str:
    reasons: dict[str, str] = {
        "short": _("A password has 12 characters or more."),
        "long": _("A password has 128 characters at most."),
        "common": _("This password is among those that attackers try first. Choose another."),
        "name": _("This password is made of a name. Choose another."),
    }
    return reasons[weak.code]


@pages.post("/account/pin")
@own()
def change_pin(account: Account) -> Answer:
    return _unless_busy(account, lambda: _confirmed(account) or _new_pin(account))


def _new_pin(account: Account) -> Answer:
    try:
        HASHING.run(identity.access().set_pin, account.name, request.form.get("pin", ""))
    except ValueError:
        problem = _("A PIN has four to eight digits, and is not one that is easy to guess.")
        return _show(account, problem=problem, status=422)
    identity.renew()
    return _show(account, done=_("The PIN is set."))


@pages.post("/account/sessions")
@own()
def end_sessions(account: Account) -> Answer:
    """Ends all sessions of the person; the present one continues under another id."""
    return _unless_busy(account, lambda: _confirmed(account) or _end_sessions(account))


def _end_sessions(account: Account) -> Answer:
    in_thread(partial(identity.access().revoke_sessions, account.name, by=account.name))
    identity.begin(account.name)
    return _show(account, done=_("All other sign-ins have ended."))


# -- second factor ----------------------------------------------------------------------------------------------
@pages.get("/account/totp")
@own(while_enrolling=True)
def totp(account: Account) -> Answer:
    return _show_totp(account)


def _show_totp(account: Account, problem: str = "", status: int = 200) -> Answer:
    if account.has_totp:
        return redirect("/account")
    secret = in_thread(identity.access().begin_totp, account.name)
    link = pyotp.TOTP(secret).provisioning_uri(
        name=account.name, issuer_name=f"{site().bank.in_('en')} Lobby"
    )
    groups = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
    session = identity.signed_in()
    must_enrol = bool(session and identity.missing(session))
    page = render_template(
        "totp.html",
        account=account,
        qr=_qr(link),
        secret=groups,
        problem=problem,
        due=must_enrol,
        enrol_by=_enrol_by(account),
    )
    return page, status


def _qr(link: str) -> str:
    """The QR code as a picture within the page: a URL of its own would be logged."""
    picture = io.BytesIO()
    qrcode.make(link, image_factory=SvgPathImage, border=2).save(picture)
    return "data:image/svg+xml;base64," + base64.b64encode(picture.getvalue()).decode()


@pages.post("/account/totp")
@own(while_enrolling=True)
def confirm_totp(account: Account) -> Answer:
    if account.has_totp:
        return redirect("/account")
    return _unless_busy(account, lambda: _confirmed(account, _show_totp) or _turn_on(account))


def _turn_on(account: Account) -> Answer:
    codes = in_thread(
        identity.access().confirm_totp, account.name, request.form.get("code", "").replace(" ", "")
    )
    if not codes:
        return _show_totp(
            account, _("That code is wrong. Look at the phone's clock, and try the next code."), 422
        )
    identity.begin(account.name)
    return render_template("recovery.html", account=account, codes=codes)


# -- the lock screen ---------------------------------------------------------------------------------------------
@pages.get("/lock")
@public
def lock_screen() -> Answer:
    session = identity.signed_in()
    if session is None or session.pending:
        return redirect(f"/signin?next={quote(request.args.get('next', ''))}")
    return render_template("lock.html", account=_account(session), problem="")


@pages.post("/lock")
@public
def lock() -> Answer:
    """Locks the session of a screen that nobody has touched for a while."""
    if identity.signed_in():
        in_thread(identity.access().lock, identity.secret())
    return "", 204


@pages.post("/unlock")
@public
def unlock() -> Answer:
    session = identity.signed_in()
    if session is None or session.pending:
        return redirect(f"/signin?next={quote(request.args.get('next', ''))}")
    account = _account(session)
    try:
        return _unlock(account)
    except Full:
        return too_many("lock.html", BUSY_RETRY_S, account=account)


def _is_right(access: Access, account: Account, session: str, typed: str) -> bool:
    """Whether the PIN or password is right and a try remains."""
    if not access.may_try_pin(session):
        return False
    if account.has_pin:
        return access.check_pin(account.name, typed)
    return access.check_password(account.name, typed) is not None


def _unlock(account: Account) -> Answer:
    """Unlocks by the PIN, else by the password; five wrong tries in a row end the session."""
    access = identity.access()
    if HASHING.run(_is_right, access, account, identity.secret(), request.form.get("secret", "")):
        in_thread(access.unlock, identity.secret())
        identity.renew()
        return redirect(local(request.args.get("next")))
    refused(account.name, "pin")
    if in_thread(access.wrong_pin, identity.secret()):
        return redirect(f"/signin?next={quote(request.args.get('next', ''))}")
    problem = _("That is wrong. After five wrong tries the password is asked for.")
    return make_response(render_template("lock.html", account=account, problem=problem), 422)


@pages.post("/account/alive")
@public
def alive() -> Answer:
    """Somebody touches the screen; `by_session` notes the use."""
    if identity.by_session():
        return "", 204
    return "", 401
