"""The list of dual recordings 双录, for the inspector and for whoever looks a video up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypedDict, cast

from lobby.journal.envelope import as_json
from lobby.reports.reading import reading

LISTED_MAX = 500
"""More rows than anybody reads on a page."""


class CorrectionView(TypedDict):
    """One time that a reference was put right."""

    at: str
    was: str
    reference: str
    reason: Annotated[str, "mistyped, another_sale, renumbered"]
    by: str


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
    reference: Annotated[str, "the right one as far as is known"]
    reason: str
    by: Annotated[str, "the lobby manager who let the service end without a recording"]
    keep_until: str
    corrections: Annotated[list[CorrectionView], "the earliest first"]


FIELDS = tuple(name for name in RecordingView.__annotations__ if name != "corrections")
CORRECTION_FIELDS = tuple(CorrectionView.__annotations__)
# An id ends with a number of the journal: of one instant, the shorter id is the earlier.
LISTED = (
    f"SELECT {', '.join(FIELDS)} FROM recording WHERE day BETWEEN :first AND :last"
    " AND kind NOT IN ('said', 'void') AND (:counter IS NULL OR counter = :counter)"
    " AND (NOT :missing OR kind = 'missing') AND (:reference IS NULL OR reference = :reference"
    " OR id IN (SELECT sale FROM recording_correction WHERE reference = :reference))"
    " ORDER BY started_at DESC, service_id DESC, at, length(id), id LIMIT :limit"
)
CORRECTED = (
    f"SELECT sale, {', '.join(CORRECTION_FIELDS)} FROM recording_correction"
    " WHERE sale IN (SELECT value FROM json_each(?)) ORDER BY seq"
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
    with reading(database) as db:
        rows = [dict(zip(FIELDS, row, strict=True)) for row in db.execute(LISTED, wanted)]
        corrected = db.execute(CORRECTED, [as_json([row["id"] for row in rows])]).fetchall()
    corrections = _by_sale(corrected)
    return [_view(row, corrections.get(row["id"], [])) for row in rows]


def _by_sale(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[CorrectionView]]:
    by_sale: dict[str, list[CorrectionView]] = {}
    for sale, *values in rows:
        correction = dict(zip(CORRECTION_FIELDS, values, strict=True))
        by_sale.setdefault(sale, []).append(CorrectionView(**correction))  # type: ignore[typeddict-item]
    return by_sale


def _view(row: dict[str, Any], corrections: list[CorrectionView]) -> RecordingView:
    right = corrections[-1]["reference"] if corrections else row["reference"]
    view = {**row, "reference": right, "corrections": corrections}
    return cast(RecordingView, view)
