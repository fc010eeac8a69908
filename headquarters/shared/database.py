"""What a request asks of PostgreSQL: in a thread, with a connection of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from flask import current_app

from headquarters.archive.archived import ArchiveFault
from headquarters.config import Headquarters
from lobby.errors import NeedsRepair, Unavailable
from web.loop import PLANS

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
LINE: dict[str, Any] = {
    "connect_timeout": 3,
    "application_name": "lobby hq serve",
    "options": "-c statement_timeout=60000",
}
READING: dict[str, Any] = {
    **LINE,
    "application_name": "lobby hq serve: report",
    "options": f"{LINE['options']} -c default_transaction_read_only=on",
}


def asked(
    make: Callable[Concatenate[psycopg.Connection, Headquarters, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """What `make` makes of the database. Raises Unavailable where that does not answer, and NeedsRepair where old
    months of the journal are away."""
    try:
        return read(current_app.extensions["headquarters"], make, *args, **kwargs)
    except ArchiveFault as error:
        log.warning("%s", error)
        raise NeedsRepair("old_months_away") from error


def read(
    headquarters: Headquarters,
    make: Callable[Concatenate[psycopg.Connection, Headquarters, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """As `asked`, where nobody's request is."""
    return _done(headquarters, READING, make, *args, **kwargs)


def changed(
    change: Callable[Concatenate[psycopg.Connection, Headquarters, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """As `asked`, where something is written."""
    return _done(current_app.extensions["headquarters"], LINE, change, *args, **kwargs)


def _done(
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
        return PLANS.run(run)
    except psycopg.OperationalError as error:
        log.warning("the database does not answer: %s", " ".join(str(error).split()))
        raise Unavailable("headquarters_database") from error
