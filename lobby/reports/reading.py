"""The derived tables for a report. A damaged text in one of them is told as that, with the command that repairs it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from lobby.errors import NeedsRepair
from lobby.journal.history import Reader, reader

log = logging.getLogger(__name__)

DAMAGED = (
    "SELECT 1 FROM ticket WHERE datetime(issued_at) IS NULL"
    " OR CASE WHEN json_valid(services) THEN json_type(services) <> 'array' ELSE services IS NOT NULL END LIMIT 1",
    "SELECT 1 FROM moment WHERE datetime(at) IS NULL OR (kind IN ('ClockStepped', 'FeedbackGiven')"
    " AND (coalesce(detail, '') = '' OR detail GLOB '*[^-+.0-9e]*')) LIMIT 1",
)
"""A row that no program writes: an instant, the services of a ticket, or a number that is none."""
ZONES = "SELECT DISTINCT zone FROM day WHERE zone IS NOT NULL"


@contextmanager
def reading(database: Path) -> Iterator[Reader]:
    """The database for a report. Raises NeedsRepair where the report fails on a damaged row, OSError without a
    database."""
    with closing(reader(database)) as db:
        try:
            yield db
        except (ValueError, LookupError, TypeError) as error:
            if not _is_damaged(db):
                raise
            log.exception("a derived table has a damaged row: run lobby rebuild")
            raise NeedsRepair("tables_damaged") from error


def _is_damaged(db: Reader) -> bool:
    if any(list(db.query(query)) for query in DAMAGED):
        return True
    return not all(_is_zone(row["zone"]) for row in db.query(ZONES))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, LookupError, OSError):
        return False
    return True
