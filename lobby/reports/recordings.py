"""The list of dual recordings 双录, for the inspector and for whoever looks a video up."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Annotated, TypedDict

from lobby.journal.history import reader

LISTED_MAX = 500
"""More rows than anybody reads on a page."""


class RecordingView(TypedDict):
    """One thing that was said of a service that must be recorded, or that nothing was said. Instants are UTC."""

    id: str
    kind: Annotated[str, "made, refused, overridden, pending, missing"]
    day: str
    ticket: str
    number: str
    service: str
    counter: str
    camera: str
    person: Annotated[str, "the staff number of who served or said it, else the account"]
    started_at: str
    ended_at: str | None
    at: str
    product: str
    reference: str
    reason: str
    by: Annotated[str, "the lobby manager who let the service end without a recording"]
    keep_until: str


FIELDS = tuple(RecordingView.__annotations__)
LISTED = (
    f"SELECT {', '.join(FIELDS)} FROM recording WHERE day BETWEEN :first AND :last"
    " AND kind NOT IN ('said', 'void') AND (:counter IS NULL OR counter = :counter)"
    " AND (NOT :missing OR kind = 'missing') AND (:reference IS NULL OR reference = :reference)"
    " ORDER BY started_at DESC, service_id DESC, at LIMIT :limit"
)


def recordings(
    database: Path,
    first: date,
    last: date,
    counter: str | None = None,
    missing: bool = False,
    reference: str | None = None,
) -> list[RecordingView]:
    """Of those days, the latest service first, at most LISTED_MAX; of one counter, of one reference, or the `missing`
    ones alone."""
    wanted = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "counter": counter,
        "missing": missing,
        "reference": reference,
        "limit": LISTED_MAX,
    }
    with closing(reader(database)) as db:
        rows = db.execute(LISTED, wanted).fetchall()
    return [RecordingView(**dict(zip(FIELDS, row, strict=True))) for row in rows]  # type: ignore[typeddict-item]
