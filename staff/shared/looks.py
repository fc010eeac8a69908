"""A look at personal words: it is in the journal, with who looked, before anybody sees them."""

from __future__ import annotations

from collections.abc import Mapping

from lobby.commands.access import record
from lobby.events import WordsOpened
from lobby.events.personal import Reveal
from lobby.views.personal import readable
from web.dispatch import do, runtime
from web.languages import reader_lang
from web.loop import in_thread


def look(noun: str, id: str, texts: Mapping[str, str]) -> dict[str, str]:
    """The words of the thing by name, in clear; where they are erased it says so."""
    do(record, event=WordsOpened(noun, id))
    return opened(texts)


def opened(texts: Mapping[str, str]) -> dict[str, str]:
    """For who has noted the look already, and for words that are the reader's own."""
    return in_thread(_opened, texts, runtime().subject_keys.reveal, reader_lang())


def _opened(texts: Mapping[str, str], reveal: Reveal, lang: str) -> dict[str, str]:
    return {name: readable(text, reveal, lang) for name, text in texts.items()}
