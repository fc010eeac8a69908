"""What the journal proves of the standards, day by day, without anybody's tick: each proof says how many cases there
were and which of them fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.events.inspection import Verdict
from lobby.reports.day_facts import Database, DayFacts, Fact, Row, day_facts, fingerprint
from lobby.reports.moments import between_s
from lobby.reports.reading import reading
from lobby.standards.model import Proof
from lobby.state.alert import AlertKind
from lobby.state.ticket import State

START_S = 120
"""The standards' own limits, as their texts say them."""
ALERT_S = 300
HELP_S = 120
LOW_CARD_S = 1800
BREAK_S = 600
PAUSE_S = 1800
RESTED_S = 300
"""Who is back before five minutes are over had no break."""
LONGEST = 2
"""Nobody waits longer than so many times the target."""
NEEDED: dict[Proof, float] = {Proof.WAITS_IN_TARGET: 0.9, Proof.QUOTES_HONEST: 0.8}
"""The share that a standard asks for; all, where none is named."""


@dataclass(frozen=True)
class Case:
    """One thing that a proof looked at: a ticket, or a counter's or alert's moment. `seconds` is what was measured."""

    at: str
    kept: bool
    ticket: str | None = None
    number: str | None = None
    counter: str | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Proven:
    """A proof for a day: `n` cases, and those that `failed`. Without a case nothing is proved."""

    proof: Proof
    n: int
    failed: tuple[Case, ...]

    @property
    def share(self) -> float | None:
        if not self.n:
            return None
        return (self.n - len(self.failed)) / self.n

    @property
    def verdict(self) -> Verdict:
        if self.share is None:
            return Verdict.ABSENT
        if self.share >= NEEDED.get(self.proof, 1.0):
            return Verdict.KEPT
        return Verdict.BROKEN


def proofs_of(branch: Branch, database: Path, day: date) -> dict[Proof, Proven]:
    """Every proof for the day. Reads the disk."""
    with reading(database) as db:
        return proven_on(db, branch, day)


REMEMBERED_DAYS = 400
"""More than a page and an archive ask for, and a few megabytes."""
_remembered: dict[str, dict[Proof, Proven]] = {}


def proven_on(db: Database, branch: Branch, day: date) -> dict[Proof, Proven]:
    """Every proof for the day. Days that are over do not change: each is computed once in a process."""
    key = fingerprint(db, day)
    known = _remembered.get(key)
    if known is None:
        known = prove(day_facts(db, branch, day))
        _remembered[key] = known
        forget(REMEMBERED_DAYS)
    return known


def forget(but: int = 0) -> None:
    """Forget all proofs `but` so many, the last ones."""
    for key in list(_remembered)[: max(0, len(_remembered) - but)]:
        _remembered.pop(key, None)


def prove(day: DayFacts) -> dict[Proof, Proven]:
    return {proof: _proven(proof, list(cases(day))) for proof, cases in PROOFS.items()}


def _proven(proof: Proof, cases: Sequence[Case]) -> Proven:
    failed = tuple(case for case in cases if not case.kept)
    return Proven(proof, len(cases), failed)


# -- waits --------------------------------------------------------------------------------------------
def _waits(day: DayFacts, limit: Callable[[Row], float]) -> Iterator[Case]:
    for row in day.tickets.values():
        if row["called_at"] and row["target_wait_s"]:
            wait_s = between_s(row["issued_at"], row["called_at"])
            yield _of_ticket(row, wait_s <= limit(row), wait_s)


def _waits_in_target(day: DayFacts) -> Iterator[Case]:
    yield from _waits(day, lambda row: row["target_wait_s"])


def _waits_bounded(day: DayFacts) -> Iterator[Case]:
    yield from _waits(day, lambda row: LONGEST * row["target_wait_s"])


