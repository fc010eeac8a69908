"""Measures of the written standards: how often they are looked at, how well those who look agree, what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import itemgetter

from lobby.events.inspection import Verdict
from lobby.reports.measure import (
    Better,
    Measure,
    Period,
    Row,
    Source,
    Unit,
    count,
    only,
    share,
)
from lobby.reports.sections import Finding, Grade, says
from lobby.texts import Text

ITEMS = "SELECT * FROM inspection_item WHERE day BETWEEN :first AND :last ORDER BY day, id"

NUMBERS_SHOWN = 6
ELLIPSIS = "…"


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
        value=itemgetter("marked_at"),
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
    Measure(
        id="standards_left_out",
        name=Text("Standards left out at the end"),
        unit=Unit.COUNT,
        population=SAMPLED,
        formula=Text(
            "number of standards that nobody looked at, only one of two, or on which two still differed, when the"
            " inspection ended"
        ),
        source=INSPECTED,
        value=only("left_out", 1),
        statistic=count,
        by=("module",),
        better=Better.LESS,
    ),
)


@says
def _left(period: Period, now: datetime) -> Iterator[Finding]:
    """What the end of a meeting or a round left open, by its number."""
    rows = period.rows(INSPECTED)
    left = [row for row in rows if row["left_out"]]
    if not left:
        return
    differing = [row for row in left if row["differing"]]
    text = Text(
        "Standards of the samples that were left out at the end: {left} of {all} ({which})",
        left=len(left),
        all=len(rows),
        which=_numbers(left),
    )
    talk = Text(
        "self-check and peer check still differed on {n} of them ({which})",
        n=len(differing),
        which=_numbers(differing),
    )
    yield Finding(Grade.WARN, text, talk if differing else None, "standards_left_out")


def _numbers(rows: Sequence[Row]) -> str:
    """The standards of these rows; of many, the first ones."""
    numbers = list(dict.fromkeys(row["item"] for row in rows))
    more = [ELLIPSIS] if len(numbers) > NUMBERS_SHOWN else []
    return " ".join([*numbers[:NUMBERS_SHOWN], *more])
