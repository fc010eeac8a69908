"""Where everybody begins, and what all pages are drawn with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, redirect, render_template
from werkzeug.wrappers import Response

from headquarters.config import Headquarters
from headquarters.visible import own_unit
from web.languages import script_texts
from web.roles import current, public

pages = Blueprint("headquarters", __name__)


def headquarters() -> Headquarters:
    found: Headquarters = current_app.extensions["headquarters"]
    return found


def draw(folder: Path, template: str = "page", **values: Any) -> str:
    """A page of that folder, whose template extends headquarters/shared/page.html."""
    return render_template(
        f"headquarters/{folder.name}/{template}.html",
        principal=current(),
        own_unit=own_unit(),
        texts=script_texts(folder),
        **values,
    )


@pages.get("/")
@public
def landing() -> Response:
    """Work begins with what is live; who is not signed in is sent to sign in from there."""
    return redirect("/live")
