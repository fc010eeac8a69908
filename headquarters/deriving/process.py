"""The process that derives, beside those that take events in. PostgreSQL may go and come back: it waits."""

from __future__ import annotations

import asyncio
import logging
import select
import sys
from pathlib import Path
from typing import Protocol

import psycopg

from headquarters.config import Headquarters
from headquarters.deriving.deriver import Deriver
from integrations.faults import Lasting

log = logging.getLogger(__name__)

ROUND_S = 5.0
IDLE_S = 1.0
AGAIN_S = 2.0


class Stop(Protocol):
    """As threading.Event and multiprocessing.Event are."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float | None = None, /) -> bool: ...


class ParentEnds:
    """The process that started this one holds the other end of its standard input, and ends however it ends."""

    def is_set(self) -> bool:
        return self.wait(0)

    def wait(self, timeout: float | None = None, /) -> bool:
        return bool(select.select([sys.stdin], [], [], timeout)[0])


async def beside(file: Path, part: int, parts: int, occupied: asyncio.Event) -> None:
    """Keep a process that derives, from `occupied` on until it is cancelled. One that crashed is started again."""
    await occupied.wait()
    words = ["-m", "headquarters.deriving", str(file), str(part), str(parts)]
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *words, stdin=asyncio.subprocess.PIPE
        )
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        log.error("the process that derives ended with %d; it is started again", status)
        await asyncio.sleep(AGAIN_S)


def run(config: Headquarters, until: Stop, part: int = 1, parts: int = 1) -> None:
    """Derive until it is told to stop: it does within a round. Several processes share the branches, each with its
    part, counted from 1."""
    faults = Lasting(log, "PostgreSQL")
    while not until.is_set():
        try:
            _derive(config, until, part, parts, faults)
        except psycopg.Error as error:
            faults.tell(f"{' '.join(str(error).split())}; trying again")
            until.wait(AGAIN_S)


def _derive(config: Headquarters, until: Stop, part: int, parts: int, faults: Lasting) -> None:
    deriver = Deriver(config, part, parts)
    faults.over()
    try:
        while not until.is_set():
            if not deriver.round(ROUND_S):
                until.wait(IDLE_S)
    finally:
        deriver.close()
