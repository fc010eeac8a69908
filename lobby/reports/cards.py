"""Measures of who was asked for the feedback card, by which way, and who answered; and of words of who still waited."""

from __future__ import annotations

from operator import itemgetter

from lobby.events import AskedBy
from lobby.journal.tables.feedback_step import OPINION
from lobby.reports.feedback import SERVED_VISIT
from lobby.reports.measure import Better, Measure, Period, Row, Source, Unit, count, every, share
from lobby.reports.tickets import TICKETS
from lobby.state.ticket import State
from lobby.texts import Text

STEPS = "SELECT ticket, step FROM feedback_step WHERE day BETWEEN :first AND :last"
OPINIONS = (
    "SELECT s.seq AS id, s.day, s.at, t.number, t.tier, t.service FROM feedback_step s"
    f" LEFT JOIN ticket t ON t.id = s.ticket WHERE s.step = '{OPINION}'"
    " AND s.day BETWEEN :first AND :last ORDER BY s.seq"
)


def _read(period: Period) -> list[Row]:
    """The tickets whose service had begun, with what asked for their card."""
    steps = {(row["ticket"], row["step"]) for row in period.query(STEPS)}
    begun = (row for row in period.rows(TICKETS) if _begun(row))
    return [{**row, **_asked_by(row, steps)} for row in begun]


def _asked_by(row: Row, steps: set[tuple[str, str]]) -> Row:
    by_page = (row["id"], AskedBy.PAGE) in steps
    by_tablet = (row["id"], AskedBy.TABLET) in steps
    asked = bool(row["printed"] or by_page or by_tablet)
    return {"asked": asked or None, "by_page": by_page or None, "by_tablet": by_tablet or None}


def _begun(row: Row) -> bool:
    return bool(row["state"] == State.SERVED or row["visit"] == SERVED_VISIT)


def _answered(row: Row) -> bool | None:
    if row["asked"]:
        return bool(row["visit"] == SERVED_VISIT)
    return None


CARD = Source("card", _read)
WORDS = Source("opinion", lambda period: period.query(OPINIONS))
SERVED = Text("Tickets issued in the period whose service had begun")
BY = ("tier", "service", "counter", "hour")
MEASURES = (
    Measure(
        id="feedback_asked",
        name=Text("Asked for the card"),
        unit=Unit.COUNT,
        population=SERVED,
        formula=Text("number with a printed slip, an opened card, or a card shown at the counter"),
        source=CARD,
        value=itemgetter("asked"),
        statistic=count,
        by=BY,
    ),
    Measure(
        id="feedback_asked_page",
        name=Text("Cards opened on the phone"),
        unit=Unit.COUNT,
        population=SERVED,
        formula=Text("number whose card was opened on the phone"),
        source=CARD,
        value=itemgetter("by_page"),
        statistic=count,
        by=BY,
    ),
    Measure(
        id="feedback_asked_tablet",
        name=Text("Cards shown at the counter"),
        unit=Unit.COUNT,
        population=SERVED,
        formula=Text("number whose card was shown on the counter's tablet"),
        source=CARD,
        value=itemgetter("by_tablet"),
        statistic=count,
        by=BY,
    ),
    Measure(
        id="feedback_answered_share",
        name=Text("Answers of those asked"),
        unit=Unit.SHARE,
        population=Text(
            "Tickets issued in the period whose service had begun and who were asked for the card"
        ),
        formula=Text("share whose card was handed in"),
        source=CARD,
        value=_answered,
        statistic=share,
        by=BY,
        better=Better.MORE,
    ),
    Measure(
        id="opinions_waiting",
        name=Text("Words from waiting customers"),
        unit=Unit.COUNT,
        population=Text("Words to the lobby manager from customers who waited in the period"),
        formula=Text("number of opinions"),
        source=WORDS,
        value=every,
        statistic=count,
    ),
)
