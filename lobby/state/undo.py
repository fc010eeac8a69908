"""What may be taken back: the last acts at each counter and on each ticket, and how all stood before each.

An act is remembered as its event comes in, so a replay remembers the same. What others did since stays done: the
sums that several counters share are corrected by the act's own part, never set back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from lobby import events as ev
from lobby.state.alert import Alert, AlertKind
from lobby.state.counter import Call, CounterMove, CounterState
from lobby.state.ticket import AT_COUNTER, UNDOABLE, Move, StepKind, Ticket

if TYPE_CHECKING:
    from lobby.state.queue import QueueState

UNDO = timedelta(seconds=10)
"""How long an act may be taken back: who did it sees the mistake at once, and the customer is still on the way."""

BY_COUNTER: Mapping[type[ev.Event], Move] = {
    ev.TicketCalled: Move.CALL,
    ev.TicketStarted: Move.START,
    ev.TicketFinished: Move.FINISH,
    ev.TicketContinued: Move.FINISH,
    ev.TicketExtended: Move.EXTEND,
    ev.TicketNoShow: Move.NO_SHOW,
    ev.TicketParked: Move.PARK,
    ev.TicketTransferred: Move.TRANSFER,
    ev.TicketCancelled: Move.CANCEL,
}
"""What is an act at the counter where the ticket is."""
IN_LINE: Mapping[type[ev.Event], Move] = {
    ev.TicketReturned: Move.RETURN,
    ev.TicketMoved: Move.MOVE,
    ev.TicketResumed: Move.RESUME,
    ev.TicketDiverted: Move.DIVERT,
    ev.TicketRetiered: Move.RETIER,
    ev.TicketAmended: Move.AMEND,
}
"""What is an act on the ticket itself, wherever it is."""
ACTS: Mapping[type[ev.Event], Move] = {**BY_COUNTER, **IN_LINE}
"""After these the ticket is not as an act left it. A call again leaves it so."""
OF_COUNTER: Mapping[type[ev.Event], CounterMove] = {
    ev.CounterOpened: CounterMove.OPEN,
    ev.CounterClosed: CounterMove.CLOSE,
    ev.CounterPaused: CounterMove.PAUSE,
    ev.CounterResumed: CounterMove.RESUME,
}
"""What is done to a counter."""
ENDS_ALL = (ev.BreakAsked, ev.BreakAnswered)
"""After these nothing at the counter can be taken back: somebody was asked, or has answered."""

Place = tuple[Literal["counter", "ticket"], str]
"""Where an act was done: at a counter, else on a ticket."""


@dataclass(slots=True)
class Act:
    """An act: its events, and the ticket and the counter as they were, where it changed them. `slot` is where the day's
    series counted it, `steps` the length of the visit's history before, `calls` are those announced before, `alerts`
    those of the counter that stood, `overtaken` the tickets that a call overtook. A `superseded` act can no longer be
    taken back: its ticket went on elsewhere."""

    move: Move | CounterMove
    at: datetime
    seqs: tuple[int, ...]
    ticket: Ticket | None
    counter: CounterState | None
    slot: int
    steps: int
    calls: tuple[Call, ...]
    alerts: tuple[Alert, ...] = ()
    overtaken: tuple[str, ...] = ()
    superseded: bool = False

    @property
    def place(self) -> Place:
        if self.counter:
            return "counter", self.counter.id
        assert self.ticket
        return "ticket", self.ticket.id

    def is_on(self, ticket: str) -> bool:
        return self.ticket is not None and self.ticket.id == ticket


class Acts:
    """The last acts at each place, the latest last. Without `keep` none: who plays on takes nothing back."""

    def __init__(self, *, keep: bool = True) -> None:
        self._keep = keep
        self._of: dict[Place, list[Act]] = {}
        self._noted = 0
        """The seq of the latest note that the lobby manager intervened: the act comes right after it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Acts) and self._of == other._of

    __hash__ = None  # type: ignore[assignment]

    def last(self, place: Place) -> Act | None:
        acts = self._of.get(place)
        if acts:
            return acts[-1]
        return None

    def on(self, ticket: str) -> Act | None:
        """The last act on the ticket, where it was done at a counter too."""
        acts = [act for acts in self._of.values() for act in acts[-1:] if act.is_on(ticket)]
        return max(acts, key=lambda act: act.seqs, default=None)

    def in_line(self) -> Iterator[Act]:
        """The last act on each ticket that was done at no counter."""
        return (acts[-1] for (kind, _), acts in self._of.items() if kind == "ticket" and acts)

    def take(self, place: Place) -> Act:
        return self._of[place].pop()

    def notice(self, state: QueueState, rec: ev.Recorded) -> None:
        """An event is about to be taken in."""
        event: Any = rec.event
        if not self._keep:
            return
        if isinstance(event, ENDS_ALL):
            self._of.pop(("counter", event.counter), None)
        elif type(event) in OF_COUNTER:
            self._remember(state, rec, OF_COUNTER[type(event)], None, event.counter)
        elif isinstance(event, ev.TicketIssued):
            self._supersede(event.redrawn_from)
        elif isinstance(event, ev.InterventionTaken):
            self._noted = rec.seq
        elif type(event) in ACTS:
            self._touched(state, rec, event)

    def shift(self, by: timedelta) -> None:
        """The clock was set: how all stood before each act is told in its time from now on."""
        for acts in self._of.values():
            for act in acts:
                act.at += by
                if act.ticket:
                    act.ticket.shift(by)
                if act.counter:
                    act.counter.shift(by)
                act.calls = tuple(replace(call, at=call.at + by) for call in act.calls)
                act.alerts = tuple(replace(alert, at=alert.at + by) for alert in act.alerts)

    def overtook(self, counter: str, tickets: Sequence[Ticket]) -> None:
        """The call that is being taken in overtook these."""
        if act := self.last(("counter", counter)):
            act.overtaken = tuple(ticket.id for ticket in tickets)

    def _touched(self, state: QueueState, rec: ev.Recorded, event: Any) -> None:
        ticket = state.tickets[event.ticket]
        counter = _where(ticket, event)
        place: Place = ("counter", counter) if counter else ("ticket", ticket.id)
        self._supersede(ticket.id, but=place)
        if isinstance(event, ev.TicketReturned) and counter:
            missed = self._of[place][-1]
            missed.seqs = (*missed.seqs, rec.seq)
        else:
            self._remember(state, rec, ACTS[type(event)], ticket, counter)

    def _remember(
        self,
        state: QueueState,
        rec: ev.Recorded,
        move: Move | CounterMove,
        ticket: Ticket | None,
        counter: str | None,
    ) -> None:
        act = Act(
            move,
            rec.at,
            self._seqs(rec),
            copy(ticket),
            copy(state.counter(counter)) if counter else None,
            len(state.day_series.slots) - 1,
            len(ticket.history) if ticket else 0,
            tuple(state.calls),
            tuple(_breaks_asked(state, counter)),
        )
        recent = [past for past in self._of.get(act.place, ()) if rec.at - past.at <= UNDO]
        self._forget_tickets(rec.at)
        self._of[act.place] = [*recent, act]

    def _seqs(self, rec: ev.Recorded) -> tuple[int, ...]:
        """The act's event, and the note that the lobby manager intervened."""
        if self._noted and self._noted == rec.seq - 1:
            return rec.seq, self._noted
        return (rec.seq,)

    def _forget_tickets(self, now: datetime) -> None:
        """A day has many tickets. Of a counter the last act stays: a call is put back after minutes, too."""
        over = [
            place
            for place, acts in self._of.items()
            if place[0] == "ticket" and (not acts or now - acts[-1].at > UNDO)
        ]
        for place in over:
            del self._of[place]

    def _supersede(self, ticket: str | None, but: Place | None = None) -> None:
        """The ticket goes on from what was done anywhere but in one place."""
        for place, acts in self._of.items():
            for act in acts:
                on_it = ticket is not None and act.is_on(ticket)
                act.superseded = act.superseded or (on_it and place != but)


