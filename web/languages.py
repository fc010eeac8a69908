"""Which language a page speaks. Chinese first; texts are gettext catalogues in `translations/`."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from flask_babel import Babel, get_locale

from lobby.branch import LANGS, Name


def page_lang() -> str:
    """`?lang=`, else the choice kept in the browser, else what the browser asks for, else Chinese."""
    for wish in (request.args.get("lang"), request.cookies.get("lang")):
        if wish in LANGS:
            return wish
    return request.accept_languages.best_match(LANGS) or "zh"


def lang() -> str:
    return "en" if str(get_locale()).startswith("en") else "zh"


def _name(thing: Name | dict[str, str]) -> str:
    return thing.in_(lang()) if isinstance(thing, Name) else thing[lang()]


def register(app: Flask) -> None:
    Babel(app, locale_selector=page_lang, default_translation_directories="translations")

    @app.after_request
    def keep(response: Response) -> Response:
        if (wish := request.args.get("lang")) in LANGS:
            response.set_cookie("lang", wish, samesite="Lax")
        return response

    @app.context_processor
    def words() -> dict[str, Any]:
        return {"lang": lang(), "name": _name}
