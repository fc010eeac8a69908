"""What happens to things on loan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lobby import events as ev
from lobby.evolve.registry import follows
from lobby.state.loan import Loan, LoanState
from lobby.state.queue import QueueState

REMEMBERED = timedelta(days=7)
"""What came back is on the page for a week: who asks about a thing left behind gets an answer."""


@follows(ev.ThingLent)
def _lent(state: QueueState, rec: ev.Recorded, event: ev.ThingLent) -> None:
    state.quality.loans[event.loan] = Loan(
        id=event.loan,
        thing=event.thing,
        lent_at=rec.at,
        due=ev.instant_of(event.due),
        by=rec.person or rec.actor,
        number=event.number,
        ticket=event.ticket,
        borrower=event.borrower,
    )


@follows(ev.ThingReturned)
def _returned(state: QueueState, rec: ev.Recorded, event: ev.ThingReturned) -> None:
    _become(state, rec, event.loan, LoanState.RETURNED)


@follows(ev.ThingLost)
def _lost(state: QueueState, rec: ev.Recorded, event: ev.ThingLost) -> None:
    _become(state, rec, event.loan, LoanState.LOST)


def _become(state: QueueState, rec: ev.Recorded, id: str, became: LoanState) -> None:
    loans = state.quality.loans
    if id in loans:
        loans[id] = replace(loans[id], state=became, ended_at=rec.at)


@follows(ev.DayOpened)
def _forget(state: QueueState, rec: ev.Recorded, event: ev.DayOpened) -> None:
    loans = state.quality.loans
    state.quality.loans = {
        id: loan
        for id, loan in loans.items()
        if loan.away or rec.at - (loan.ended_at or rec.at) <= REMEMBERED
    }