def _where(ticket: Ticket, event: Any) -> str | None:
    """The counter whose act the event is, or belongs to; None where no counter did it."""
    if isinstance(event, ev.TicketCalled | ev.TicketReturned):
        called_or_missed_at: str | None = event.counter
        return called_or_missed_at
    if type(event) in BY_COUNTER and ticket.state in AT_COUNTER:
        return ticket.counter
    return None


def _breaks_asked(state: QueueState, counter: str | None) -> Iterator[Alert]:
    """A counter that closes has asked for no break any more."""
    return (
        alert
        for alert in state.alerts.values()
        if counter and (alert.kind, alert.counter) == (AlertKind.BREAK, counter)
    )


def possible(state: QueueState, act: Act) -> bool:
    """Whether everything still is as the act left it. What was done to a counter is followed by nothing there, as the
    last act at its place."""
    if act.ticket is None or isinstance(act.move, CounterMove):
        return True
    return not act.superseded and state.tickets[act.ticket.id].state in UNDOABLE[act.move]


def take_back(state: QueueState, rec: ev.Recorded, act: Act) -> None:
    """All is as it was before the act; the visit's history says that something was taken back."""
    waiting = state.queues.waiting
    open_counters = state.open_counters
    if act.ticket:
        _ticket_back(state, rec, act, act.ticket)
    if act.counter:
        not_of_act = ("person", "signed_on_as", "session", "session_ended")
        _become(state.counter(act.counter.id), act.counter, but=not_of_act)
    again = {alert.id: alert for alert in act.alerts}
    state.alerts = dict(sorted({**state.alerts, **again}.items()))
    for seq in act.seqs:
        state.interventions.pop(seq, None)
    for slot in state.day_series.slots[act.slot : -1]:
        slot.waiting += state.queues.waiting - waiting
        slot.open_counters += state.open_counters - open_counters


