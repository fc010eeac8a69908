"""Derives, in a process of its own beside `lobby hq ingest`: FILE PART PARTS."""

from __future__ import annotations

import faulthandler
import os
import sys
from pathlib import Path

from headquarters.config import read_headquarters
from headquarters.deriving.process import ParentEnds, Telling, run
from web import logs

NICE = 5
"""Taking in goes before: what is derived later is not lost."""

if __name__ == "__main__":
    file, part, parts = sys.argv[1:]
    logs.start("text")
    # who started this process ends one that hangs with SIGABRT: the log says then where each thread stood
    faulthandler.enable()
    os.nice(NICE)
    run(read_headquarters(Path(file)), ParentEnds(), int(part), int(parts), Telling())
