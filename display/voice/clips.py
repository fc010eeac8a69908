"""Clips of calls, made of parts that are kept in the branch's data.

A part is a phrase said by a voice, or a word of the bank's own recordings. Each is made once, trimmed and as loud as
the others, and kept in `data/voice`; a call is its parts, one after the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from display.voice import kokoro, sound
from display.voice.process import Process
from display.voice.wording import Phrase, phrases
from lobby.branch.inside import open_inside
from lobby.branch.model import Counter
from lobby.branch.rules import VoiceRules

KEPT = 2000
"""Parts of one language, 50 kB each: the numbers of a large branch, which come again each day."""
KEPT_ON_SHELVES = 400
"""Parts of a shelf, some 300 kB each: the lines of all screens in both voices, and the figures of lately."""
OWN = "clips"
"""The folder of the bank's own recordings among the branch's data."""
BETWEEN_PHRASES_S = 0.12
BETWEEN_LINES_S = 0.35
"""Who hears a screen for the first time needs a moment after each line."""
BETWEEN_WORDS_S = 0.0
"""A trimmed word brings the silence that stays around it."""


class Clips:
    """Blocks while a part is made; one thread for `call`, one for `read`, and one for `prepare`."""

    def __init__(self, data: Path, rules: VoiceRules) -> None:
        self._made = data / "voice"
        self._own = data / OWN
        self._rules = rules
        self._quick = Process()
        self._reading = Process()
        self._neural = Process(patient=True)

    @property
    def is_neural(self) -> bool:
        """Whether the neural voice is wanted and installed."""
        return self._rules.engine == "neural" and kokoro.is_there()

    def is_ready(self, lang: str, phrase: Phrase) -> bool:
        """Whether the best voice of this branch has said the phrase already."""
        return self._recorded(lang, phrase) or self._neural_part(lang, phrase).exists()

    def call(self, lang: str, number: str, counter: Counter) -> bytes:
        """The whole call as a WAV: as recorded, by the neural voice where it has said both phrases, else by eSpeak NG.
        Raises OSError when no voice can be had."""
        with suppress(OSError), open_inside(self._own, lang, f"{number}-{counter.id}.wav") as own:
            return own.read()
        return self.spoken(lang, phrases(lang, number, counter))

    def read(self, lang: str, lines: Sequence[Phrase]) -> bytes:
        """The lines of a screen as a WAV. A call never waits for them: they have a process of their own. Raises
        OSError when no voice can be had."""
        return self.spoken(lang, lines, BETWEEN_LINES_S)

    def spoken(self, lang: str, said: Sequence[Phrase], gap_s: float = BETWEEN_PHRASES_S) -> bytes:
        """The phrases as a WAV, by the best voice that has them. Raises OSError when no voice can be had."""
        neural = self.is_neural and all(self.is_ready(lang, phrase) for phrase in said)
        return sound.written(sound.joined([self._phrase(lang, one, neural) for one in said], gap_s))

    def prepare(self, lang: str, phrase: Phrase, speaker: str = "") -> None:
        """Have the neural voice say it; by another speaker than the branch's where one is named. Raises OSError."""
        voice = speaker or self._speaker(lang)
        job = {"lang": lang, "text": phrase.text, "voice": voice, "speed": self._rules.speed}
        self._make(self._neural, job, self._neural_part(lang, phrase, voice))

    # -- one voice alone, to be heard before it goes live ------------------------------------------------------
    def by_espeak(self, lang: str, said: Sequence[Phrase]) -> bytes:
        """Raises OSError."""
        return _written(self._espeak_part(lang, phrase) for phrase in said)

    def by_neural(self, lang: str, said: Sequence[Phrase], speaker: str) -> bytes:
        """Blocks some seconds a phrase, and half a minute at first. Raises OSError."""
        voice = speaker or self._speaker(lang)
        for phrase in said:
            self.prepare(lang, phrase, voice)
        return _written(self._neural_part(lang, phrase, voice) for phrase in said)

    def by_recordings(self, lang: str, said: Sequence[Phrase]) -> bytes:
        """Raises OSError where a word is missing or no sound."""
        try:
            spoken = [sound.joined(self._words(lang, one.words), BETWEEN_WORDS_S) for one in said]
        except sound.NoSound as error:
            raise OSError(str(error)) from error
        return sound.written(sound.joined(spoken, BETWEEN_PHRASES_S))

    def rest(self) -> None:
        """Give back the neural voice's memory until it is needed again."""
        self._neural.end()

    def close(self) -> None:
        for process in (self._quick, self._reading, self._neural):
            process.end()

    def _phrase(self, lang: str, phrase: Phrase, neural: bool) -> sound.Samples[int]:
        with suppress(OSError, sound.NoSound):
            if self._recorded(lang, phrase):
                return sound.joined(self._words(lang, phrase.words), BETWEEN_WORDS_S)
        part = self._neural_part(lang, phrase) if neural else self._espeak_part(lang, phrase)
        return _samples(part)

    def _espeak_part(self, lang: str, phrase: Phrase) -> Path:
        part = self._made / phrase.shelf / lang / f"espeak-{_digest(phrase.text)}.wav"
        process = self._reading if phrase.shelf else self._quick
        self._make(process, {"lang": lang, "text": phrase.text}, part)
        return part

    def _speaker(self, lang: str) -> str:
        return self._rules.zh if lang == "zh" else self._rules.en

    def _neural_part(self, lang: str, phrase: Phrase, speaker: str = "") -> Path:
        voice = speaker or self._speaker(lang)
        name = f"{voice}-{self._rules.speed:g}-{_digest(phrase.text)}.wav"
        return self._made / phrase.shelf / lang / name

    # -- recordings ---------------------------------------------------------------------------------------
    def _recorded(self, lang: str, phrase: Phrase) -> bool:
        words = [self._own / lang / f"{word}.wav" for word in phrase.words]
        return bool(words) and all(word.is_file() for word in words)

    def _words(self, lang: str, words: Iterable[str]) -> list[sound.Samples[int]]:
        return [_samples(self._word(lang, f"{word}.wav")) for word in words]

    def _word(self, lang: str, name: str) -> Path:
        """The recording trimmed and levelled; made anew when another takes its place."""
        at_ns = (self._own / lang / name).stat().st_mtime_ns
        part = self._made / lang / f"own-{_digest(f'{name} {at_ns}')}.wav"
        self._make(self._quick, {"folder": str(self._own), "recording": [lang, name]}, part)
        return part

    def _make(self, process: Process, job: dict[str, Any], part: Path) -> None:
        if part.exists():
            return
        part.parent.mkdir(parents=True, exist_ok=True)
        kept = KEPT if part.parent.parent == self._made else KEPT_ON_SHELVES
        for old in sorted(part.parent.glob("*.wav"), key=lambda p: p.stat().st_mtime)[:-kept]:
            old.unlink(missing_ok=True)
        process.do({**job, "path": str(part)})


def missing(data: Path, words: Iterable[str]) -> list[str]:
    """The words, as `zh/please`, that the bank has not recorded."""
    return [word for word in words if not (data / OWN / f"{word}.wav").is_file()]


def _written(parts: Iterable[Path]) -> bytes:
    return sound.written(sound.joined([_samples(part) for part in parts], BETWEEN_PHRASES_S))


def _samples(part: Path) -> sound.Samples[int]:
    with part.open("rb") as file:
        return sound.read(file)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