def _green_in_target(day: DayFacts) -> Iterator[Case]:
    for row in day.tickets.values():
        if row["needs"] and row["called_at"] and row["target_wait_s"]:
            wait_s = between_s(row["issued_at"], row["called_at"])
            yield _of_ticket(row, wait_s <= row["target_wait_s"], wait_s)


def _quotes_honest(day: DayFacts) -> Iterator[Case]:
    for row in day.tickets.values():
        if row["called_at"] and row["wait_hi_s"] is not None:
            wait_s = between_s(row["issued_at"], row["called_at"])
            yield _of_ticket(row, row["wait_lo_s"] <= wait_s <= row["wait_hi_s"], wait_s)


# -- calls --------------------------------------------------------------------------------------------
def _starts_prompt(day: DayFacts) -> Iterator[Case]:
    """A call is followed by anything that happens to its ticket."""
    for call in day.of(ev.TicketCalled):
        later = (fact for fact in day.by_ticket[call.ticket or ""] if fact.seq > call.seq)
        took_s = call.until(next(later, None))
        yield _of_fact(day, call, took_s <= START_S, took_s)


def _recalled_first(day: DayFacts) -> Iterator[Case]:
    for missed in day.of(ev.TicketNoShow):
        before = [f for f in day.by_ticket[missed.ticket or ""] if f.seq < missed.seq]
        calls = [f.seq for f in before if f.kind == ev.TicketCalled.__name__]
        since = max(calls, default=0)
        recalls = [f for f in before if f.kind == ev.TicketRecalled.__name__ and f.seq > since]
        yield _of_fact(day, missed, bool(recalls))


def _signed_on(day: DayFacts) -> Iterator[Case]:
    """Where the branch has a register of staff."""
    for call in day.of(ev.TicketCalled) if day.branch.person else ():
        yield _of_fact(day, call, bool(call.data.get(ev.PERSON)))


def _transferred_once(day: DayFacts) -> Iterator[Case]:
    name = ev.TicketTransferred.__name__
    for id, row in day.tickets.items():
        transfers = [fact for fact in day.by_ticket.get(id, ()) if fact.kind == name]
        yield _of_ticket(row, len(transfers) <= 1)


# -- care for who waits -----------------------------------------------------------------------------------
def _alerts_taken_up(day: DayFacts) -> Iterator[Case]:
    """Acknowledged, or over by itself."""
    cleared = day.of(ev.AlertCleared)
    for alert in day.of(ev.AlertRaised):
        if alert.data["alert"] in (AlertKind.LATE, AlertKind.CROWDED):
            over = (f for f in cleared if f.seq > alert.seq and _same_alert(f, alert))
            ends = [day.acknowledged.get(alert.seq), next(over, None)]
            took_s = min(alert.until(end) for end in ends)
            yield _of_fact(day, alert, took_s <= ALERT_S, took_s)


def _same_alert(cleared: Fact, alert: Fact) -> bool:
    return all(cleared.data[key] == alert.data[key] for key in ("alert", "subject"))


def _help_answered(day: DayFacts) -> Iterator[Case]:
    for asked in day.of(ev.HelpRequested):
        took_s = asked.until(day.acknowledged.get(asked.seq))
        yield _of_fact(day, asked, took_s <= HELP_S, took_s)


def _low_cards_taken_up(day: DayFacts) -> Iterator[Case]:
    for card in day.of(ev.FeedbackGiven):
        if card.data["score"] <= day.branch.rules.bad_score:
            took_s = card.until(day.acknowledged.get(card.seq))
            yield _of_fact(day, card, took_s <= LOW_CARD_S, took_s)


def _elders_not_diverted(day: DayFacts) -> Iterator[Case]:
    for row in day.tickets.values():
        if "elderly" in row["needs"].split(","):
            yield _of_ticket(row, row["state"] != State.DIVERTED)


