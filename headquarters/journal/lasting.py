"""How a process that runs for months connects to PostgreSQL, and what a command says of a fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

LINE: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c lock_timeout=30s",
}
"""A line that was cut without a word is given up within half a minute, here and by the server; the kernel's own limits
are hours. A table that somebody else has locked is waited for in tries of half a minute, each of which is told."""


@contextmanager
def faults_told() -> Iterator[None]:
    """Raises ConnectionError where the database is away or has no tables."""
    try:
        yield
    except psycopg.Error as error:
        raise ConnectionError(in_a_line(error)) from error


def in_a_line(error: psycopg.Error) -> str:
    """PostgreSQL's own words, but where tables are missing: what to do."""
    if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        return "its tables are missing or of an earlier release: start lobby hq ingest once, which makes them"
    return " ".join(str(error).split())
