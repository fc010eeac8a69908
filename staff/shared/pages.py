"""What the staff's pages have in common, and where staff begin: at their own page."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from lobby.commands.people import People
from web.dispatch import runtime
from web.gated import page_for, to_signin
from web.languages import script_texts
from web.loop import in_thread
from web.roles import DEVICE, GRANTS, READERS, current, public

__all__ = ["offered", "office_page", "page_for", "pages"]

pages = Blueprint("staff", __name__)


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
        return to_signin()
    if principal.role in GRANTS["manager"]:
        return redirect("/desk/hall")
    if principal.role in READERS:
        return redirect("/desk/bulletin")
    if principal.role not in GRANTS["staff"]:
        return redirect("/account")
    return redirect(f"/desk/counter/{principal.counter or runtime().branch.counters[0].id}")