def _nobody_sent_away(day: DayFacts) -> Iterator[Case]:
    away = {f.ticket for f in day.of(ev.TicketCancelled) if f.data["reason"] == "day_closed"}
    for id, row in day.tickets.items():
        yield _of_ticket(row, id not in away)


# -- counters and slips -----------------------------------------------------------------------------------
def _counters_on_time(day: DayFacts) -> Iterator[Case]:
    """The first counter of the day, where the configuration says when the branch opens."""
    opens = day.branch.standards.opens
    opened = day.of(ev.CounterOpened)
    if opens is None or not opened:
        return
    zone = day.branch.zone
    late_s = (opened[0].at - datetime.combine(day.day, opens, zone)).total_seconds()
    yield _of_fact(day, opened[0], late_s <= 0, max(0.0, late_s))


def _breaks_answered(day: DayFacts) -> Iterator[Case]:
    """Answered in time; and a granted break, which begins by itself, is not over as soon as it begins."""
    for asked in day.of(ev.BreakAsked):
        answer = day.next_at(asked, ev.BreakAnswered)
        took_s = asked.until(answer)
        kept = answer is not None and (not answer.data["granted"] or _rested(day, answer))
        yield _of_fact(day, asked, took_s <= BREAK_S and kept, took_s)


def _rested(day: DayFacts, granted: Fact) -> bool:
    return granted.until(day.next_at(granted, ev.CounterResumed)) >= RESTED_S


def _pauses_short(day: DayFacts) -> Iterator[Case]:
    """Breaks that were granted are pauses, too."""
    for pause in day.of(ev.CounterPaused, ev.BreakAnswered):
        if not pause.data.get("granted", True):
            continue
        end = day.next_at(pause, ev.CounterResumed, ev.CounterClosed) or day.facts[-1]
        took_s = pause.until(end)
        yield _of_fact(day, pause, took_s <= PAUSE_S, took_s)


def _slips_printed(day: DayFacts) -> Iterator[Case]:
    printed = {fact.data["slip"] for fact in day.of(ev.SlipPrinted)}
    for queued in day.of(ev.SlipQueued):
        yield _of_fact(day, queued, queued.data["slip"] in printed)


PROOFS: dict[Proof, Callable[[DayFacts], Iterator[Case]]] = {
    Proof.STARTS_PROMPT: _starts_prompt,
    Proof.RECALLED_FIRST: _recalled_first,
    Proof.SIGNED_ON: _signed_on,
    Proof.TRANSFERRED_ONCE: _transferred_once,
    Proof.WAITS_IN_TARGET: _waits_in_target,
    Proof.WAITS_BOUNDED: _waits_bounded,
    Proof.ALERTS_TAKEN_UP: _alerts_taken_up,
    Proof.COUNTERS_ON_TIME: _counters_on_time,
    Proof.QUOTES_HONEST: _quotes_honest,
    Proof.NOBODY_SENT_AWAY: _nobody_sent_away,
    Proof.GREEN_IN_TARGET: _green_in_target,
    Proof.ELDERS_NOT_DIVERTED: _elders_not_diverted,
    Proof.HELP_ANSWERED: _help_answered,
    Proof.LOW_CARDS_TAKEN_UP: _low_cards_taken_up,
    Proof.SLIPS_PRINTED: _slips_printed,
    Proof.BREAKS_ANSWERED: _breaks_answered,
    Proof.PAUSES_SHORT: _pauses_short,
}


def _of_ticket(row: Row, kept: bool, seconds: float | None = None) -> Case:
    return Case(row["issued_at"], kept, row["id"], row["number"], row["counter"], seconds)


def _of_fact(day: DayFacts, fact: Fact, kept: bool, seconds: float | None = None) -> Case:
    """For ever is no number of seconds."""
    row = day.tickets.get(fact.ticket or "")
    number = row["number"] if row else None
    measured = None if seconds == float("inf") else seconds
    return Case(fact.at.isoformat(), kept, fact.ticket, number, fact.counter, measured)
