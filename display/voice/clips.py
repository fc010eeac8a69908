"""Clips of calls, made of parts that are kept in the branch's data.

A part is a phrase said by a voice, or a word of the bank's own recordings. Each is made once, trimmed and as loud as
the others, and kept in `data/voice`; a call is its parts, one after the other.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from display.voice import sound
from display.voice.process import Process
from display.voice.wording import Phrase, phrases
from lobby.branch.inside import open_inside
from lobby.branch.model import Counter

KEPT = 4000
"""Parts of one language: two days of numbers in a large branch."""
BETWEEN_PHRASES_S = 0.12
BETWEEN_WORDS_S = 0.0
"""A trimmed word brings the silence that stays around it."""


class Clips:
    """Blocks while a part is made."""

    def __init__(self, data: Path) -> None:
        self._made = data / "voice"
        self._own = data / "clips"
        self._process = Process()

    def call(self, lang: str, number: str, counter: Counter) -> bytes:
        """The whole call as a WAV. Raises OSError when no voice can be had."""
        with suppress(OSError), open_inside(self._own, lang, f"{number}-{counter.id}.wav") as own:
            return own.read()
        said = [self._phrase(lang, phrase) for phrase in phrases(lang, number, counter)]
        return sound.written(sound.joined(said, BETWEEN_PHRASES_S))

    def prepare(self, lang: str, phrase: Phrase) -> None:
        """Have the phrase's parts made."""
        self._phrase(lang, phrase)

    def close(self) -> None:
        self._process.end()

    def _phrase(self, lang: str, phrase: Phrase) -> sound.Samples[int]:
        with self._spoken(lang, phrase.text).open("rb") as file:
            return sound.read(file)

    def _spoken(self, lang: str, text: str) -> Path:
        made = self._made / lang / f"espeak-{_digest(text)}.wav"
        if not made.exists():
            self._make_room(made.parent)
            self._process.do({"lang": lang, "text": text, "path": str(made)})
        return made

    def _make_room(self, folder: Path) -> None:
        """The oldest go beyond KEPT."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(folder.glob("*.wav"), key=lambda p: p.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
