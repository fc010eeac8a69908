"""The feedback cards that alert the lobby manager, by the day on which they were given, and who took them on."""

from __future__ import annotations

from lobby import events as ev
from lobby.reports.measure import Better, Measure, Period, Row, Source, Unit, count, every
from lobby.reports.moments import of_kind
from lobby.texts import Text

TICKETS_OF = (
    "SELECT id, number, tier, service, counter FROM ticket WHERE id IN"
    " (SELECT ticket FROM moment WHERE kind = 'FeedbackGiven' AND day BETWEEN :first AND :last)"
)
"""A card may be given on a later day than its ticket's."""
TAKEN_ON = (
    "SELECT detail, at, who FROM moment WHERE kind = 'AlertAcknowledged'"
    " AND day BETWEEN :first AND date(:last, '+15 days')"
)
"""A complaint is to be answered within 15 days: nobody takes a card on later."""


def _read(period: Period) -> list[Row]:
    """Each with `taken_on` "yes" or "no", when and by whom. `id` is the ticket's."""
    given = of_kind(period, ev.FeedbackGiven)
    low = [card for card in given if int(card["detail"]) <= period.branch.rules.bad_score]
    if not low:
        return []
    tickets = {row["id"]: row for row in period.query(TICKETS_OF)}
    answers = {row["detail"]: row for row in period.query(TAKEN_ON)}
    return [
        _card(card, tickets.get(card["ticket"], {}), answers.get(str(card["seq"]), {}))
        for card in low
    ]


def _card(card: Row, ticket: Row, answer: Row) -> Row:
    return {
        **card,
        "number": card["ticket"],
        "tier": None,
        "service": None,
        **ticket,
        "id": card["ticket"],
        "score": int(card["detail"]),
        "taken_on": "yes" if answer else "no",
        "answered_at": answer.get("at"),
        "answered_by": answer.get("who"),
    }


LOW_CARDS = Source("low_card", _read)
MEASURES = (
    Measure(
        id="low_cards",
        name=Text("Low scores given"),
        unit=Unit.COUNT,
        population=Text(
            "Feedback cards that were given in the period with a score that alerts the lobby manager"
        ),
        formula=Text("number of cards"),
        source=LOW_CARDS,
        value=every,
        statistic=count,
        by=(),
        better=Better.LESS,
    ),
)
