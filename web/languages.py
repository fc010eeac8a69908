"""Which language a page speaks. English is the source; every catalogue in `translations/`, and in the branch's
own folder of that name among its data, is one language more. Chinese comes first.

Customers' pages speak all of them. Staff's pages keep to the branch's two, zh and en, in which the branch names
its things and the hall gives its reasons.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Blueprint, Flask, Response, current_app, g, request
from flask_babel import Babel, get_locale, gettext
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from lobby.branch.inside import open_inside
from lobby.branch.model import Area, Branch, Counter, Group, Service
from lobby.branch.names import LANGS, Lang, Name
from lobby.customers.tiering import TO_CUSTOMERS
from lobby.forecast.words import WAIT

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "translations"
CATALOGUE = "LC_MESSAGES/messages"
TAGS = {"zh": "zh-CN"}


@dataclass(frozen=True)
class Language:
    """`code` is its catalogue's folder, `tag` what HTML calls it, `name` is in its own tongue."""

    code: str
    tag: str
    name: str


# -- which there are --------------------------------------------------------------------------------
def find_languages(folders: Iterable[Path]) -> tuple[Language, ...]:
    """The house's two, then those that have a catalogue, by code."""
    more = {file.parent.parent.name for folder in folders for file in folder.glob(f"*/{CATALOGUE}.mo")}
    return tuple(_languages([*LANGS, *sorted(more - set(LANGS))]))


def _languages(codes: Iterable[str]) -> Iterator[Language]:
    for code in codes:
        try:
            name = Locale.parse(code).get_display_name() or code
        except (ValueError, UnknownLocaleError):
            continue
        yield Language(code, TAGS.get(code, code.replace("_", "-")), name[0].upper() + name[1:])


def compile_catalogues(folder: Path) -> None:
    """A branch's own catalogues are compiled where that was not done since they were written."""
    for source in folder.glob(f"*/{CATALOGUE}.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            fresh = compiled.with_suffix(".new")
            with open_inside(folder, *source.relative_to(folder).parts) as po, fresh.open("wb") as mo:
                write_mo(mo, read_po(po))
            fresh.replace(compiled)


def without_links(folder: Path) -> bool:
    """Whether all that lies in the folder is of the branch: a link could have the pages show another's file."""
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            if Path(place, name).is_symlink():
                log.error("%s is a link: the branch's own translations are left out", Path(place, name))
                return False
    return True


def all_languages() -> tuple[Language, ...]:
    found: tuple[Language, ...] = current_app.extensions["languages"]
    return found


def for_staff(pages: Blueprint) -> None:
    """Pages of this blueprint speak zh and en alone."""

    @pages.before_request
    def two() -> None:
        g.for_staff = True


# -- which is wanted --------------------------------------------------------------------------------
def _cookie() -> str:
    return "__Host-lang" if current_app.config["SESSION_COOKIE_SECURE"] else "lang"


def page_lang() -> str:
    """`?lang=`, else the choice kept in the browser, else what the browser asks for."""
    wishes = (request.args.get("lang", ""), request.cookies.get(_cookie(), ""))
    chosen = next((found.code for wish in wishes if (found := _known(wish))), None) or _asked()
    return house_lang(chosen) if g.get("for_staff") else chosen


def _asked() -> str:
    """By Accept-Language: who asks for none gets Chinese, who asks for others alone gets English."""
    wishes = [tag for tag, quality in request.accept_languages if quality > 0 and tag != "*"]
    for wish in wishes:
        if found := _known(wish) or _known(wish.partition("-")[0]):
            return found.code
    return "en" if wishes else "zh"


def _known(wish: str) -> Language | None:
    """The language by its code or tag."""
    return next((one for one in all_languages() if wish.lower() in (one.code.lower(), one.tag.lower())), None)


def lang() -> str:
    """The page's language, as its code."""
    return str(get_locale())


def house_lang(code: str) -> Lang:
    """In which of the branch's two a reader of this language reads names and sentences."""
    return "zh" if code.partition("_")[0] == "zh" else "en"


def reader_lang() -> Lang:
    """Of sentences for programs: by Accept-Language alone."""
    return house_lang(_asked())


def _page_language(wish: str) -> str:
    found = _known(wish)
    if found is None:
        codes = ", ".join(one.code for one in all_languages())
        raise PydanticCustomError("literal_error", "must be one of {codes}", {"codes": codes})
    return found.code


PageLang = Annotated[str, AfterValidator(_page_language)]
"""In a request's body: any page language, by code or tag; comes out as its code."""


# -- words ------------------------------------------------------------------------------------------
def name_of(thing: Name | dict[str, str]) -> str:
    """A thing's name, or what the hall says, in the page's language: a further language may have its English
    among its catalogue's texts, else readers get that of the branch's two which they read."""
    words = thing if isinstance(thing, Name) else Name(**thing)
    own = words.in_(house_lang(lang()))
    if lang() in LANGS:
        return own
    found = gettext(words.en)
    return own if found == words.en else found


def names(branch: Branch) -> Iterator[Name]:
    """Of what customers are shown of the branch; nobody is told a tier."""
    things: tuple[Branch | Area | Group | Service | Counter, ...]
    things = (branch, *branch.areas, *branch.groups, *branch.services, *branch.counters)
    for thing in things:
        values = (getattr(thing, field.name) for field in fields(thing))
        yield from (value for value in values if isinstance(value, Name))


def spoken_texts() -> dict[str, dict[str, str]]:
    """The page's texts that web/static/words.js wants."""
    branch: Branch = current_app.extensions["runtime"].branch
    said = () if lang() in LANGS else (*TO_CUSTOMERS, *names(branch))
    return {
        "wait": {kind: name_of(words) for kind, words in WAIT.items()},
        "said": {words.en: name_of(words) for words in said},
    }


def _switch() -> list[dict[str, str]]:
    """The page in each language that it speaks."""
    offered = all_languages()[: len(LANGS)] if g.get("for_staff") else all_languages()
    rest = {key: value for key, value in request.args.items() if key != "lang"}
    return [
        {"code": one.code, "tag": one.tag, "name": one.name, "href": "?" + urlencode({**rest, "lang": one.code})}
        for one in offered
    ]


def register(app: Flask, own: Path) -> None:
    """`own`: the branch's own folder of catalogues, which need not be there."""
    folders = (FOLDER, own.absolute()) if without_links(own) else (FOLDER,)
    if own.absolute() in folders:
        compile_catalogues(own)
    app.extensions["languages"] = find_languages(folders)
    Babel(app, locale_selector=page_lang, default_translation_directories=";".join(map(str, folders)))

    @app.after_request
    def keep(response: Response) -> Response:
        """A choice on our own page is kept; a link on somebody else's changes nothing that stays."""
        found = _known(request.args.get("lang", ""))
        if found and request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
            secure = bool(app.config["SESSION_COOKIE_SECURE"])
            response.set_cookie(_cookie(), found.code, samesite="Lax", httponly=True, secure=secure, path="/")
        return response

    @app.context_processor
    def words() -> dict[str, Any]:
        tag = next(one.tag for one in all_languages() if one.code == lang())
        return {
            "lang": lang(),
            "html_lang": tag,
            "names_lang": house_lang(lang()),
            "languages": _switch(),
            "name": name_of,
        }
