"""What a kiosk may have read aloud: what stands in its own page, and its sentences with the branch's names and figures
filled in. Nobody can have the branch's voice say anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from flask import current_app, render_template
from flask_babel import force_locale

from kiosk.touch.pages import HERE, context
from lobby.branch.names import TEXT_MAX
from lobby.customers.tiering import TO_CUSTOMERS
from lobby.refusals import SENTENCES
from lobby.state.doors import MOMENTS, WEEKDAY_WORDS
from lobby.texts import Readable, Text
from web.dispatch import runtime
from web.languages import page_sentences

FIGURE = re.compile(
    r"[A-Z]{0,2}[0-9]{1,4}|[0-9]{2}:[0-9]{2}|(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2})?"
)
"""A number, a wait, a time, a day."""
FILLED = f"(.{{1,{TEXT_MAX}}}?)"
"""What stands in a place, with the spaces that part Chinese from figures."""
PLACE = re.compile(r"\\{\w+\\}")
SEVERAL = " · "
DEPTH = 3
"""A sentence in a sentence in a sentence: a notice, when the branch opens, the weekday."""
UNSEEN = ("script", "style", "svg")
SPOKEN_OF = ("aria-label", "alt", "data-name", "data-way", "data-quicker", "data-quicker-way")
"""Attributes that are said, or fill a sentence."""


class Page(HTMLParser):
    """The texts of a page, each in one line."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self._unseen = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        self.texts |= {in_line(value) for name, value in attrs if value and name in SPOKEN_OF}

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts.add(in_line(data))


def in_line(text: str) -> str:
    return " ".join(text.split())


class OwnWords:
    """The kiosk's words in one language: `texts` as they stand, `sentences` with `{places}`."""

    def __init__(self, texts: Iterable[str], sentences: Iterable[str]) -> None:
        all_sentences = {in_line(one) for one in sentences}
        filled = {one for one in all_sentences if "{" in one}
        self._texts = frozenset(texts) | (all_sentences - filled)
        self._patterns = [re.compile(_pattern(one)) for one in sorted(filled)]

    def has(self, line: str, depth: int = DEPTH) -> bool:
        """Whether the kiosk may show that line."""
        if line in self._texts or FIGURE.fullmatch(line):
            return True
        if not depth:
            return False
        if SEVERAL in line and all(self.has(one, depth - 1) for one in line.split(SEVERAL)):
            return True
        found = filter(None, (pattern.fullmatch(line) for pattern in self._patterns))
        return any(all(self.has(part.strip(), depth - 1) for part in one.groups()) for one in found)


def _pattern(sentence: str) -> str:
    return PLACE.sub(lambda _: FILLED, re.escape(sentence))


def own_words(lang: str) -> OwnWords:
    """Made once a language: neither the configuration nor the catalogues change while the branch runs."""
    known: dict[str, OwnWords] = current_app.extensions.setdefault("own_words", {})
    if lang not in known:
        known[lang] = OwnWords(_texts(lang), (one.in_(lang) for one in _sentences()))
    return known[lang]


def _texts(lang: str) -> set[str]:
    with force_locale(lang):
        page = render_template("kiosk/touch/page.html", **context(runtime().branch, None))
    names = (counter.name.in_(lang) for counter in runtime().branch.counters)
    return Page(page).texts | set(names)


def _sentences() -> tuple[Readable, ...]:
    """What scripts and refusals say."""
    scripts = (Text(english) for english in page_sentences(HERE))
    return (*scripts, *SENTENCES.values(), *TO_CUSTOMERS, *MOMENTS, *WEEKDAY_WORDS)
