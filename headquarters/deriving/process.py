"""The process that derives, beside those that take events in. PostgreSQL may go and come back: it waits."""

from __future__ import annotations

import logging
from typing import Protocol

import psycopg

from headquarters.config import Headquarters
from headquarters.deriving.deriver import Deriver

log = logging.getLogger(__name__)

ROUND_S = 5.0
IDLE_S = 1.0
AGAIN_S = 2.0


class Stop(Protocol):
    """As threading.Event and multiprocessing.Event are."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float | None = None, /) -> bool: ...


def run(config: Headquarters, until: Stop, part: int = 1, parts: int = 1) -> None:
    """Derive until it is told to stop: it does within a round. Several processes share the branches, each with its
    part, counted from 1."""
    while not until.is_set():
        try:
            _derive(config, until, part, parts)
        except psycopg.Error as error:
            log.warning("PostgreSQL: %s; again in %d s", str(error).strip(), AGAIN_S)
            until.wait(AGAIN_S)


def _derive(config: Headquarters, until: Stop, part: int, parts: int) -> None:
    deriver = Deriver(config, part, parts)
    try:
        while not until.is_set():
            if not deriver.round(ROUND_S):
                until.wait(IDLE_S)
    finally:
        deriver.close()
