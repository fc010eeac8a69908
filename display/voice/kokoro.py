"""The neural voice: Kokoro-82M on one thread, from the folder that `make voice` fills. It is loaded in the process
that makes clips alone: model, phonemes and voices take some 300 MB.
"""

from __future__ import annotations

import ctypes
import json
import re
import sys
from array import array
from functools import cache
from pathlib import Path
from typing import Any

from display.voice.sound import Samples

FOLDER = Path(sys.prefix) / "share" / "lobby-voice"
MODEL = "kokoro.onnx"
VOCABULARY = "vocab.json"
STYLE_SIZE = 256
FULL = 32767
SPEED = {"zh": 1.05, "en": 1.2}
"""Five calls at once are heard within 15 s then (benchmarks/voice.py); English has more syllables in a call."""
PARTS = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z]|[0-9]|[^\u4e00-\u9fffA-Za-z0-9]+")
HANZI = re.compile(r"[\u4e00-\u9fff]")
FULL_STOP = "\u3002"
TONES = (("˧˩˧", "↓"), ("˧˥", "↗"), ("˥˩", "↘"), ("˥", "→"))
"""A syllable's tone as the model was taught it."""
SYLLABIC = (("\u027b\u0329", "ɨ"), ("\u0279\u0329", "ɨ"), ("\u032f", ""))
ESPEAK_UTF8 = 1
ESPEAK_IPA = 0x02 | 0x80 | ord("^") << 8
"""eSpeak NG's phonemes as IPA, a tie between the parts of one sound."""
ENGLISH = (
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"), ("ə^l", "ᵊl"),
    ("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ɚ", "əɹ"), ("e", "A"), ("r", "ɹ"), ("x", "k"),
    ("ç", "k"), ("ɐ", "ə"), ("ɬ", "l"), ("ʲ", ""), ("\u0303", ""), ("ː", ""), ("o", "ɔ"), ("ɾ", "T"),
    ("ʔ", "t"), ("^", ""),
)  # fmt: skip
"""From eSpeak NG's American sounds to those that the model was taught (misaki, Apache-2.0)."""


def is_there() -> bool:
    return (FOLDER / MODEL).is_file()


def voices() -> list[str]:
    """Who can speak."""
    return sorted(file.stem for file in FOLDER.glob("*.bin"))


def speak(lang: str, text: str, voice: str, speed: float) -> Samples[int]:
    """The text as speech. Raises OSError and ImportError where the voice is not installed."""
    import numpy

    session, vocabulary = _model()
    tokens = [vocabulary[sound] for sound in phonemes(lang, text) if sound in vocabulary]
    styles = numpy.fromfile(FOLDER / f"{voice}.bin", numpy.float32).reshape(-1, STYLE_SIZE)
    asked = {
        "tokens": numpy.array([[0, *tokens, 0]], numpy.int64),
        "style": styles[min(len(tokens), len(styles) - 1)].reshape(1, STYLE_SIZE),
        "speed": numpy.array([speed * SPEED[lang]], numpy.float32),
    }
    sound = session.run(None, asked)[0].ravel()
    whole = (numpy.clip(sound, -1, 1) * FULL).astype(numpy.int16)
    return array("h", whole.tobytes())


@cache
def _model() -> tuple[Any, dict[str, int]]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(FOLDER / MODEL), options, providers=["CPUExecutionProvider"]
    )
    vocabulary: dict[str, int] = json.loads((FOLDER / VOCABULARY).read_text("utf-8"))["vocab"]
    return session, vocabulary


def phonemes(lang: str, text: str) -> str:
    """The sounds of a text, each one sign of the model's vocabulary."""
    return _chinese(text) if lang == "zh" else _english(text)


def _chinese(text: str) -> str:
    """Letters among the Chinese are said as in English: nobody in a lobby says them otherwise."""
    found = ""
    for part in PARTS.findall(text):
        if HANZI.match(part):
            found += _syllables(part)
        elif part.isascii() and part.isalnum():
            found += f" {_english(part)} "
        else:
            found += "." if FULL_STOP in part else ", "
    return found.strip(" ")


def _syllables(text: str) -> str:
    from misaki.transcription import pinyin_to_ipa
    from pypinyin import Style, lazy_pinyin

    read = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True)
    return "".join(_replaced("".join(pinyin_to_ipa(one)[0]), TONES + SYLLABIC) for one in read)


def _english(text: str) -> str:
    """Part by part: eSpeak NG gives the sounds of one part at a time, and forgets its comma."""
    parts = re.split(r" *([,.;:!?]) *", text)
    sounds = (part if n % 2 else _replaced(_ipa(part), ENGLISH) for n, part in enumerate(parts))
    return re.sub(r" ([,.;:!?])", r"\1", " ".join(sound for sound in sounds if sound))


@cache
def _espeak() -> Any:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0)
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    return library


def _ipa(text: str) -> str:
    library = _espeak()
    library.espeak_SetVoiceByName(b"en-us")
    rest = ctypes.c_char_p(text.encode())
    said = library.espeak_TextToPhonemes(ctypes.byref(rest), ESPEAK_UTF8, ESPEAK_IPA)
    return (said or b"").decode().strip()


def _replaced(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text
