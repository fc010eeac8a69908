"""The administrator's page: accounts, who is signed in, devices and integrations."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from staff.shared.pages import page_for
from web import identity
from web.access import ACCOUNT_ROLES, Access, EnrolmentCode
from web.access.base import STAFF_ROLES
from web.access.passwords import Weak
from web.account import when, why_weak
from web.dispatch import runtime
from web.loop import in_thread
from web.roles import current, needs, public
from web.signin import HASHING
from web.site import site

pages = Blueprint("people", __name__)

Act = Callable[..., object]
ACTS: dict[tuple[str, str], Act] = {
    ("account", "disable"): Access.disable_account,
    ("account", "enable"): Access.enable_account,
    ("account", "remove"): Access.remove_account,
    ("account", "no-totp"): Access.drop_totp,
    ("session", "end"): Access.revoke_session,
    ("token", "disable"): Access.disable_token,
    ("token", "enable"): Access.enable_token,
    ("token", "revoke"): Access.revoke_token,
}
"""What an administrator does to a row, by the command line's own means."""


TOKEN_ROLES = ("monitor", *STAFF_ROLES)
"""Of other systems. A kiosk or board gets its token by a code, which nobody has to copy."""
DAYS = range(1, 3661)
WHOLE = re.compile("[0-9]{1,4}")


@pages.get("/desk/people")
@public
def people() -> str | Response:
    return page_for("admin", _page)


def _page(*, problem: str = "", code: EnrolmentCode | None = None, secret: str = "") -> str:
    access = identity.access()
    branch = runtime().branch
    signed_in = identity.signed_in()
    return render_template(
        "staff/people/page.html",
        branch=branch,
        principal=current(),
        own_session=signed_in.id if signed_in else "",
        accounts=in_thread(access.accounts),
        sessions=in_thread(access.sessions)[::-1],
        tokens=in_thread(access.tokens),
        kiosks=branch.kiosks,
        roles=role_names(),
        account_roles=ACCOUNT_ROLES,
        when=when,
        problem=problem,
        code=code,
        secret=secret,
        token_roles=TOKEN_ROLES,
    )


def role_names() -> dict[str, str]:
    return {
        "teller": _("Teller"),
        "manager": _("Lobby manager"),
        "admin": _("Administrator"),
        "head": _("Head of branch"),
        "office": _("Service office"),
        "inspector": _("Inspector"),
        "kiosk": _("Kiosk"),
        "board": _("Board"),
        "monitor": _("Monitoring"),
    }


def _name() -> str:
    principal = current()
    return principal.name if principal else ""


def _staff_number(typed: str | None) -> str | None:
    """As the register has it; an emptied field takes the number off, a field that the form has not keeps it."""
    if not typed:
        return typed
    return runtime().branch.staff_number(typed)


@pages.post("/desk/people/<kind>/<act>")
@needs("admin")
def change(kind: str, act: str) -> str | Response | tuple[str, int]:
    run = ACTS.get((kind, act))
    if run is None:
        abort(404)
    id = request.form.get("id", "")
    if kind == "account" and id == _name():
        return _page(problem=_("Another administrator has to do that to your account.")), 409
    try:
        in_thread(partial(run, identity.access(), id, by=_name()))
    except ValueError:
        return _page(problem=_("That is gone already.")), 409
    return redirect("/desk/people", 303)


@pages.post("/desk/people/accounts")
@needs("admin")
def create() -> str | Response | tuple[str, int]:
    form = request.form
    make = partial(
        identity.access().create_account,
        form.get("name", ""),
        form.get("password", ""),
        form.get("role", ""),
        form.get("counter"),
        staff_number=_staff_number(form.get("staff_number")),
        by=_name(),
        names=site().names,
    )
    try:
        HASHING.run(make)
    except Weak as weak:
        return _page(problem=why_weak(weak)), 422
    except ValueError:
        return _bad_name()
    return redirect("/desk/people", 303)


@pages.post("/desk/people/tokens")
@needs("admin")
def token() -> str | tuple[str, int]:
    """The token is in this answer, and nowhere else."""
    form = request.form
    role = form.get("role", "")
    days = form.get("days", "")
    if role not in TOKEN_ROLES or not WHOLE.fullmatch(days) or int(days) not in DAYS:
        abort(422)
    make = partial(
        identity.access().create_token,
        role,
        name=form.get("name", ""),
        days=int(days),
        by=_name(),
    )
    try:
        return _page(secret=in_thread(make))
    except ValueError:
        return _bad_name()


def _bad_name() -> tuple[str, int]:
    problem = _(
        "This name cannot be used: it looks like another, or has characters that "
        "names may not have."
    )
    return _page(problem=problem), 422


@pages.post("/desk/people/codes")
@needs("admin")
def code() -> str | tuple[str, int]:
    """The code is in this answer, and nowhere else."""
    role, _dot, bound = request.form.get("device", "").partition(":")
    places: dict[str, Any] = {
        "board": runtime().branch.board,
        "kiosk": runtime().branch.kiosk,
        "monitor": (),
    }
    if (
        role not in places
        or (bound and bound not in places[role])
        or (role == "board" and not bound)
    ):
        abort(422)
    try:
        make = partial(
            identity.access().create_code, role, bound, request.form.get("name", ""), by=_name()
        )
        made = in_thread(make)
    except ValueError:
        return _bad_name()
    return _page(code=made)
