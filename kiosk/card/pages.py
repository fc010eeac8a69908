"""The page of the tablet at a counter: the feedback card of who was just served."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, render_template

from kiosk.shared.reasons import BLAME, PRAISE, PRAISED
from lobby.errors import NotFound
from web.dispatch import runtime
from web.languages import script_texts
from web.roles import needs

pages = Blueprint("card", __name__)
HERE = Path(__file__).parent


@pages.get("/card/<counter>")
@needs("card")
def card(counter: str) -> str:
    branch = runtime().branch
    if counter not in branch.offered.counter:
        raise NotFound("unknown_counter", id=counter)
    return render_template(
        "kiosk/card/page.html",
        branch=branch,
        counter=branch.counter[counter],
        praise=PRAISE,
        blame=BLAME,
        praised=PRAISED,
        texts=script_texts(HERE),
    )
