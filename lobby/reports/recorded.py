"""Measures of dual recording 双录: what was recorded, what was let pass, and what is missing."""

from __future__ import annotations

from lobby.journal.tables.recording import SAID
from lobby.reports.measure import Better, Measure, Row, Source, Unit, count, only, share
from lobby.state.recording import RecordingKind
from lobby.texts import Text

QUERY = (
    "SELECT r.id, r.day, r.number, r.kind, r.service, r.counter, r.at, t.tier FROM recording r"
    " LEFT JOIN ticket t ON t.id = r.ticket WHERE r.day BETWEEN :first AND :last"
    f" AND r.kind <> '{RecordingKind.VOID}' ORDER BY r.service_id, r.id"
)
OWN = (SAID, RecordingKind.MISSING)
"""The kinds of a service's own row once it has ended, or something was said."""


def _missing(row: Row) -> bool | None:
    if row["kind"] in OWN:
        return bool(row["kind"] == RecordingKind.MISSING)
    return None


RECORDINGS = Source("recording", lambda period: period.query(QUERY))
BY = ("service", "counter")
ENTRIES = Text("Entries of services in the period that must be recorded in sound and picture")
MEASURES = (
    Measure(
        id="recordings",
        name=Text("Recorded sales"),
        unit=Unit.COUNT,
        population=ENTRIES,
        formula=Text("number of sales with the reference of their recording"),
        source=RECORDINGS,
        value=only("kind", RecordingKind.MADE),
        statistic=count,
        by=BY,
    ),
    Measure(
        id="recordings_refused",
        name=Text("Recordings without a sale"),
        unit=Unit.COUNT,
        population=ENTRIES,
        formula=Text("number of services in which nothing was sold"),
        source=RECORDINGS,
        value=only("kind", RecordingKind.REFUSED),
        statistic=count,
        by=BY,
    ),
    Measure(
        id="recording_overrides",
        name=Text("Recordings waived"),
        unit=Unit.COUNT,
        population=ENTRIES,
        formula=Text("number whose recording a lobby manager waived"),
        source=RECORDINGS,
        value=only("kind", RecordingKind.OVERRIDDEN),
        statistic=count,
        by=BY,
        better=Better.LESS,
    ),
    Measure(
        id="recording_missing_share",
        name=Text("Missing recordings"),
        unit=Unit.SHARE,
        population=Text(
            "Services in the period that must be recorded and have ended, or of which something was said"
        ),
        formula=Text("share of which nothing was said"),
        source=RECORDINGS,
        value=_missing,
        statistic=share,
        by=BY,
        better=Better.LESS,
    ),
)
