"""What may be taken back: the last acts at each counter, and how all stood before each.

An act is remembered as its event comes in, so a replay remembers the same. What others did since stays done: the
sums that several counters share are corrected by the act's own part, never set back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lobby import events as ev
from lobby.state.counter import Call, CounterState
from lobby.state.ticket import AT_COUNTER, UNDOABLE, Move, StepKind, Ticket

if TYPE_CHECKING:
    from lobby.state.queue import QueueState

UNDO = timedelta(seconds=10)
"""How long an act may be taken back: a teller sees the mistake at once, and the customer is still on the way."""

ACTS: Mapping[type[ev.Event], Move] = {
    ev.TicketCalled: Move.CALL,
    ev.TicketStarted: Move.START,
    ev.TicketFinished: Move.FINISH,
    ev.TicketContinued: Move.FINISH,
    ev.TicketExtended: Move.EXTEND,
    ev.TicketNoShow: Move.NO_SHOW,
    ev.TicketParked: Move.PARK,
    ev.TicketTransferred: Move.TRANSFER,
}
"""What is an act at the counter where the ticket is."""
OF_COUNTER = (
    *(ev.CounterOpened, ev.CounterClosed, ev.CounterPaused, ev.CounterResumed),
    *(ev.BreakAsked, ev.BreakAnswered),
)
"""After these nothing at the counter can be taken back: they have their own opposite."""
TOUCHES = (
    *(
        ev.TicketReturned,
        ev.TicketMoved,
        ev.TicketResumed,
        ev.TicketDiverted,
        ev.TicketRetiered,
        ev.TicketCancelled,
    ),
    *ACTS,
)
"""After these the ticket is not as an act left it. A call again leaves it so."""


@dataclass(slots=True)
class Act:
    """An act at a counter: its events, and the ticket and the counter as they were. `slot` is where the day's series
    counted it, `steps` the length of the visit's history before, `calls` are those announced before, `overtaken` the
    tickets that a call overtook. A `superseded` act can no longer be taken back: its ticket went on elsewhere."""

    move: Move
    at: datetime
    seqs: tuple[int, ...]
    ticket: Ticket
    counter: CounterState
    slot: int
    steps: int
    calls: tuple[Call, ...]
    overtaken: tuple[str, ...] = ()
    superseded: bool = False


class Acts:
    """The last acts at each counter, the latest last. Without `keep` none: who plays on takes nothing back."""

    def __init__(self, *, keep: bool = True) -> None:
        self._keep = keep
        self._of: dict[str, list[Act]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Acts) and self._of == other._of

    __hash__ = None  # type: ignore[assignment]

    def last(self, counter: str) -> Act | None:
        acts = self._of.get(counter)
        if acts:
            return acts[-1]
        return None

    def take(self, counter: str) -> Act:
        return self._of[counter].pop()

    def notice(self, state: QueueState, rec: ev.Recorded) -> None:
        """An event is about to be taken in."""
        event: Any = rec.event
        if not self._keep:
            return
        if isinstance(event, OF_COUNTER):
            self._of.pop(event.counter, None)
        elif isinstance(event, ev.TicketIssued):
            self._supersede(event.redrawn_from)
        elif isinstance(event, TOUCHES):
            self._touched(state, rec, event)

    def shift(self, by: timedelta) -> None:
        """The clock was set: how all stood before each act is told in its time from now on."""
        for acts in self._of.values():
            for act in acts:
                act.at += by
                act.ticket.shift(by)
                act.counter.shift(by)
                act.calls = tuple(replace(call, at=call.at + by) for call in act.calls)

    def overtook(self, counter: str, tickets: Sequence[Ticket]) -> None:
        """The call that is being taken in overtook these."""
        if act := self.last(counter):
            act.overtaken = tuple(ticket.id for ticket in tickets)

    def _touched(self, state: QueueState, rec: ev.Recorded, event: Any) -> None:
        ticket = state.tickets[event.ticket]
        counter = _where(ticket, event)
        self._supersede(ticket.id, but=counter)
        if counter is None:
            return
        if isinstance(event, ev.TicketReturned):
            missed = self._of[counter][-1]
            missed.seqs = (*missed.seqs, rec.seq)
        else:
            self._remember(state, rec, ticket, counter)

    def _remember(self, state: QueueState, rec: ev.Recorded, ticket: Ticket, counter: str) -> None:
        slot = len(state.day_series.slots) - 1
        as_was = copy(ticket), copy(state.counter(counter))
        act = Act(
            ACTS[type(rec.event)],
            rec.at,
            (rec.seq,),
            *as_was,
            slot,
            len(ticket.history),
            tuple(state.calls),
        )
        recent = [past for past in self._of.get(counter, ()) if rec.at - past.at <= UNDO]
        self._of[counter] = [*recent, act]

    def _supersede(self, ticket: str | None, but: str | None = None) -> None:
        """The ticket goes on from what any counter but one did."""
        for id, acts in self._of.items():
            for act in acts:
                act.superseded = act.superseded or (act.ticket.id == ticket and id != but)


def _where(ticket: Ticket, event: Any) -> str | None:
    """The counter whose act the event is, or belongs to; None where no counter did it."""
    if isinstance(event, ev.TicketCalled | ev.TicketReturned):
        called_or_missed_at: str | None = event.counter
        return called_or_missed_at
    if type(event) in ACTS and ticket.state in AT_COUNTER:
        return ticket.counter
    return None


def possible(state: QueueState, act: Act) -> bool:
    """Whether everything still is as the act left it."""
    return not act.superseded and state.tickets[act.ticket.id].state in UNDOABLE[act.move]


def take_back(state: QueueState, rec: ev.Recorded, act: Act) -> None:
    """All is as it was before the act; the visit's history says that something was taken back."""
    ticket = state.tickets[act.ticket.id]
    counter = state.counter(act.counter.id)
    waiting = state.queues.waiting
    open_counters = state.open_counters
    state.leave_line(ticket)
    if revoke := REVOKED.get(act.move):
        revoke(state, act)
    del ticket.history[act.steps :]
    state.note(rec, ticket, StepKind.UNDONE)
    _become(ticket, act.ticket, but=("copies", "history", "overtaken", "gave_way"))
    _become(counter, act.counter, but=("person", "signed_on_as", "session", "session_ended"))
    state.take_place(ticket)
    for slot in state.day_series.slots[act.slot : -1]:
        slot.waiting += state.queues.waiting - waiting
        slot.open_counters += state.open_counters - open_counters


