"""What a request asks of PostgreSQL: in a thread, with a connection of its own. What takes longer than a request waits
is read in another thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from flask import current_app

from headquarters.archive.archived import ArchiveFault
from headquarters.config import Headquarters
from lobby.errors import NeedsRepair, Unavailable
from web.ahead import ASKED_MAX
from web.loop import PLANS, Pool

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
LINE: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "application_name": "lobby hq serve",
    "options": "-c statement_timeout=60s -c lock_timeout=5s",
}
"""A table that somebody has locked, as for its migration, is not waited for: few threads are for all requests."""
READING: dict[str, Any] = {
    **LINE,
    "application_name": "lobby hq serve: report",
    "options": f"{LINE['options']} -c default_transaction_read_only=on",
}
BEHIND: dict[str, Any] = {
    **READING,
    "options": f"{READING['options']} -c lock_timeout=30s",
}
"""Nobody's request waits meanwhile: a lock that passes is waited for."""
BACKGROUND = Pool("background", threads=1, queue=ASKED_MAX)
"""One connection, however much is asked: reports keep their threads."""


def asked(
    make: Callable[Concatenate[psycopg.Connection, Headquarters, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """What `make` makes of the database. Raises Unavailable where that does not answer, and NeedsRepair where old
    months of the journal are away."""
    return read(current_app.extensions["headquarters"], make, *args, **kwargs)


def read(
    headquarters: Headquarters,
    make: Callable[Concatenate[psycopg.Connection, Headquarters, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """As `asked`, where nobody's request is."""
    return _done(PLANS, headquarters, READING, make, *args, **kwargs)


def read_in_background(
    headquarters: Headquarters,
    make: Callable[Concatenate[psycopg.Connection, Headquarters, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """As `read`, for work that goes on for longer than a request waits: other such work comes between two calls."""
    return _done(BACKGROUND, headquarters, BEHIND, make, *args, **kwargs)


def changed(
    change: Callable[Concatenate[psycopg.Connection, Headquarters, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """As `asked`, where something is written."""
    return _done(PLANS, current_app.extensions["headquarters"], LINE, change, *args, **kwargs)


def _done(
    pool: Pool,
    headquarters: Headquarters,
    line: dict[str, Any],
    make: Callable[Concatenate[psycopg.Connection, Headquarters, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    def run() -> T:
        with psycopg.connect(headquarters.engines.database, **line) as db:
            return make(db, headquarters, *args, **kwargs)

    try:
        return pool.run(run)
    except ArchiveFault as error:
        log.warning("%s", error)
        raise NeedsRepair("old_months_away") from error
    except psycopg.OperationalError as error:
        log.warning("the database does not answer: %s", " ".join(str(error).split()))
        raise Unavailable(_code_of(error)) from error


def _code_of(error: psycopg.OperationalError) -> str:
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return "headquarters_locked"
    if isinstance(error, psycopg.errors.QueryCanceled):
        return "headquarters_slow"
    return "headquarters_database"
