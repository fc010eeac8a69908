"""The voice that is always there: eSpeak NG, from the wheel `espeakng-loader`."""

from __future__ import annotations

import ctypes
from array import array
from functools import cache
from typing import Any

from display.voice.sound import Samples, resampled

VOICES = {"zh": b"cmn", "en": b"en"}
SYNCHRONOUS = 2
CHARACTERS = 1
UTF8 = 1
RATE = 1
WORDS_PER_MINUTE = {"zh": 195, "en": 205}
"""A call takes some 2.5 s then: five at once are heard within 15 s (benchmarks/voice.py)."""
TAKE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


@cache
def _library() -> tuple[Any, int]:
    """The library, and the samples a second that it speaks with."""
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0:
        raise OSError("eSpeak NG does not start")
    return library, rate


def speak(lang: str, text: str) -> Samples[int]:
    """The text as speech. Raises OSError."""
    library, rate = _library()
    if library.espeak_SetVoiceByName(VOICES[lang]) != 0:
        raise OSError(f"eSpeak NG has no voice for {lang}")
    samples = bytearray()

    def take(wav: Any, count: int, _events: object) -> int:
        if wav and count > 0:
            samples.extend(ctypes.string_at(wav, count * 2))
        return 0

    callback = TAKE(take)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetParameter(RATE, WORDS_PER_MINUTE[lang], 0)
    said = text.encode()
    library.espeak_Synth(said, len(said) + 1, 0, CHARACTERS, 0, UTF8, None, None)
    library.espeak_Synchronize()
    return resampled(array("h", bytes(samples)), rate)
