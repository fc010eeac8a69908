"""The sentences at the top of a bulletin that the queue's own figures give: what went wrong, and who took it on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from lobby import events as ev
from lobby.reports.counters import BREAKS
from lobby.reports.doing import name_of
from lobby.reports.help import HELP
from lobby.reports.late import LATE, Why
from lobby.reports.low_cards import LOW_CARDS
from lobby.reports.measure import Period, Row
from lobby.reports.moments import between_s, of_kind
from lobby.reports.sections import Finding, Grade, says
from lobby.reports.services import SERVICES
from lobby.reports.tickets import TICKETS
from lobby.texts import Counted, Joined, Readable, Text

LATE_SHARE_BAD = 0.2
"""Every fifth customer past the target is no single bad moment: the day was short of counters."""
CARDS_SHOWN = 5
HELPABLE = (Why.CLOSED, Why.PAUSED)
"""Why a customer waited whom a further counter would have helped."""
LEFT_OPEN_S = 2 * 3600.0
"""No business of the shipped branch takes a quarter of it."""
DUE = "/desk/due"
"""Where a low card's case waits for somebody."""


@says
def _late(period: Period, now: datetime) -> Iterator[Finding]:
    called = [row for row in period.rows(TICKETS) if row["wait_s"] is not None]
    late = period.rows(LATE)
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
            "Waited past the target: {late} of {called}; the worst hour was {hour}:00–{next}:00 with {most};"
            " counters that served then: {counters}",
            late=len(late),
            called=len(called),
            most=most,
            hour=hour,
            next=hour + 1,
            counters=len(counters),
        ),
        _interventions(period, late),
        "late_share",
        "late",
    )


def _worst_hour(late: list[Row]) -> tuple[int, int]:
    by_hour: dict[int, int] = {}
    for row in late:
        by_hour[row["hour"]] = by_hour.get(row["hour"], 0) + 1
    return max(by_hour.items(), key=lambda item: item[1])


def _interventions(period: Period, late: Sequence[Row]) -> Readable:
    """Who did something about it; where nobody did, how many a further counter could have helped."""
    acts = of_kind(period, ev.InterventionTaken)
    if not acts:
        return _undone(sum(row["why"] in HELPABLE for row in late))
    people = sorted({name_of(period, act["who"]) for act in acts})
    return Counted(
        "{who} intervened {n} times",
        "{who} intervened once",
        who=Joined(people),
        n=len(acts),
    )


def _undone(helpable: int) -> Readable:
    if not helpable:
        return Text("nobody was diverted or moved")
    return Counted(
        "nobody diverted, moved or opened anything; for {n} of them a counter was closed or paused",
        "nobody diverted, moved or opened anything; for one of them a counter was closed or paused",
        n=helpable,
    )


@says
def _low_cards(period: Period, now: datetime) -> Iterator[Finding]:
    cards = period.rows(LOW_CARDS)
    answered = [card for card in cards if card["answered_at"]]
    if answered:
        yield _answered(period, len(cards), answered)
    open_ = [card for card in cards if not card["answered_at"]]
    if len(open_) > CARDS_SHOWN:
        many = Text(
            "{n} low scores were taken on by nobody; the first {shown} of them:",
            n=len(open_),
            shown=CARDS_SHOWN,
        )
        yield _low(Grade.BAD, many, {"taken_on": "no"})
    for card in open_[:CARDS_SHOWN]:
        text = Text("Ticket {number} gave {score} of 5", number=card["number"], score=card["score"])
        yield _low(Grade.BAD, text, {"id": str(card["id"])}, Text("nobody has taken it on yet"))


def _low(
    grade: Grade, text: Readable, group: Mapping[str, str], doing: Text | None = None
) -> Finding:
    return Finding(grade, text, doing, "feedback_low_share", "low_cards", group, href=DUE)


def _answered(period: Period, n: int, answered: list[Row]) -> Finding:
    slowest_s = max(between_s(card["at"], card["answered_at"]) for card in answered)
    people = sorted({name_of(period, card["answered_by"]) for card in answered})
    doing = Text(
        "{who} took on {n} of them, the slowest after {min} min",
        who=Joined(people),
        n=len(answered),
        min=round(slowest_s / 60),
    )
    given = Counted("{n} low scores were given", "one low score was given", n=n)
    return Finding(Grade.NOTE, given, doing, "feedback_low_share", "low_cards")


@says
def _unprinted(period: Period, now: datetime) -> Iterator[Finding]:
    missing = [row for row in period.rows(TICKETS) if row["printed"] == 0]
    if missing:
        text = Counted(
            "{n} slips did not come out of a printer",
            "one slip did not come out of a printer",
            n=len(missing),
        )
        yield Finding(Grade.WARN, text, measure="slips_printed_share", group={"printed": "0"})


@says
def _help(period: Period, now: datetime) -> Iterator[Finding]:
    unanswered = [call for call in period.rows(HELP) if call["answer_s"] is None]
    if unanswered:
        text = Text(
            "Calls for help that nobody took on: {n} of {all}",
            n=len(unanswered),
            all=len(period.rows(HELP)),
        )
        yield Finding(Grade.BAD, text, measure="help_calls", group={"taken_on": "no"})


@says
def _breaks(period: Period, now: datetime) -> Iterator[Finding]:
    asked = period.rows(BREAKS)
    refused = [row for row in asked if not row["granted"]]
    if refused:
        text = Text(
            "Breaks that tellers asked for and did not get: {n} of {all}",
            n=len(refused),
            all=len(asked),
        )
        yield Finding(Grade.WARN, text, measure="breaks_granted_share", group={"granted": "False"})


@says
def _overtime(period: Period, now: datetime) -> Iterator[Finding]:
    after = [row for row in period.rows(SERVICES) if row["overtime_s"]]
    if not after:
        return
    by_counter: dict[str, float] = defaultdict(float)
    for row in after:
        by_counter[str(row["counter"])] += row["overtime_s"]
    counter, most_s = max(by_counter.items(), key=lambda item: item[1])
    text = Text(
        "Service after the close: {min} min, most at {counter}: {most} min",
        min=round(sum(by_counter.values()) / 60),
        counter=period.branch.counter[counter].name,
        most=round(most_s / 60),
    )
    longest = max(after, key=lambda row: float(row["took_s"]))
    yield Finding(Grade.NOTE, text, _perhaps_not_ended(longest), measure="overtime_s")


def _perhaps_not_ended(service: Row) -> Text | None:
    """A service that lasts so long was left open, rather than so much work."""
    if service["took_s"] < LEFT_OPEN_S:
        return None
    return Text(
        "the service of ticket {number} lasted {min} min: perhaps nobody finished it",
        number=service["number"],
        min=round(service["took_s"] / 60),
    )
