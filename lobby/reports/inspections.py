"""Measures of the written standards: how often they are looked at, how well those who look agree, what is kept."""

from __future__ import annotations

from lobby.events.inspection import Verdict
from lobby.reports.measure import (
    Better,
    Measure,
    Period,
    Row,
    Source,
    Unit,
    count,
    share,
)
from lobby.texts import Text

ITEMS = "SELECT * FROM inspection_item WHERE day BETWEEN :first AND :last ORDER BY day, id"


def _read(period: Period) -> list[Row]:
    return [{**row, "at": row["marked_at"]} for row in period.query(ITEMS)]


def _kept(row: Row) -> bool | None:
    """None of what is open, and of what the branch does not have."""
    if row["verdict"] in (Verdict.KEPT, Verdict.BROKEN):
        return bool(row["verdict"] == Verdict.KEPT)
    return None


def _same(row: Row) -> bool | None:
    """None where not both looked."""
    if row["self_first"] and row["peer_first"]:
        return bool(row["self_first"] == row["peer_first"])
    return None


INSPECTED = Source("inspected_item", _read)
SAMPLED = Text("Standards in the samples of the period")
LOOKED = Text("Standards in the samples of the period that somebody looked at")

MEASURES = (
    Measure(
        id="standards_checked",
        name=Text("Standards looked at"),
        unit=Unit.COUNT,
        population=LOOKED,
        formula=Text("number of standards looked at"),
        source=INSPECTED,
        value=lambda row: row["marked_at"],
        statistic=count,
        by=("module",),
        better=Better.MORE,
    ),
    Measure(
        id="standards_coverage",
        name=Text("Samples looked at"),
        unit=Unit.SHARE,
        population=SAMPLED,
        formula=Text("standards looked at, of those in the samples"),
        source=INSPECTED,
        value=lambda row: row["marked_at"] is not None,
        statistic=share,
        by=("module",),
        better=Better.MORE,
    ),
    Measure(
        id="standards_kept",
        name=Text("Standards kept"),
        unit=Unit.SHARE,
        population=LOOKED,
        formula=Text("standards kept, of those kept or not kept"),
        source=INSPECTED,
        value=_kept,
        statistic=share,
        by=("module",),
        better=Better.MORE,
    ),
    Measure(
        id="standards_agreement",
        name=Text("Agreement of self-check and peer check"),
        unit=Unit.SHARE,
        population=Text("Standards that two persons looked at"),
        formula=Text("share of which both said the same at first"),
        source=INSPECTED,
        value=_same,
        statistic=share,
        by=(),
    ),
)
