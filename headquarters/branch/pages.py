"""The page of one branch: the floor as its last word has it."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint
from werkzeug.wrappers import Response

from headquarters.shared.pages import draw
from headquarters.visible import entry_of, picture
from web.gated import page_for
from web.languages import lang
from web.roles import public

pages = Blueprint("branch", __name__)
HERE = Path(__file__).parent


@pages.get("/branch/<code>")
@public
def branch(code: str) -> str | Response:
    return page_for("province", lambda: _branch(code))


def _branch(code: str) -> str:
    entry = entry_of(code)
    tree = picture().tree
    return draw(
        HERE,
        code=code,
        branch_name=picture().name(entry).get(lang(), code),
        above=[tree.units[unit].name for unit in tree.path(code)],
        clock_s=picture().headquarters.limits.clock_s,
    )
