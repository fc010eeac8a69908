"""The process that makes clips, so that nothing that a voice does can stop the branch. It reads one job a line and
answers each with one line: nothing, or what went wrong. It ends with its input. Everything else on the machine goes
before a patient one.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from display.voice import espeak, kokoro, sound
from display.voice.process import PATIENT
from lobby.branch.inside import open_inside

NICE = 10


def main() -> None:
    if PATIENT in sys.argv[1:]:
        os.nice(NICE)
    for line in sys.stdin:
        print(_done(json.loads(line)), flush=True)


def _done(job: dict[str, Any]) -> str:
    """Whatever a voice's library raises is an answer: the next job may be fine."""
    try:
        samples = sound.made_even(_raw(job))
    except Exception as error:
        return " ".join(f"{type(error).__name__}: {error}".split())
    path = Path(job["path"])
    part = path.with_suffix(".part")
    part.write_bytes(sound.written(samples))
    part.replace(path)
    return ""


def _raw(job: dict[str, Any]) -> sound.Samples[int]:
    if "recording" in job:
        with open_inside(Path(job["folder"]), *job["recording"]) as file:
            return sound.read(file)
    if "voice" in job:
        return kokoro.speak(job["lang"], job["text"], job["voice"], job["speed"])
    return espeak.speak(job["lang"], job["text"])


if __name__ == "__main__":
    main()
