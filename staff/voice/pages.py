"""The page on which the branch's voice is heard and its words are recorded."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from staff.shared.pages import office_page, page_for
from staff.voice.api import booth
from web.dispatch import runtime
from web.loop import in_thread
from web.roles import public
from web.transport.headers import OF_PAGES

pages = Blueprint("voice", __name__)
HERE = Path(__file__).parent
MICROPHONE = OF_PAGES["Permissions-Policy"].replace("microphone=()", "microphone=(self)")


@pages.get("/desk/voice")
@public
def voice() -> Response:
    """The only page that may ask for the microphone."""
    answer = make_response(page_for("manager", _page))
    answer.headers["Permissions-Policy"] = MICROPHONE
    return answer


def _page() -> str:
    branch = runtime().branch
    words = in_thread(booth().words)
    by_lang = {lang: [word for word in words if word.lang == lang] for lang in ("zh", "en")}
    return office_page(
        HERE,
        by_lang=by_lang,
        rules=branch.voice,
        installed=booth().installed(),
        speakers=booth().speakers(),
        counters=branch.counters,
    )
