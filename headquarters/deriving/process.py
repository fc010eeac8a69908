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
AGAIN_S = 5.0


class Stop(Protocol):
    """As threading.Event and multiprocessing.Event are."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float | None = None, /) -> bool: ...


def run(config: Headquarters, until: Stop) -> None:
    """Derive until it is told to stop: it does within a round."""
    while not until.is_set():
        try:
            _derive(config, until)
        except psycopg.OperationalError as error:
            log.warning("PostgreSQL: %s; again in %d s", str(error).strip(), AGAIN_S)
            until.wait(AGAIN_S)


def _derive(config: Headquarters, until: Stop) -> None:
    deriver = Deriver(config)
    try:
        while not until.is_set():
            if not deriver.round(ROUND_S):
                until.wait(IDLE_S)
    finally:
        deriver.close()
