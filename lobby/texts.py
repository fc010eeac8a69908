"""What people read. A text stands in the code in English; every other language is a catalogue (gettext) in
`translations/`, or in the branch's own folder of that name."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

FOLDER = Path(__file__).parent / "translations"
DOMAIN = "messages"
LANGS = ("zh", "en")
"""The languages that every branch speaks; each catalogue adds one."""
TAGS = {"zh": "zh-CN"}
PLACE = re.compile(r"([\u4e00-\u9fff]?)\{(\w+)\}")
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[0-9A-Za-z]")
_folders = [FOLDER]
P = ParamSpec("P")
T = TypeVar("T")
_remembered: list[Callable[[], None]] = []


def remembered(compute: Callable[P, T]) -> Callable[P, T]:
    """As functools.cache, of what depends on the catalogues: forgotten when another folder of them is read."""
    cached = cache(compute)
    _remembered.append(cached.cache_clear)
    return cast(Callable[P, T], cached)


class Readable:
    """What has words in the languages of its readers. No protocol: to ask whether a value has the methods of one takes
    twenty times as long as to ask for its class, and each wait that is told asks."""

    def in_(self, lang: str) -> str:
        raise NotImplementedError


def tag(lang: str) -> str:
    """The language's code in HTML."""
    return TAGS.get(lang, lang.replace("_", "-"))


class Text(Readable):
    """A sentence or a word in English, and what fills its `{fields}`. Without `fields` the text is a pattern, which
    `with_` or `str.format` fills. A field that is Readable is put into the same language."""

    def __init__(self, english: str, **fields: object) -> None:
        self.english = english
        self.fields = fields

    def with_(self, **fields: object) -> Text:
        return type(self)(self.english, **fields)

    def in_(self, lang: str) -> str:
        """In the language, else in English."""
        pattern = self._pattern(lang) if self.english else ""
        if not self.fields:
            return pattern
        fields = {name: in_language(value, lang) for name, value in self.fields.items()}
        return _apart(pattern, fields).format(**fields)

    def _pattern(self, lang: str) -> str:
        return _catalogue(lang).gettext(self.english)

    def __repr__(self) -> str:
        return f"Text({self.english!r})"


def _apart(pattern: str, fields: Mapping[str, object]) -> str:
    """The pattern with a space wherever a Chinese character would touch a figure or a letter of what is filled in:
    `请到 1 号柜台`, whatever a counter's name is. `fill` of web/static/words.js does the same."""

    def place(found: re.Match[str]) -> str:
        value = str(fields.get(found[2], ""))
        before = " " if found[1] and LATIN.match(value[:1]) else ""
        after = (
            " "
            if HAN.match(pattern[found.end() : found.end() + 1]) and LATIN.match(value[-1:])
            else ""
        )
        return f"{found[1]}{before}{{{found[2]}}}{after}"

    return PLACE.sub(place, pattern)


class Verb(Text):
    """What is done, where the same English word also says what is: 叫号, not 已叫号."""

    def _pattern(self, lang: str) -> str:
        return _catalogue(lang).pgettext("verb", self.english)


class Counted(Text):
    """A sentence about `n` things. English has another one for a single thing; catalogues have one sentence alone,
    since Chinese and Korean count with the same words."""

    def __init__(self, english: str, one: str, **fields: object) -> None:
        super().__init__(english, **fields)
        self.one = one

    def _pattern(self, lang: str) -> str:
        if lang == "en" and self.fields["n"] == 1:
            return self.one
        return super()._pattern(lang)


class Joined(Readable):
    """A list, with the comma of its reader's language."""

    def __init__(self, parts: Iterable[Readable | str]) -> None:
        self.parts = tuple(parts)

    def in_(self, lang: str) -> str:
        return Text(", ").in_(lang).join(str(in_language(part, lang)) for part in self.parts)


def in_language(value: object, lang: str) -> object:
    return value.in_(lang) if isinstance(value, Readable) else value


def read_also(folder: Path) -> None:
    """From now on this folder's catalogues are read, too."""
    if folder not in _folders:
        _folders.append(folder)
    _forget()


@contextmanager
def reading_also(folder: Path) -> Iterator[None]:
    """For as long as the `with` block this folder's catalogues are read, too."""
    read_also(folder)
    try:
        yield
    finally:
        _folders.remove(folder)
        _forget()


def _forget() -> None:
    for forget in _remembered:
        forget()


@remembered
def languages() -> tuple[str, ...]:
    """All languages that the branch speaks: LANGS, then those that have a catalogue, by code."""
    files = (file for folder in _folders for file in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    further = {file.parent.parent.name for file in files}
    return (*LANGS, *sorted(further - set(LANGS)))


@cache
def script_sentences(folder: Path) -> tuple[str, ...]:
    """The English of every `_("...")` in the folder's own scripts."""
    # Here, since it takes 30 ms, and no command but the server's wants it.
    from babel.messages.extract import extract_from_dir

    methods = [("vendor/**", "ignore"), ("**.js", "javascript")]
    messages = extract_from_dir(folder, methods, keywords={"_": None})
    return tuple(dict.fromkeys(text for _, _, text, _, _ in messages if isinstance(text, str)))


def by_language(words: Readable) -> dict[str, str]:
    """The words in every language that the branch speaks."""
    return {lang: words.in_(lang) for lang in languages()}


@remembered
def _catalogue(lang: str) -> gettext.NullTranslations:
    first, *others = [
        gettext.translation(DOMAIN, folder, [lang], fallback=True) for folder in reversed(_folders)
    ]
    for other in others:
        first.add_fallback(other)
    return first
