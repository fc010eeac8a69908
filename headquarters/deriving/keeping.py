"""Keeps a process that derives beside the ingest: one that crashed, or hangs, is followed by another.

One hangs that says no word for long: a frozen process, a question that PostgreSQL never answers. Where PostgreSQL is
away it says that it tries again, and is no hang.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

AGAIN_S = 2.0
SILENT_S = 900.0
"""Between two words lies one statement, one piece of a replay (5,000 events, a second), or a wait for a connection or a
lock, which ends after 10 and 30 s. The longest statements take out and compare the rows of one branch in a rebuild:
measured 1 and 3 s for a million tickets, three years of a large one. Who ends one that only takes long has it begin
anew for ever, so the limit is far above that."""
LOOK_S = 15.0
STACKS_S = 5.0
"""So long a process that hangs has for writing where its threads stand."""


class Words:
    """The words of one process that derives."""

    def __init__(self) -> None:
        self._new = False

    async def hear(self, output: asyncio.StreamReader) -> None:
        while await output.read(100):
            self._new = True

    def any_new(self) -> bool:
        """Since it was asked last."""
        new, self._new = self._new, False
        return new


async def beside(file: Path, part: int, parts: int, occupied: asyncio.Event) -> None:
    """Keep a process that derives, from `occupied` on until it is cancelled. One that crashed or hangs is followed by
    another."""
    await occupied.wait()
    words = ["-m", "headquarters.deriving", str(file), str(part), str(parts)]
    while True:
        process = await create_subprocess_exec(sys.executable, *words, stdin=PIPE, stdout=PIPE)
        try:
            status = await _heard_to_its_end(process)
        finally:
            # A frozen one does not end when it is told to. What it has not committed is derived again.
            _kill(process)
            await process.wait()
        log.error("the process that derives ended with %d; it is started again", status)
        await asyncio.sleep(AGAIN_S)


async def _heard_to_its_end(process: Process) -> int:
    """Its exit status. One that is silent for long is ended."""
    assert process.stdout
    words = Words()
    hearing = asyncio.ensure_future(words.hear(process.stdout))
    ending = asyncio.ensure_future(process.wait())
    try:
        await _while_it_speaks(words, ending)
        if not ending.done():
            log.error("the process that derives hangs: no word of it for %d s", SILENT_S)
            await _end(process, ending)
        return await ending
    finally:
        hearing.cancel()
        ending.cancel()


async def _while_it_speaks(words: Words, ending: asyncio.Future[int]) -> None:
    """Counted in looks: where this process or the machine stood still, no word is missing."""
    silent = 0
    while silent < SILENT_S / LOOK_S and not ending.done():
        await asyncio.wait([ending], timeout=LOOK_S)
        silent = 0 if words.any_new() else silent + 1


async def _end(process: Process, ending: asyncio.Future[int]) -> None:
    """Where its threads stand is in the log then, unless it is frozen."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGABRT)
    await asyncio.wait([ending], timeout=STACKS_S)
    _kill(process)


def _kill(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
