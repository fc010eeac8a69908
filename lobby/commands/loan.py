"""Things on loan 便民用品: lend, take back, give up as lost."""

from __future__ import annotations

from datetime import datetime, timedelta

from lobby import events as ev
from lobby.commands.base import Decider, Decision
from lobby.errors import Conflict, Invalid, NotFound
from lobby.state.loan import Loan, LoanState
from lobby.state.queue import QueueState


def left(state: QueueState, thing: str) -> int:
    """How many of them can be lent now. A smaller number in the configuration takes none away from who has one."""
    away = sum(loan.thing == thing and loan.away for loan in state.quality.loans.values())
    return max(0, state.branch.thing[thing].number - away)


class LoanCommands(Decider):
    def lend(
        self,
        state: QueueState,
        now: datetime,
        thing: str,
        number: str = "",
        borrower: str = "",
        due: datetime | None = None,
    ) -> Decision:
        """Lend to who has today's ticket `number`, or to whom `borrower` describes; until `due`, else as long as
        the thing is lent."""
        if thing not in self.branch.thing:
            raise Invalid("unknown_thing", "thing", id=thing)
        ticket = self._ticket_of(state, number)
        if not ticket and not borrower.strip():
            raise Invalid("borrower_missing", "borrower")
        if not left(state, thing):
            raise Conflict("none_left", thing=self.branch.thing[thing].name)
        until = due or now + timedelta(minutes=self.branch.thing[thing].lend_min)
        if until <= now:
            raise Invalid("due_past", "due")
        id = self._ids.next(now)
        lent = ev.ThingLent(
            loan=id,
            thing=thing,
            due=until.isoformat(),
            number=number,
            ticket=ticket,
            borrower=borrower.strip(),
        )
        return Decision([lent], shows=("loan", id))

    def take_back(self, state: QueueState, now: datetime, loan: str) -> Decision:
        """It came back; one that was lost is found or replaced."""
        if not self._loan(state, loan).away:
            return Decision([], shows=("loan", loan))
        return Decision([ev.ThingReturned(loan)], shows=("loan", loan))

    def give_up(self, state: QueueState, now: datetime, loan: str) -> Decision:
        """Nobody expects it back."""
        if self._loan(state, loan).state is not LoanState.OUT:
            raise Conflict("not_lent")
        return Decision([ev.ThingLost(loan)], shows=("loan", loan))

    def _loan(self, state: QueueState, loan: str) -> Loan:
        if loan not in state.quality.loans:
            raise NotFound("unknown_loan", id=loan)
        return state.quality.loans[loan]

    def _ticket_of(self, state: QueueState, number: str) -> str | None:
        """The latest ticket of today with the number; None where none was given."""
        if not number:
            return None
        tickets = [ticket.id for ticket in state.tickets.values() if ticket.number == number]
        if not tickets:
            raise Invalid("unknown_number", "number", number=number)
        return tickets[-1]
