"""What the staff's pages have in common, and where staff begin: at their own page."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lobby.commands.people import People
from web.dispatch import runtime
from web.languages import script_texts
from web.loop import in_thread
from web.roles import DEVICE, GRANTS, READERS, current, may, public

pages = Blueprint("staff", __name__)


def _to_signin() -> Response:
    return redirect(url_for("signin.signin", next=request.full_path.rstrip("?")))


def page_for(grant: str, draw: Callable[[], str]) -> str | Response:
    """People without a session are sent to sign in, where a program gets 401."""
    if current() in (None, DEVICE):
        return _to_signin()
    if not may(grant):
        abort(403)
    return draw()


def offered(whom: Callable[[People, Collection[str]], dict[str, str]]) -> dict[str, str]:
    """Whom a page offers to choose from, by id the name. `whom` says for what: `People.here`, `.owners` or `.doers`,
    each of which has exactly those whom its commands take."""
    here = runtime()
    with here.writer.published() as state:
        left = state.quality.left
    return in_thread(whom, here.commands.people, left)


def office_page(folder: Path, template: str = "page", **values: Any) -> str:
    """The page of that folder, whose template extends office.html."""
    return render_template(
        f"staff/{folder.name}/{template}.html",
        branch=runtime().branch,
        principal=current(),
        texts=script_texts(folder),
        **values,
    )


@pages.get("/desk")
@public
def start() -> str | Response:
    principal = current()
    if principal is None or principal is DEVICE:
        return _to_signin()
    if principal.role in GRANTS["manager"]:
        return redirect("/desk/hall")
    if principal.role in READERS:
        return redirect("/desk/bulletin")
    if principal.role not in GRANTS["staff"]:
        return redirect("/account")
    return redirect(f"/desk/counter/{principal.counter or runtime().branch.counters[0].id}")
