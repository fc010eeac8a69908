"""Sound as samples: read from a WAV, trimmed, levelled, joined. All of Lobby's clips are RATE, 16-bit, mono."""

from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from collections.abc import Iterable, Sequence
from typing import BinaryIO, NamedTuple

RATE = 24000
"""Samples a second: that of the neural voice; others are brought to it."""
WIDTHS = {1, 2, 3, 4}
RATES = range(4000, 192001)
"""What microphones and programs make. By another rate in its head a small file would fill the memory."""
FILE_MAX = 4 * 2**20
"""Bytes that are read of a recording: twenty seconds of the widest form."""
FRAME = RATE // 100
"""10 ms: what is loud or silent is told by frames."""
SILENT = 0.02
"""A frame whose level is less than this share of the loudest one's is silent: 34 dB below."""
LEAD_S = 0.03
TAIL_S = 0.06
"""What stays before and after: a consonant begins, and a vowel ends, below the limit."""
PAUSE_S = 0.12
"""The longest pause that stays inside."""
LEVEL = 0.11
"""What the loud frames are brought to on average, of full scale: -19 dB, where speech does not clip."""
PEAK = 0.9
FULL = 32767
LIMIT = 32700
"""A sample as high as this was cut off by the microphone or its amplifier."""

Samples = array  # of "h"


class NoSound(ValueError):
    """The bytes are no WAV that can be read, or nothing is to be heard in it."""


def read(file: BinaryIO) -> Samples[int]:
    """The WAV's samples: one channel, at RATE. Raises NoSound."""
    return resampled(*raw(file))


def raw(file: BinaryIO) -> tuple[Samples[int], int]:
    """The WAV's samples, one channel, and how many it has a second. Raises NoSound."""
    content = file.read(FILE_MAX + 1)
    if len(content) > FILE_MAX:
        raise NoSound(f"larger than {FILE_MAX} bytes")
    try:
        with wave.open(io.BytesIO(content)) as sound:
            channels, width = sound.getnchannels(), sound.getsampwidth()
            rate, data = sound.getframerate(), sound.readframes(sound.getnframes())
    except (wave.Error, EOFError) as error:
        raise NoSound(str(error)) from error
    if width not in WIDTHS or rate not in RATES or not channels:
        raise NoSound("an unknown form of WAV")
    return _one_channel(_in_16_bit(data, width), channels), rate


def written(samples: Samples[int]) -> bytes:
    """As a WAV."""
    kept = array("h", samples)
    if sys.byteorder == "big":
        kept.byteswap()
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(kept.tobytes())
    return out.getvalue()


class Measure(NamedTuple):
    """How long a sound is, how loud where it is loud (dB of full scale; None for silence), and what share of its
    samples stands at the limit of what can be recorded."""

    seconds: float
    level_db: float | None
    clipped: float


def measured(samples: Samples[int], rate: int) -> Measure:
    frame = max(1, rate // 100)
    levels = [_level(samples[at : at + frame]) for at in range(0, len(samples), frame)]
    loudest = max(levels, default=0.0)
    if loudest < FULL * SILENT:
        return Measure(len(samples) / rate, None, 0.0)
    level = _level([level for level in levels if level > loudest * SILENT])
    at_limit = sum(1 for sample in samples if not -LIMIT < sample < LIMIT)
    return Measure(len(samples) / rate, 20 * math.log10(level / FULL), at_limit / len(samples))


def seconds(samples: Sequence[int]) -> float:
    return len(samples) / RATE


def _in_16_bit(data: bytes, width: int) -> Samples[int]:
    """The two highest bytes of each sample; a WAV's single bytes have no sign."""
    if width == 1:
        return array("h", ((byte - 128) << 8 for byte in data))
    whole = len(data) // width * width
    high = bytearray(whole // width * 2)
    high[0::2] = data[width - 2 : whole : width]
    high[1::2] = data[width - 1 : whole : width]
    samples = array("h", bytes(high))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _one_channel(samples: Samples[int], channels: int) -> Samples[int]:
    if channels == 1:
        return samples
    sides = [samples[side::channels] for side in range(channels)]
    return array("h", (sum(together) // channels for together in zip(*sides, strict=False)))


def resampled(samples: Samples[int], rate: int) -> Samples[int]:
    """At RATE, by straight lines between the samples: good enough for speech."""
    if rate == RATE or len(samples) < 2:
        return samples
    step = rate / RATE
    last = len(samples) - 2
    found = array("h")
    for n in range(int(len(samples) / step)):
        place = n * step
        at = min(int(place), last)
        part = min(place - at, 1.0)
        found.append(round(samples[at] + (samples[at + 1] - samples[at]) * part))
    return found


def made_even(samples: Samples[int]) -> Samples[int]:
    """Trimmed, its pauses shortened, and as loud as every other clip. Raises NoSound when it is silent."""
    levels = [_level(samples[at : at + FRAME]) for at in range(0, len(samples), FRAME)]
    loudest = max(levels, default=0.0)
    if loudest < FULL * SILENT:
        raise NoSound("nothing is to be heard")
    loud = [level > loudest * SILENT for level in levels]
    kept = array("h")
    for frame in _kept_frames(loud):
        kept.extend(samples[frame * FRAME : (frame + 1) * FRAME])
    heard = [level for level, is_loud in zip(levels, loud, strict=True) if is_loud]
    return _scaled(kept, _level(heard))


def _kept_frames(loud: Sequence[bool]) -> Iterable[int]:
    """The frames between the first loud one and the last, a little around them, and no long pause inside."""
    places = [n for n, is_loud in enumerate(loud) if is_loud]
    first = max(0, places[0] - round(LEAD_S * RATE / FRAME))
    last = min(len(loud) - 1, places[-1] + round(TAIL_S * RATE / FRAME))
    longest = round(PAUSE_S * RATE / FRAME)
    silent = 0
    for n in range(first, last + 1):
        silent = 0 if loud[n] else silent + 1
        if silent <= longest:
            yield n


def _level(values: Sequence[float]) -> float:
    """Root of the mean square."""
    return math.sqrt(sum(value * value for value in values) / len(values)) if values else 0.0


def _scaled(samples: Samples[int], level: float) -> Samples[int]:
    peak = max(abs(sample) for sample in samples)
    factor = min(LEVEL * FULL / level, PEAK * FULL / peak)
    return array("h", (round(sample * factor) for sample in samples))


def joined(parts: Iterable[Samples[int]], gap_s: float) -> Samples[int]:
    """One after the other with so long a pause between."""
    gap = array("h", bytes(2 * round(gap_s * RATE)))
    found = array("h")
    for part in parts:
        if found:
            found.extend(gap)
        found.extend(part)
    return found
