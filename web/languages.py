"""The language of a page. English is the source. Every catalogue in `lobby/translations/`, and in the folder of that
name among the branch's data, adds a language. Chinese comes first.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from babel import Locale
from flask import Flask, Response, current_app, request
from flask_babel import Babel, get_locale
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from lobby.catalogues import Catalogue, is_language, read_catalogues
from lobby.texts import FOLDER, Readable, Text, languages, read_also, script_sentences, tag

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Language:
    """`code` is the folder of its catalogue, `tag` its code in HTML, `name` its name in itself."""

    code: str
    tag: str
    name: str


# -- the languages ----------------------------------------------------------------------------------
def _languages(codes: Iterable[str]) -> Iterator[Language]:
    for code in codes:
        if is_language(code):
            name = Locale.parse(code).get_display_name() or code
            yield Language(code, tag(code), name[0].upper() + name[1:])


def compile_catalogues(folder: Path) -> None:
    """Compiles what can be used of the branch's own catalogues, and logs the rest."""
    for catalogue in read_catalogues(folder):
        for fault in catalogue.faults:
            log.error("%s: %s", catalogue.file, fault.in_("en"))
        try:
            _replace_compiled(catalogue)
        except OSError as error:
            log.error("%s: not compiled: %s", catalogue.file, error)


def _replace_compiled(catalogue: Catalogue) -> None:
    """A compiled form of earlier, which may have the fault, does not stay."""
    compiled = catalogue.file.with_suffix(".mo")
    if not catalogue.compiled:
        compiled.unlink(missing_ok=True)
        return
    if compiled.exists() and compiled.read_bytes() == catalogue.compiled:
        return
    new = compiled.with_suffix(".new")
    new.write_bytes(catalogue.compiled)
    new.replace(compiled)


def without_links(folder: Path) -> bool:
    """Whether the folder has no links: by a link, pages could show a file from elsewhere."""
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            if Path(place, name).is_symlink():
                log.error(
                    "%s is a link: the branch's own translations are left out", Path(place, name)
                )
                return False
    return True


def all_languages() -> tuple[Language, ...]:
    languages: tuple[Language, ...] = current_app.extensions["languages"]
    return languages


# -- the language of a request ----------------------------------------------------------------------
def _cookie() -> str:
    return "__Host-lang" if current_app.config["SESSION_COOKIE_SECURE"] else "lang"


def page_lang() -> str:
    """`?lang=`, else the browser's stored choice, else the browser's preference."""
    candidates = (request.args.get("lang", ""), request.cookies.get(_cookie(), ""))
    chosen = [language.code for candidate in candidates if (language := _language_of(candidate))]
    return next(iter(chosen), None) or reader_lang()


def reader_lang() -> str:
    """The language of sentences for programs, by Accept-Language alone: Chinese where it names none, English where it
    names only others."""
    candidates = [tag for tag, quality in request.accept_languages if quality > 0 and tag != "*"]
    for candidate in candidates:
        if language := _language_of(candidate) or _language_of(candidate.partition("-")[0]):
            return language.code
    return "en" if candidates else "zh"


def _language_of(candidate: str) -> Language | None:
    """The language by its code or tag."""
    for language in all_languages():
        if candidate.lower() in (language.code.lower(), language.tag.lower()):
            return language
    return None


def lang() -> str:
    """The page's language, as its code."""
    return str(get_locale())


def _page_language(candidate: str) -> str:
    language = _language_of(candidate)
    if language is None:
        codes = ", ".join(language.code for language in all_languages())
        raise PydanticCustomError("literal_error", "must be one of {codes}", {"codes": codes})
    return language.code


PageLang = Annotated[str, AfterValidator(_page_language)]
"""A page language in a request's body, by code or tag; validated to its code."""


# -- words ------------------------------------------------------------------------------------------
def name_of(words: Readable) -> str:
    """A name or sentence in the page's language."""
    return words.in_(lang())


def page_sentences(page: Path) -> list[str]:
    """The English of what the scripts of the page in that folder say."""
    folders = (page, page.with_name("shared"), STATIC)
    return [text for folder in folders for text in script_sentences(folder)]


def script_texts(page: Path) -> dict[str, str]:
    """What the scripts of the page in that folder say in its language, by the English sentence, where it differs."""
    said = {english: name_of(Text(english)) for english in page_sentences(page)}
    return {english: words for english, words in said.items() if words != english}


def _switch() -> list[dict[str, str]]:
    """The links to the page in each of its languages."""
    parameters = {key: value for key, value in request.args.items() if key != "lang"}
    return [
        {
            "code": language.code,
            "tag": language.tag,
            "name": language.name,
            "href": "?" + urlencode({**parameters, "lang": language.code}),
        }
        for language in all_languages()
    ]


def register(app: Flask, own: Path) -> None:
    """`own`: the branch's own folder of catalogues, which may be missing."""
    folders = (FOLDER, own.absolute()) if without_links(own) else (FOLDER,)
    if own.absolute() in folders:
        compile_catalogues(own)
        read_also(own.absolute())
    app.extensions["languages"] = tuple(_languages(languages()))
    Babel(
        app, locale_selector=page_lang, default_translation_directories=";".join(map(str, folders))
    )

    @app.after_request
    def keep(response: Response) -> Response:
        """Stores a choice that was made on our own page; a link of another site changes no stored choice."""
        language = _language_of(request.args.get("lang", ""))
        if language and request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
            secure = bool(app.config["SESSION_COOKIE_SECURE"])
            response.set_cookie(
                _cookie(), language.code, samesite="Lax", httponly=True, secure=secure, path="/"
            )
        return response

    @app.context_processor
    def words() -> dict[str, Any]:
        return {
            "lang": lang(),
            "html_lang": tag(lang()),
            "languages": _switch(),
            "name": name_of,
        }
