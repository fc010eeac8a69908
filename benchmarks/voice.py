"""How long calls take to be said: seconds of each language against the 4 s of a call, and five calls at once against
the 15 s within which all are heard. Measured on the WAVs that a board plays, with the board's chimes before them.

    python benchmarks/voice.py [--data DIR]

`--data` is a branch's folder, so that its own recordings are heard.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import wave
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from display.voice.clips import Clips  # noqa: E402
from display.voice.wording import SPOKEN, phrases  # noqa: E402
from lobby.branch.config import read_branch  # noqa: E402
from lobby.branch.model import Counter  # noqa: E402

CALL_S = 4.0
FIVE_S = 15.0
NUMBERS = ("A001", "B177", "C046", "D280", "H999")


def board_ms(name: str) -> int:
    """A duration that the board's script has."""
    script = (ROOT / "display/board/voice.js").read_text()
    found = re.search(rf"const {name} = (\d+);", script)
    assert found, name
    return int(found[1])


def seconds(wav: bytes) -> float:
    with wave.open(BytesIO(wav)) as sound:
        return sound.getnframes() / sound.getframerate()


def prepare(clips: Clips, lang: str, counters: Sequence[Counter]) -> None:
    for number, counter in zip(NUMBERS, counters, strict=False):
        for phrase in phrases(lang, number, counter):
            clips.prepare(lang, phrase)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--config", type=Path, default=ROOT / "config.toml")
    said = parser.parse_args()
    branch = read_branch(said.config)
    chime_s, ding_s = board_ms("CHIME_MS") / 1000, board_ms("DING_MS") / 1000
    failed = False
    with TemporaryDirectory() as folder:
        clips = Clips(said.data or Path(folder), branch.voice)
        print("the neural voice" if clips.is_neural else "eSpeak NG")
        for lang in SPOKEN:
            begun = time.perf_counter()
            if clips.is_neural:
                prepare(clips, lang, branch.counters)
            clip_s = [
                seconds(clips.call(lang, number, counter))
                for number, counter in zip(NUMBERS, branch.counters, strict=False)
            ]
            made_s = time.perf_counter() - begun
            longest = chime_s + max(clip_s)
            five = chime_s + 4 * ding_s + sum(clip_s)
            print(
                f"{lang}: clips {min(clip_s):.2f}-{max(clip_s):.2f} s;"
                f" longest call with its chime {longest:.2f} s (limit {CALL_S});"
                f" five at once {five:.2f} s (limit {FIVE_S}); made in {made_s:.1f} s"
            )
            failed |= longest > CALL_S or five > FIVE_S
        clips.close()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
