"""What may be taken back: the last acts at each counter and on each ticket, and how all stood before each.

An act is remembered as its event comes in, so a replay remembers the same. What others did since stays done: the
sums that several counters share are corrected by the act's own part, never set back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from lobby import events as ev
from lobby.state.alert import Alert, AlertKind
from lobby.state.counter import Call, CounterMove, CounterState
from lobby.state.ticket import AT_COUNTER, UNDOABLE, Hold, Move, Ticket

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
    ev.CounterLent: CounterMove.LEND,
    ev.LendingEnded: CounterMove.END_LENDING,
}
"""What is done to a counter."""
LENDING = (CounterMove.LEND, CounterMove.END_LENDING)
"""What the lobby manager does to a counter while its teller works on: neither is in the way of the other's mistakes."""
ENDS_ALL = (ev.BreakAsked, ev.BreakAnswered)
"""After these nothing at the counter can be taken back: somebody was asked, or has answered."""

Place = tuple[Literal["counter", "ticket", "lending"], str]
"""Where an act was done: at a counter, on where that is lent to, else on a ticket."""


def place_of(counter: str | None, ticket: str | None, move: str) -> Place:
    """Where such an act is done."""
    if counter is None:
        return "ticket", ticket or ""
    return ("lending" if move in LENDING else "counter"), counter


@dataclass(frozen=True, slots=True)
class Kept:
    """A ticket that only one counter might call, as it was before that counter opened or closed, or where it is lent to
    changed."""

    ticket: str
    area: str
    hold: Hold | None


@dataclass(slots=True)
class Act:
    """An act: its events, and the ticket and the counter as they were, where it changed them. `slot` is where the day's
    series counted it, `steps` the length of the visit's history before, `calls` are those announced before, `alerts`
    those of a counter that closes, `overtaken` the tickets that a call overtook, `kept` those that were kept for the
    counter and did not go on elsewhere. A `superseded` act can no longer be taken back: its ticket went on elsewhere.
    `closed`: the counter that its ticket was kept for closed since."""

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
    kept: tuple[Kept, ...] = ()
    superseded: bool = False
    closed: bool = False

    @property
    def place(self) -> Place:
        counter = self.counter.id if self.counter else None
        ticket = self.ticket.id if self.ticket else None
        return place_of(counter, ticket, self.move)

    def is_on(self, ticket: str) -> bool:
        return self.ticket is not None and self.ticket.id == ticket

    def shift(self, by: timedelta) -> None:
        """The clock was set."""
        self.at += by
        if self.ticket:
            self.ticket.shift(by)
        if self.counter:
            self.counter.shift(by)
        self.calls = tuple(replace(call, at=call.at + by) for call in self.calls)
        self.alerts = tuple(replace(alert, at=alert.at + by) for alert in self.alerts)


