"""A counter's commands: it opens and closes, calls, serves, holds, hands on, takes a break."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

from lobby import events as ev
from lobby.branch.routing import area_for
from lobby.branch.rules import Missed
from lobby.calling.discipline import choose, reason
from lobby.commands.base import Decision
from lobby.commands.kept import let_go_where_lent, released
from lobby.commands.ticket import TicketCommands
from lobby.errors import Conflict, NotFound
from lobby.state.counter import BreakStatus, CounterMove, CounterStatus
from lobby.state.queue import QueueState
from lobby.state.ticket import AT_COUNTER, VISIT_MAX, Hold, Move, QueuePosition, Ticket
from lobby.state.undo import LENDING, UNDO, Act, possible


class CounterCommands(TicketCommands):
    def next(self, state: QueueState, now: datetime, counter: str) -> Decision:
        """Call whom the discipline chooses. Nobody to call is a decision without events."""
        self._free(state, counter)
        choice = choose(state, self.branch.counter[counter], now, self._policy)
        if choice is None:
            return Decision([])
        called = ev.TicketCalled(choice.ticket.id, counter, choice.reason)
        return Decision([called], ticket=choice.ticket.id)

    def call(self, state: QueueState, now: datetime, counter: str, ticket: str) -> Decision:
        """Call this ticket, waiting or parked."""
        self._free(state, counter)
        current = self._movable(state, ticket, Move.CALL)
        branch_counter = state.as_lent(self.branch.counter[counter])
        if not self.branch.may_serve(branch_counter, current.service, current.tier, current.area):
            raise Conflict("counter_cannot", counter=branch_counter.name)
        if current.only_counter not in (None, counter):
            raise Conflict(
                "other_counter",
                number=current.number,
                counter=self.branch.counter[current.only_counter].name,
            )
        if current.hold is Hold.STEP:
            raise Conflict("on_step", number=current.number)
        why = reason(state, branch_counter, current, now, "named")
        return Decision([ev.TicketCalled(ticket, counter, why)], ticket=ticket)

    def recall(self, state: QueueState, now: datetime, counter: str) -> Decision:
        ticket = self._at(state, counter, Move.RECALL)
        limit = self.branch.rules.recall_max
        if ticket.recalls >= limit:
            raise Conflict("recall_limit", number=ticket.number, max=limit)
        return Decision([ev.TicketRecalled(ticket.id, counter)], ticket=ticket.id)

    def start(self, state: QueueState, now: datetime, counter: str) -> Decision:
        ticket = self._at(state, counter, Move.START)
        return Decision([ev.TicketStarted(ticket.id, counter)], ticket=ticket.id)

    def finish(self, state: QueueState, now: datetime, counter: str) -> Decision:
        """This service is done. The visit's next one begins here if this counter may serve it, else it waits."""
        ticket = self._at(state, counter, Move.FINISH)
        if not ticket.then:
            return Decision([ev.TicketFinished(ticket.id, counter)], ticket=ticket.id)
        branch_counter = self.branch.counter[counter]
        service = ticket.then[0]
        here = self.branch.may_serve(branch_counter, service, ticket.tier, branch_counter.area)
        area = (
            branch_counter.area
            if here
            else area_for(self.branch, service, ticket.tier, ticket.needs)
        )
        return Decision(
            [ev.TicketContinued(ticket.id, counter, service, area, here)], ticket=ticket.id
        )

    def add(self, state: QueueState, now: datetime, counter: str, service: str) -> Decision:
        """One more service in this visit, after those it has."""
        ticket = self._at(state, counter, Move.EXTEND)
        self._service(service)
        if 1 + len(ticket.done) + len(ticket.then) >= VISIT_MAX:
            raise Conflict("visit_full", max=VISIT_MAX)
        return Decision([ev.TicketExtended(ticket.id, service)], ticket=ticket.id)

    def no_show(self, state: QueueState, now: datetime, counter: str) -> Decision:
        """Nobody came 过号: the branch's rule says whether the ticket ends or is back in line."""
        ticket = self._at(state, counter, Move.NO_SHOW)
        left_s = state.held_s(ticket, now)
        if left_s > 0:
            raise Conflict("is_coming", number=ticket.number, s=math.ceil(left_s))
        missed = ev.TicketNoShow(ticket.id, counter)
        back = self._missed(ticket, counter)
        let_go = self._let_go(state, ticket, ticket.tier, ticket.area) if back else []
        return Decision([missed, *back, *let_go], ticket=ticket.id)

    def _missed(self, ticket: Ticket, counter: str) -> list[ev.Event]:
        rules = self.branch.rules
        if ticket.missed + 1 >= rules.missed_max:
            return []
        if rules.missed is Missed.BACK:
            return [ev.TicketReturned(ticket.id, QueuePosition.BEHIND, rules.missed_back, counter)]
        if rules.missed is Missed.LAST:
            return [ev.TicketReturned(ticket.id, QueuePosition.LAST, counter=counter)]
        return []

    def park(
        self, state: QueueState, now: datetime, counter: str, hold: Hold = Hold.ANY
    ) -> Decision:
        """A counter keeps nobody whom it may not call again: it was lent to the customer's area before, or the tier is
        another by now."""
        ticket = self._at(state, counter, Move.PARK)
        parked: list[ev.Event] = [ev.TicketParked(ticket.id, counter, hold)]
        if hold is Hold.SAME and not self._may_keep(
            state, counter, ticket, ticket.tier, ticket.area
        ):
            parked.append(released(self.branch, ticket, counter, ticket.tier))
        return Decision(parked, ticket=ticket.id)

    def transfer_here(
        self,
        state: QueueState,
        now: datetime,
        counter: str,
        service: str,
        to_counter: str | None = None,
        seat: QueuePosition = QueuePosition.LIFETIME,
    ) -> Decision:
        """Transfer the customer at this counter."""
        ticket = self._at(state, counter, Move.TRANSFER)
        return self.transfer(state, now, ticket.id, service, to_counter, seat)

    def undo(
        self,
        state: QueueState,
        now: datetime,
        counter: str,
        act: int | None = None,
        *,
        by_manager: bool = True,
    ) -> Decision:
        """The last act at this counter is taken back, for a short while and if nothing happened since. With `act` only
        that one, by the seq of its event. Where the counter is lent to is the lobby manager's alone."""
        self._counter(state, counter)
        last = state.acts.last(("counter", counter))
        lending = state.acts.last(("lending", counter))
        if by_manager and lending and lending.seqs[0] == act:
            last = lending
        if last is None:
            raise Conflict("nothing_to_undo", counter=self.branch.counter[counter].name)
        self._asked_for(last, act)
        return replace(self._undone(state, now, last), ticket=None, counter=counter)

    def undo_on(
        self, state: QueueState, now: datetime, ticket: str, act: int | None = None
    ) -> Decision:
        """The last act on this ticket is taken back likewise, wherever it was done."""
        if ticket not in state.tickets:
            raise NotFound("unknown_ticket", id=ticket)
        last = state.acts.on(ticket)
        if last is None:
            raise Conflict("nothing_to_undo_on", number=state.tickets[ticket].number)
        self._asked_for(last, act)
        return self._undone(state, now, last)

    def put_back(self, state: QueueState, now: datetime, counter: str) -> Decision:
        """The customer was called by mistake: the call is taken back, however long ago, and the place in line is the
        one that it was."""
        called = self._at(state, counter, Move.PUT_BACK)
        call = state.acts.call_of(counter, called.id)
        if call is None or call.ticket is None:
            raise Conflict("nothing_to_undo", counter=self.branch.counter[counter].name)
        back = self._taken_back(state, call)
        return replace(back, events=[*back.events, *self._other_place(state, called, call.ticket)])

    def _other_place(self, state: QueueState, called: Ticket, as_was: Ticket) -> list[ev.Event]:
        """A tier that was corrected during the call holds on: with it the customer may wait elsewhere."""
        if called.tier == as_was.tier or as_was.only_counter:
            return []
        area = area_for(self.branch, called.service, called.tier, as_was.needs)
        if area == as_was.area or called.counter is None:
            return []
        return [ev.TicketReleased(called.id, called.counter, area)]

    def _asked_for(self, last: Act, act: int | None) -> None:
        """Who touches a button that names another act means no later one."""
        if act is not None and act != last.seqs[0]:
            raise Conflict("undo_other")

    def _undone(self, state: QueueState, now: datetime, act: Act) -> Decision:
        self._not_late(now, act)
        ticket = state.tickets[act.ticket.id] if act.ticket else None
        if ticket and not possible(state, act):
            raise Conflict("undo_superseded", number=ticket.number, state=ticket.state.value)
        if act.counter and act.counter.ticket and act.move not in LENDING:
            self._somebody_at(state, act.counter.id)
        return self._taken_back(state, act)

    def _taken_back(self, state: QueueState, act: Act) -> Decision:
        undone = ev.ActUndone(
            act.counter.id if act.counter else None,
            act.ticket.id if act.ticket else None,
            act.move,
            act.ticket.state if act.ticket else None,
            act.seqs,
        )
        return Decision([undone, *self._bound_no_more(state, act)], ticket=undone.ticket)

    def _bound_no_more(self, state: QueueState, act: Act) -> list[ev.Event]:
        """Nobody comes back to a counter that closed since, or was lent until then; whoever was put on one that never
        opened waits for any."""
        if act.ticket:
            return self._back_to_no_counter(state, act, act.ticket)
        if act.counter and act.move in LENDING:
            return let_go_where_lent(state, act.counter.id, act.counter.lent_to)
        opened = act.counter if act.move is CounterMove.OPEN else None
        if opened is None or opened.at_work:
            return []
        before = {kept.ticket for kept in act.kept}
        since = [ticket for ticket in state.kept_for(opened.id) if ticket.id not in before]
        return [released(self.branch, ticket, opened.id, ticket.tier) for ticket in since]

    def _back_to_no_counter(self, state: QueueState, act: Act, as_was: Ticket) -> list[ev.Event]:
        """Whoever was kept for a counter waits for any where that cannot call any more. A tier that was corrected
        during a call holds on."""
        if as_was.only_counter is None:
            return []
        tier = state.tickets[as_was.id].tier if act.move is Move.CALL else as_was.tier
        fits = as_was.state in AT_COUNTER or self._may_keep(
            state, as_was.only_counter, as_was, tier, as_was.area
        )
        if fits and not act.closed:
            return []
        return self._let_go(state, as_was, tier, as_was.area)

    def _not_late(self, now: datetime, act: Act) -> None:
        if now - act.at <= UNDO:
            return
        over_s = round(UNDO.total_seconds())
        if act.ticket:
            raise Conflict("undo_late", number=act.ticket.number, s=over_s)
        raise Conflict("undo_late_at", s=over_s)

    def _somebody_at(self, state: QueueState, counter: str) -> None:
        """Whoever comes back to the counter needs somebody there, by the register of staff."""
        if self.branch.person and state.counters[counter].person is None:
            raise Conflict("nobody_signed_on", counter=self.branch.counter[counter].name)

    # -- the counter ------------------------------------------------------------------------------------
    def open_counter(self, state: QueueState, now: datetime, counter: str) -> Decision:
        counter_state = self._offered(state, counter)
        if counter_state.open:
            return Decision([], counter=counter)
        return Decision([ev.CounterOpened(counter)], counter=counter)

    def close_counter(self, state: QueueState, now: datetime, counter: str) -> Decision:
        counter_state = self._counter(state, counter)
        self._nobody_at(state, counter_state)
        if not counter_state.at_work:
            return Decision([], counter=counter)
        let_go = [
            released(self.branch, ticket, counter, ticket.tier)
            for ticket in state.kept_for(counter)
        ]
        return Decision([ev.CounterClosed(counter), *let_go], counter=counter)

    def ask_opening(self, state: QueueState, now: datetime, counter: str) -> Decision:
        """Ask who is at the counter to open it. Nothing opens by this."""
        counter_state = self._offered(state, counter)
        if counter_state.open:
            raise Conflict("open_already", counter=self.branch.counter[counter].name)
        if counter_state.asked_at:
            return Decision([], counter=counter)
        return Decision([ev.OpeningAsked(counter)], counter=counter)

    def decline_opening(self, state: QueueState, now: datetime, counter: str) -> Decision:
        """Not now."""
        self._opening_asked(state, counter)
        return Decision([ev.OpeningDeclined(counter)], counter=counter)

    def withdraw_opening(self, state: QueueState, now: datetime, counter: str) -> Decision:
        """Nobody asks any more for the counter to be opened."""
        self._opening_asked(state, counter)
        return Decision([ev.OpeningDeclined(counter, withdrawn=True)], counter=counter)

    def _opening_asked(self, state: QueueState, counter: str) -> None:
        if self._counter(state, counter).asked_at is None:
            raise Conflict("no_opening_asked", counter=self.branch.counter[counter].name)

    def pause_counter(self, state: QueueState, now: datetime, counter: str) -> Decision:
        counter_state = self._counter(state, counter)
        self._in_state(counter_state, CounterStatus.OPEN, "pause")
        self._nobody_at(state, counter_state)
        return Decision([ev.CounterPaused(counter)], counter=counter)

    def resume_counter(self, state: QueueState, now: datetime, counter: str) -> Decision:
        self._in_state(self._counter(state, counter), CounterStatus.PAUSED, "resume")
        return Decision([ev.CounterResumed(counter)], counter=counter)

    def ask_break(self, state: QueueState, now: datetime, counter: str) -> Decision:
        counter_state = self._counter(state, counter)
        self._in_state(counter_state, CounterStatus.OPEN, "break")
        if counter_state.break_status:
            raise Conflict("break_asked", counter=self.branch.counter[counter].name)
        return Decision([ev.BreakAsked(counter)], counter=counter)

    def answer_break(
        self, state: QueueState, now: datetime, counter: str, granted: bool
    ) -> Decision:
        """A break that is granted begins as soon as nobody is at the counter."""
        if self._counter(state, counter).break_status is not BreakStatus.ASKED:
            raise Conflict("no_break_asked", counter=self.branch.counter[counter].name)
        return Decision([ev.BreakAnswered(counter, granted)], counter=counter)
