"""The sentences at the top of a bulletin that the queue's own figures give: what went wrong, and who took it on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lobby import events as ev
from lobby.reports.counters import BREAKS
from lobby.reports.doing import name_of
from lobby.reports.help import HELP
from lobby.reports.measure import Period, Row
from lobby.reports.moments import between_s, of_kind
from lobby.reports.sections import Finding, Grade, says
from lobby.reports.services import SERVICES
from lobby.reports.tickets import TICKETS, is_late
from lobby.texts import Counted, Text

LATE_SHARE_BAD = 0.2
"""Every fifth customer past the target is no single bad moment: the day was short of counters."""
CARDS_SHOWN = 5
LOBBY = "/desk/hall"
"""Where a low card is taken on."""
TAKEN_ON = (
    "SELECT detail, at, who FROM moment WHERE kind = 'AlertAcknowledged'"
    " AND day BETWEEN :first AND date(:last, '+15 days')"
)
"""A complaint is to be answered within 15 days: nobody takes a card on later."""


@says
def _late(period: Period, now: datetime) -> Iterator[Finding]:
    called = [row for row in period.rows(TICKETS) if row["wait_s"] is not None]
    late = [row for row in called if is_late(row)]
    if not late:
        return
    hour, most = _worst_hour(late)
    counters = {
        row["counter"] for row in period.rows(SERVICES) if row["hour"] == hour and row["counter"]
    }
    grade = Grade.BAD if len(late) > LATE_SHARE_BAD * len(called) else Grade.WARN
    yield Finding(
        grade,
        Text(
            "{late} of {called} customers waited past the target; the worst hour was {hour}:00–{next}:00 with "
            "{most}, when {counters} counters served",
            late=len(late),
            called=len(called),
            most=most,
            hour=hour,
            next=hour + 1,
            counters=len(counters),
        ),
        _interventions(period),
        "late_share",
        {"hour": str(hour)},
    )


def _worst_hour(late: list[Row]) -> tuple[int, int]:
    by_hour: dict[int, int] = {}
    for row in late:
        by_hour[row["hour"]] = by_hour.get(row["hour"], 0) + 1
    return max(by_hour.items(), key=lambda item: item[1])


def _interventions(period: Period) -> Text:
    acts = of_kind(period, ev.InterventionTaken)
    if not acts:
        return Text("nobody diverted, moved or opened anything")
    people = sorted({name_of(period, act["who"]) for act in acts})
    return Counted(
        "{who} intervened {n} times",
        "{who} intervened once",
        who=", ".join(people),
        n=len(acts),
    )


@says
def _low_cards(period: Period, now: datetime) -> Iterator[Finding]:
    bad = period.branch.rules.bad_score
    cards = [card for card in of_kind(period, ev.FeedbackGiven) if int(card["detail"]) <= bad]
    answers = {row["detail"]: row for row in period.query(TAKEN_ON)}
    answered = [(card, answers[str(card["seq"])]) for card in cards if str(card["seq"]) in answers]
    if answered:
        yield _answered(period, len(cards), answered)
    open_ = [card for card in cards if str(card["seq"]) not in answers]
    yield from _open_cards(period, open_[:CARDS_SHOWN])
    if len(open_) > CARDS_SHOWN:
        further = Counted(
            "{n} more low scores that nobody took on",
            "one more low score that nobody took on",
            n=len(open_) - CARDS_SHOWN,
        )
        yield Finding(Grade.BAD, further, measure="feedback_low_share", href=LOBBY)


def _answered(period: Period, cards: int, answered: list[tuple[Row, Row]]) -> Finding:
    slowest_s = max(between_s(card["at"], answer["at"]) for card, answer in answered)
    people = sorted({name_of(period, answer["who"]) for _, answer in answered})
    doing = Text(
        "{who} took on {n} of them, the slowest after {min} min",
        who=", ".join(people),
        n=len(answered),
        min=round(slowest_s / 60),
    )
    given = Counted("{n} low scores were given", "one low score was given", n=cards)
    return Finding(Grade.NOTE, given, doing, "feedback_low_share")


def _open_cards(period: Period, cards: list[Row]) -> Iterator[Finding]:
    ids = {card["ticket"] for card in cards}
    numbers = {row["id"]: row["number"] for row in period.rows(TICKETS) if row["id"] in ids}
    for card in cards:
        text = Text(
            "Ticket {number} gave {score} of 5",
            number=numbers.get(card["ticket"], card["ticket"]),
            score=card["detail"],
        )
        nobody = Text("nobody has taken it on yet")
        yield Finding(Grade.BAD, text, nobody, "feedback_low_share", href=LOBBY)


@says
def _unprinted(period: Period, now: datetime) -> Iterator[Finding]:
    missing = [row for row in period.rows(TICKETS) if row["printed"] == 0]
    if missing:
        text = Counted(
            "{n} slips did not come out of a printer",
            "one slip did not come out of a printer",
            n=len(missing),
        )
        yield Finding(Grade.WARN, text, measure="slips_printed_share")


@says
def _help(period: Period, now: datetime) -> Iterator[Finding]:
    unanswered = [call for call in period.rows(HELP) if call["answer_s"] is None]
    if unanswered:
        text = Text(
            "{n} of {all} calls for help were taken on by nobody",
            n=len(unanswered),
            all=len(period.rows(HELP)),
        )
        yield Finding(Grade.BAD, text, measure="help_calls")


@says
def _breaks(period: Period, now: datetime) -> Iterator[Finding]:
    asked = period.rows(BREAKS)
    refused = [row for row in asked if not row["granted"]]
    if refused:
        text = Text(
            "{n} of {all} breaks that tellers asked for were not granted",
            n=len(refused),
            all=len(asked),
        )
        yield Finding(Grade.WARN, text, measure="breaks_granted_share")


@says
def _overtime(period: Period, now: datetime) -> Iterator[Finding]:
    after = [row for row in period.rows(SERVICES) if row["overtime_s"]]
    if after:
        minutes = round(sum(row["overtime_s"] for row in after) / 60)
        counters = sorted({str(row["counter"]) for row in after})
        text = Text(
            "{min} minutes of service lay after the close, at counters {counters}",
            min=minutes,
            counters=", ".join(counters),
        )
        yield Finding(Grade.NOTE, text, measure="overtime_s")