class Acts:
    """The last acts at each place, the latest last. Without `keep` none: who plays on takes nothing back."""

    def __init__(self, *, keep: bool = True) -> None:
        self._keep = keep
        self._of: dict[Place, list[Act]] = {}
        self._calls: dict[Place, Act] = {}
        """The last call of each counter, however long ago: whoever is there by it may be put back."""
        self._noted = 0
        """The seq of the latest note that the lobby manager intervened: the act comes right after it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Acts) and (self._of, self._calls) == (other._of, other._calls)

    __hash__ = None  # type: ignore[assignment]

    def blank(self) -> Acts:
        """With no act of before."""
        return Acts(keep=self._keep)

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

    def call_of(self, counter: str, ticket: str) -> Act | None:
        """The call by which the ticket is at the counter."""
        call = self._calls.get(("counter", counter))
        return call if call and call.is_on(ticket) else None

    def take(self, place: Place, undone: Sequence[int]) -> Act:
        """The act that is taken back by its seqs: the last at its place, else a call that others followed there."""
        call = self._calls.get(place)
        if call is None or call.seqs[0] not in undone:
            act = self._of[place].pop()
            if act.move is CounterMove.OPEN:
                self._of.pop(("lending", place[1]), None)
            return act
        del self._calls[place]
        self._of[place] = [act for act in self._of.get(place, ()) if act.seqs < call.seqs]
        self._supersede(call.ticket.id if call.ticket else None, but=place)
        return call

    def notice(self, state: QueueState, rec: ev.Recorded) -> None:
        """An event is about to be taken in."""
        event: Any = rec.event
        if not self._keep:
            return
        if isinstance(event, ENDS_ALL):
            self._of.pop(("counter", event.counter), None)
        elif type(event) in OF_COUNTER:
            if _by_itself(state, rec, event):
                return
            self._of_counter(state, rec, event)
        elif isinstance(event, ev.TicketReleased):
            self._released(rec, event)
        elif isinstance(event, ev.TicketIssued):
            self._supersede(event.redrawn_from)
        elif isinstance(event, ev.InterventionTaken):
            self._noted = rec.seq
        elif type(event) in ACTS:
            self._touched(state, rec, event)

    def shift(self, by: timedelta) -> None:
        """The clock was set: how all stood before each act is told in its time from now on."""
        for act in self._all():
            act.shift(by)

    def _all(self) -> list[Act]:
        """Every act once: a call may be among the last acts, too."""
        acts = [act for acts in self._of.values() for act in acts]
        once = {id(act): act for act in (*acts, *self._calls.values())}
        return list(once.values())

    def overtook(self, counter: str, tickets: Sequence[Ticket]) -> None:
        """The call that is being taken in overtook these."""
        if act := self.last(("counter", counter)):
            act.overtaken = tuple(ticket.id for ticket in tickets)

    def _of_counter(self, state: QueueState, rec: ev.Recorded, event: Any) -> None:
        if isinstance(event, ev.CounterClosed):
            for act in self._all():
                act.closed |= act.ticket is not None and act.ticket.only_counter == event.counter
            self._of.pop(("lending", event.counter), None)
        act = self._remember(state, rec, OF_COUNTER[type(event)], None, event.counter)
        act.kept = tuple(Kept(t.id, t.area, t.hold) for t in state.kept_for(event.counter))

    def _released(self, rec: ev.Recorded, event: ev.TicketReleased) -> None:
        """It belongs to the act that it comes right after. What was done to the ticket elsewhere is superseded."""
        places: tuple[Place, ...] = (
            ("counter", event.counter),
            ("lending", event.counter),
            ("ticket", event.ticket),
        )
        mine = next((act for p in places if (act := self._just(p, rec.seq))), None)
        self._supersede(event.ticket, but=mine.place if mine else None)
        if mine:
            mine.seqs = (*mine.seqs, rec.seq)

    def _just(self, place: Place, seq: int) -> Act | None:
        act = self.last(place)
        return act if act and max(act.seqs) == seq - 1 else None

    def _touched(self, state: QueueState, rec: ev.Recorded, event: Any) -> None:
        ticket = state.tickets[event.ticket]
        counter = _where(ticket, event)
        place: Place = ("counter", counter) if counter else ("ticket", ticket.id)
        self._supersede(ticket.id, but=place)
        if isinstance(event, ev.TicketReturned) and counter:
            missed = self._of[place][-1]
            missed.seqs = (*missed.seqs, rec.seq)
        else:
            act = self._remember(state, rec, ACTS[type(event)], ticket, counter)
            if act.move is Move.CALL:
                self._calls[place] = act

    def _remember(
        self,
        state: QueueState,
        rec: ev.Recorded,
        move: Move | CounterMove,
        ticket: Ticket | None,
        counter: str | None,
    ) -> Act:
        act = Act(
            move,
            rec.at,
            self._seqs(rec),
            copy(ticket),
            copy(state.counter(counter)) if counter else None,
            len(state.day_series.slots) - 1,
            len(ticket.history) if ticket else 0,
            tuple(state.calls),
            tuple(_breaks_asked(state, counter)) if move is CounterMove.CLOSE else (),
        )
        recent = [past for past in self._of.get(act.place, ()) if rec.at - past.at <= UNDO]
        self._forget_tickets(rec.at)
        self._of[act.place] = [*recent, act]
        return act

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
        if ticket is None:
            return
        for act in self._all():
            if act.is_on(ticket) and act.place != but:
                act.superseded = True
            if act.kept and act.place != but:
                act.kept = tuple(kept for kept in act.kept if kept.ticket != ticket)


def _where(ticket: Ticket, event: Any) -> str | None:
    """The counter whose act the event is, or belongs to; None where no counter did it."""
    if isinstance(event, ev.TicketCalled | ev.TicketReturned):
        called_or_missed_at: str | None = event.counter
        return called_or_missed_at
    if type(event) in BY_COUNTER and ticket.state in AT_COUNTER:
        return ticket.counter
    return None


def _by_itself(state: QueueState, rec: ev.Recorded, event: ev.Event) -> bool:
    """Nobody did it: the time is over for which the counter was lent."""
    if not isinstance(event, ev.LendingEnded):
        return False
    until = state.counter(event.counter).lent_until
    return until is not None and rec.at >= until


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
