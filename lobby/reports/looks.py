"""The log of looks at personal data 查阅记录, for the inspector and the head of the branch."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from lobby.reports.reading import reading

LISTED_MAX = 500
"""More rows than anybody reads on a page."""
LISTED = (
    "SELECT l.at, l.who, l.noun, l.id, l.what, coalesce(t.number, c.number, ''), coalesce(c.confidential, 0)"
    " FROM look l LEFT JOIN ticket t ON t.id = l.id AND l.noun = 'ticket'"
    " LEFT JOIN complaint c ON c.id = l.id AND l.noun = 'case'"
    " WHERE l.day BETWEEN :first AND :last AND (:who = '' OR l.who = :who COLLATE NOCASE)"
    " ORDER BY l.seq DESC LIMIT :limit"
)


class Look(NamedTuple):
    """Who looked at what of which thing. `at` is UTC; `number` is what people call a ticket or a case by."""

    at: str
    who: str
    noun: str
    id: str
    what: str
    number: str
    confidential: int


def looks(database: Path, first: date, last: date, who: str = "") -> list[Look]:
    """Of those days, by anybody or by one person; the latest first, at most LISTED_MAX. Reads the disk."""
    wanted = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "who": who.strip(),
        "limit": LISTED_MAX,
    }
    with reading(database) as db:
        rows = db.execute(LISTED, wanted).fetchall()
    return [Look._make(row) for row in rows]
