"""The service standards as the journal has them: the catalogue of a time, and the one that a digest names."""

from __future__ import annotations

import json
from contextlib import closing, suppress
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from lobby import events as ev
from lobby.branch.calendar import DAY
from lobby.branch.model import Branch
from lobby.journal.envelope import instant
from lobby.journal.history import reader
from lobby.standards.model import Catalogue
from lobby.standards.record import digest_of, from_json, to_json

FIRST = "SELECT seq, digest FROM catalogue ORDER BY seq LIMIT 1"
LAST_DIGEST = "SELECT digest FROM catalogue ORDER BY seq DESC LIMIT 1"
UNTIL = "SELECT seq, digest FROM catalogue WHERE at < ? ORDER BY seq DESC LIMIT 1"
NAMED = "SELECT seq, digest FROM catalogue WHERE digest = ? ORDER BY seq LIMIT 1"
DIGESTS = "SELECT DISTINCT digest FROM catalogue"
DATA = "SELECT data FROM event WHERE seq = ?"
KEPT = 8
"""So many catalogues of earlier times are kept in a process."""


def recatalogued(db: Database, catalogue: Catalogue) -> ev.CatalogueChanged | None:
    """The event that tells of this catalogue; None where it is the last one that the journal has."""
    digest = digest_of(catalogue)
    last = db.execute(LAST_DIGEST).fetchone()
    if last and last[0] == digest:
        return None
    return ev.CatalogueChanged(catalogue.version, digest, to_json(catalogue))


def catalogue_until(db: Database, branch: Branch, last: date, catalogue: Catalogue) -> Catalogue:
    """The catalogue that held at the end of the day `last`. Of the time before the first one in the journal, that one
    is the best known; `catalogue` where there is none that can be read."""
    midnight = datetime.combine(last + DAY, datetime.min.time(), branch.zone)
    return (
        _read(db, catalogue, UNTIL, instant(midnight)) or _read(db, catalogue, FIRST) or catalogue
    )


def catalogue_named(db: Database, digest: str, catalogue: Catalogue) -> Catalogue:
    """The catalogue that the digest names. An inspection of older journals names none: then as `catalogue_until`, of
    the time before the first one."""
    return _read(db, catalogue, NAMED, digest) or _read(db, catalogue, FIRST) or catalogue


def known_digests(database: Path) -> set[str]:
    """The digests of all catalogues that the branch had. Reads the disk."""
    with closing(reader(database)) as db:
        return {digest for (digest,) in db.execute(DIGESTS)}


@lru_cache(KEPT)
def kept_catalogue(database: Path, digest: str, catalogue: Catalogue) -> Catalogue:
    """As `catalogue_named`. Reads the disk once: what a digest names never changes."""
    with closing(reader(database)) as db:
        return catalogue_named(db, digest, catalogue)


def _read(db: Database, catalogue: Catalogue, query: str, *params: str) -> Catalogue | None:
    """The catalogue that the query finds, which may be this `catalogue`; None where none can be read."""
    row = db.execute(query, params).fetchone()
    if row is None:
        return None
    seq, digest = row
    if digest == digest_of(catalogue):
        return catalogue
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        data: dict[str, Any] = json.loads(db.execute(DATA, [seq]).fetchone()[0])
        return from_json(data["version"], data["standards"])
    return None
