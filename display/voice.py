"""The spoken call as a clip, for boards whose browser has no voice of the language.

The voice is eSpeak NG, from the wheel `espeakng-loader`; it speaks in a process of its own, so that
nothing it does can stop the branch. A folder `clips` in the branch's data, with `zh/A001-1.wav` and the
like, goes first: the bank's own recordings.
"""

from __future__ import annotations

import ctypes
import hashlib
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

SPEAK_S = 20
VOICES = {"zh": b"cmn", "en": b"en"}
KEPT = 2000
SYNCHRONOUS = 2
CHARACTERS = 1
UTF8 = 1
RATE = 1
WORDS_PER_MINUTE = 150
TAKE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Clips:
    """Clips made on demand and kept in `data/voice`, the oldest thrown away beyond KEPT."""

    def __init__(self, data: Path) -> None:
        self._made = data / "voice"
        self._own = data / "clips"

    def path(self, lang: str, name: str, text: str) -> Path:
        """The clip that says `text`. Blocks up to SPEAK_S; raises OSError when no voice can be had."""
        own = self._own / lang / f"{name}.wav"
        if own.exists():
            return own
        text_id = hashlib.sha256(text.encode()).hexdigest()[:12]
        made = self._made / lang / f"{name}-{text_id}.wav"
        if not made.exists():
            self._make(lang, text, made)
        return made

    def _make(self, lang: str, text: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in sorted(path.parent.glob("*.wav"), key=lambda p: p.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
        part = path.with_suffix(".part")
        command = [sys.executable, "-m", "display.voice", lang, text, str(part)]
        try:
            subprocess.run(command, check=True, timeout=SPEAK_S, capture_output=True)
        except subprocess.SubprocessError as error:
            raise OSError(f"no voice: {error}") from error
        part.replace(path)


def speak(lang: str, text: str, path: Path) -> None:
    """Write the text as speech, 16-bit mono."""
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0 or library.espeak_SetVoiceByName(VOICES[lang]) != 0:
        raise OSError(f"eSpeak NG has no voice for {lang}")
    samples = bytearray()

    def take(wav: Any, count: int, _events: object) -> int:
        if wav and count > 0:
            samples.extend(ctypes.string_at(wav, count * 2))
        return 0

    callback = TAKE(take)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetParameter(RATE, WORDS_PER_MINUTE, 0)
    said = text.encode()
    library.espeak_Synth(said, len(said) + 1, 0, CHARACTERS, 0, UTF8, None, None)
    library.espeak_Synchronize()
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(samples))


if __name__ == "__main__":
    speak(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
