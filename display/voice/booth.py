"""Where the branch's voice is heard before it goes live, and its own recordings are kept."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from display.voice import kokoro, sound
from display.voice.clips import OWN
from display.voice.speaker import Speaker
from display.voice.wording import Phrase, phrases, recordings
from lobby.branch.inside import open_inside
from lobby.branch.model import Branch
from lobby.errors import Conflict, Invalid, NotFound

Engine = Literal["recordings", "neural", "espeak"]
LONGEST_S = 6.0
"""Of a recording of one word, with the silence around it."""
CLIPPED_MAX = 0.002
"""Speech that stands at the limit longer than this is heard as distorted."""


class Word(NamedTuple):
    """A word of the calls: its name, what it says, and the recording of it, if there is one."""

    lang: str
    name: str
    says: str
    there: bool
    seconds: float = 0.0
    level_db: float | None = None


class Booth:
    """One branch's. What it does with files blocks: call it in a thread. `hear` waits in the loop."""

    def __init__(self, branch: Branch, data: Path, speaker: Speaker) -> None:
        self._branch = branch
        self._own = data / OWN
        self._speaker = speaker
        self._measured: dict[Path, tuple[tuple[int, int], sound.Measure | None]] = {}

    # -- hearing -------------------------------------------------------------------------------------------
    def installed(self) -> bool:
        """Whether the neural voice is."""
        return kokoro.is_there()

    def speakers(self) -> list[str]:
        """The neural voice's, by name."""
        return kokoro.voices()

    def hear(self, engine: Engine, lang: str, number: str, counter: str, speaker: str) -> bytes:
        """The call by this voice alone, as a WAV."""
        if counter not in self._branch.offered.counter:
            raise NotFound("unknown_counter", id=counter)
        said = phrases(lang, number, self._branch.counter[counter])
        if engine == "recordings":
            self._all_recorded(lang, said)
        if engine == "neural" and speaker not in ("", *self.speakers()):
            raise Invalid("unknown_speaker", "speaker", id=speaker)
        try:
            return self._by(engine, lang, said, speaker)
        except (OSError, ImportError) as silent:
            raise Conflict("voice_silent", why=str(silent)) from silent

    def _by(self, engine: Engine, lang: str, said: Sequence[Phrase], speaker: str) -> bytes:
        if engine == "recordings":
            return self._speaker.by_recordings(lang, said)
        if engine == "espeak":
            return self._speaker.by_espeak(lang, said)
        if not self.installed():
            raise Conflict("voice_not_installed")
        return self._speaker.by_neural(lang, said, speaker)

    def _all_recorded(self, lang: str, said: Sequence[Phrase]) -> None:
        wanted = dict.fromkeys(word for phrase in said for word in phrase.words)
        says = recordings(self._branch)
        lacking = [
            says.get(f"{lang}/{word}", word)
            for word in wanted
            if not self._file(lang, word).is_file()
        ]
        if lacking:
            raise Conflict("words_missing", words=" ".join(lacking))

    # -- recordings ----------------------------------------------------------------------------------------
    def words(self) -> list[Word]:
        """Every word of the branch's calls, those without a recording too."""
        return [self._word(name, says) for name, says in recordings(self._branch).items()]

    def keep(self, lang: str, word: str, content: bytes) -> None:
        """The WAV becomes the word's recording. Raises Invalid for what no voice can be made of."""
        self._known(lang, word)
        try:
            measure = sound.measured(*sound.raw(io.BytesIO(content)))
        except sound.NoSound as error:
            raise Invalid("clip_unreadable", "body") from error
        if measure.level_db is None:
            raise Invalid("clip_silent", "body")
        if measure.seconds > LONGEST_S:
            raise Invalid("clip_long", "body", seconds=round(LONGEST_S))
        if measure.clipped > CLIPPED_MAX:
            raise Invalid("clip_distorted", "body")
        self._write(self._file(lang, word), content)

    def _write(self, file: Path, content: bytes) -> None:
        """All of it or nothing: a board may ask for the word meanwhile."""
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        with new.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if file.is_file():
            self._keep_beside(file)
        new.replace(file)

    def _keep_beside(self, file: Path) -> None:
        """What is deleted or replaced stays beside as `WORD.old` until the next one: nothing is lost at once."""
        old = file.with_suffix(".old")
        old.unlink(missing_ok=True)
        old.hardlink_to(file)

    def delete(self, lang: str, word: str) -> None:
        self._known(lang, word)
        file = self._file(lang, word)
        if not file.is_file():
            raise NotFound("no_recording")
        self._keep_beside(file)
        file.unlink()

    def recording(self, lang: str, word: str) -> bytes:
        """As the calls have it, trimmed and as loud as the others: a WAV."""
        self._known(lang, word)
        try:
            with open_inside(self._own, lang, f"{word}.wav") as file:
                return sound.written(sound.made_even(sound.read(file)))
        except (OSError, sound.NoSound) as gone:
            raise NotFound("no_recording") from gone

    def _known(self, lang: str, word: str) -> None:
        """The name of a file comes from the branch's own list, never from who asks."""
        if f"{lang}/{word}" not in recordings(self._branch):
            raise NotFound("unknown_word", id=word)

    def _file(self, lang: str, word: str) -> Path:
        return self._own / lang / f"{word}.wav"

    def _word(self, name: str, says: str) -> Word:
        lang, _, word = name.partition("/")
        try:
            found: Any = self._file(lang, word).stat()
        except OSError:
            return Word(lang, word, says, there=False)
        measure = self._measure(lang, word, (found.st_mtime_ns, found.st_size))
        if measure is None:
            return Word(lang, word, says, there=True)
        return Word(lang, word, says, True, measure.seconds, measure.level_db)

    def _measure(self, lang: str, word: str, mark: tuple[int, int]) -> sound.Measure | None:
        """Measured once for each version of the file; None for what is no sound."""
        file = self._file(lang, word)
        known = self._measured.get(file)
        if known and known[0] == mark:
            return known[1]
        try:
            with open_inside(self._own, lang, f"{word}.wav") as opened:
                measure: sound.Measure | None = sound.measured(*sound.raw(opened))
        except (OSError, sound.NoSound):
            measure = None
        self._measured[file] = mark, measure
        return measure