def _ticket_back(state: QueueState, rec: ev.Recorded, act: Act, as_was: Ticket) -> None:
    ticket = state.tickets[as_was.id]
    state.leave_line(ticket)
    if revoke := REVOKED.get(act.move):
        revoke(state, act, as_was)
    del ticket.history[act.steps :]
    state.note(rec, ticket, StepKind.UNDONE)
    not_of_act = ("copies", "history", "overtaken", "gave_way")
    since_the_call = () if act.counter else ("recalls", "coming_at", "offered", "declined")
    _become(ticket, as_was, but=(*not_of_act, *since_the_call))
    state.take_place(ticket)


def _become(changed: Any, as_was: Any, but: tuple[str, ...] = ()) -> None:
    for field in fields(changed):
        if field.name not in but:
            setattr(changed, field.name, getattr(as_was, field.name))


def _revoke_call(state: QueueState, act: Act, as_was: Ticket) -> None:
    """Nobody was called, so nobody was overtaken, and no board shows it."""
    since = (c for c in state.calls if c.seq > act.seqs[0] and c.ticket != as_was.id)
    calls = [*act.calls, *since]
    state.calls.clear()
    state.calls.extend(calls)
    state.fcfs.uncalled(as_was.service, act.seqs[0])
    state.day_series.slots[act.slot].called -= 1
    called = state.tickets[as_was.id]
    gave_way = not ev.keeps_a_target(called.call_reason)
    for id in act.overtaken:
        state.tickets[id].overtaken -= 1
        state.tickets[id].gave_way -= gave_way
    called.gave_way = as_was.gave_way


def _revoke_finish(state: QueueState, act: Act, as_was: Ticket) -> None:
    """The service still goes on: how long it took teaches nothing."""
    took_s = state.took_s(as_was, act.at)
    count, total_s = state.service_s.pop(as_was.service)
    if count > 1:
        state.service_s[as_was.service] = count - 1, total_s - took_s


REVOKED: Mapping[Move | CounterMove, Callable[[QueueState, Act, Ticket], None]] = {
    Move.CALL: _revoke_call,
    Move.FINISH: _revoke_finish,
}
"""What an act changed beside its ticket and its counter."""
