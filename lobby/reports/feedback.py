"""Measures of feedback cards: what customers say of the visit, and how many say anything."""

from __future__ import annotations

from lobby.reports.measure import (
    Better,
    Measure,
    Row,
    Unit,
    count,
    mean,
    promoters,
    share,
)
from lobby.reports.tickets import TICKETS, WIDE
from lobby.state.ticket import State
from lobby.texts import Text

SERVED_VISIT = "served"
"""What a card is about whose customer was served (`lobby.state.ticket.outcome`)."""
LOW = 2
"""The two lowest of five faces: the customer was not content."""


def _score(row: Row) -> int | None:
    if row["visit"] == SERVED_VISIT:
        return int(row["score"])
    return None


def _low(row: Row) -> bool | None:
    if row["visit"] == SERVED_VISIT:
        return bool(row["score"] <= LOW)
    return None


def _apart(row: Row) -> bool | None:
    return row["visit"] not in (None, SERVED_VISIT) or None


def _answered(row: Row) -> bool | None:
    """A card about a service that has not ended yet counts with its end: of those who were served nobody gave two."""
    if row["state"] == State.SERVED:
        return bool(row["visit"] == SERVED_VISIT)
    return None


CARDS = Text("Feedback cards of tickets issued in the period whose service had begun")

MEASURES = (
    Measure(
        id="feedback_cards",
        name=Text("Feedback cards"),
        unit=Unit.COUNT,
        population=CARDS,
        formula=Text("number of cards"),
        source=TICKETS,
        value=_score,
        statistic=count,
        by=WIDE,
    ),
    Measure(
        id="feedback_mean",
        name=Text("Mean score"),
        unit=Unit.SCORE,
        population=CARDS,
        formula=Text("mean of the scores 1 to 5"),
        source=TICKETS,
        value=_score,
        statistic=mean,
        by=WIDE,
        better=Better.MORE,
        of_cards=True,
    ),
    Measure(
        id="feedback_low_share",
        name=Text("Share of low scores"),
        unit=Unit.SHARE,
        population=CARDS,
        formula=Text("share of the scores 1 and 2"),
        source=TICKETS,
        value=_low,
        statistic=share,
        by=WIDE,
        better=Better.LESS,
        of_cards=True,
    ),
    Measure(
        id="feedback_net",
        name=Text("Net promoters"),
        unit=Unit.NET,
        population=CARDS,
        formula=Text("share of the score 5 less the share of the scores 1 to 3"),
        source=TICKETS,
        value=_score,
        statistic=promoters,
        by=("tier", "service"),
        better=Better.MORE,
        of_cards=True,
    ),
    Measure(
        id="feedback_response_share",
        name=Text("Response rate"),
        unit=Unit.SHARE,
        population=Text("Customers served whose ticket was issued in the period"),
        formula=Text("share of them who gave a feedback card"),
        source=TICKETS,
        value=_answered,
        statistic=share,
        by=WIDE,
        better=Better.MORE,
        of_cards=True,
    ),
    Measure(
        id="feedback_apart",
        name=Text("Cards of visits without service"),
        unit=Unit.COUNT,
        population=Text(
            "Feedback cards of tickets issued in the period that ended before service began"
        ),
        formula=Text("number of cards"),
        source=TICKETS,
        value=_apart,
        statistic=count,
        by=("tier", "service"),
    ),
)