def _become(changed: Any, as_was: Any, but: tuple[str, ...] = ()) -> None:
    for field in fields(changed):
        if field.name not in but:
            setattr(changed, field.name, getattr(as_was, field.name))


def _revoke_call(state: QueueState, act: Act) -> None:
    """Nobody was called, so nobody was overtaken, and no board shows it."""
    since = (c for c in state.calls if c.seq > act.seqs[0] and c.ticket != act.ticket.id)
    calls = [*act.calls, *since]
    state.calls.clear()
    state.calls.extend(calls)
    state.fcfs.uncalled(act.ticket.service, act.seqs[0])
    state.day_series.slots[act.slot].called -= 1
    called = state.tickets[act.ticket.id]
    gave_way = not ev.keeps_a_target(called.call_reason)
    for id in act.overtaken:
        state.tickets[id].overtaken -= 1
        state.tickets[id].gave_way -= gave_way
    called.gave_way = act.ticket.gave_way


def _revoke_finish(state: QueueState, act: Act) -> None:
    """The service still goes on: how long it took teaches nothing."""
    took_s = state.took_s(act.ticket, act.at)
    count, total_s = state.service_s.pop(act.ticket.service)
    if count > 1:
        state.service_s[act.ticket.service] = count - 1, total_s - took_s


REVOKED: Mapping[Move, Callable[[QueueState, Act], None]] = {
    Move.CALL: _revoke_call,
    Move.FINISH: _revoke_finish,
}
"""What an act changed beside its ticket and its counter."""
