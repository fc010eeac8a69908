"""What the events of a counter do to the state."""

from __future__ import annotations

from lobby import events as ev
from lobby.evolve.registry import evolves
from lobby.state.alert import Alert, AlertKind
from lobby.state.counter import BreakStatus, CounterStatus
from lobby.state.queue import QueueState


@evolves(ev.CounterOpened)
def _counter_opened(state: QueueState, rec: ev.Recorded, event: ev.CounterOpened) -> None:
    counter = state.counter(event.counter)
    if rec.actor != counter.teller:
        counter.pace = (0.0, 0.0)
    counter.state = CounterStatus.OPEN
    counter.asked_at = None
    counter.since = rec.at
    counter.teller = rec.actor
    counter.break_status = None


@evolves(ev.CounterClosed)
def _counter_closed(state: QueueState, rec: ev.Recorded, event: ev.CounterClosed) -> None:
    counter = state.counter(event.counter)
    counter.state = CounterStatus.CLOSED
    counter.since = rec.at
    counter.teller = None
    counter.break_status = None
    counter.end_lending()
    _drop_alerts(state, AlertKind.BREAK, event.counter)


@evolves(ev.CounterPaused)
def _counter_paused(state: QueueState, rec: ev.Recorded, event: ev.CounterPaused) -> None:
    state.counter(event.counter).state = CounterStatus.PAUSED
    state.counter(event.counter).since = rec.at


@evolves(ev.CounterResumed)
def _counter_resumed(state: QueueState, rec: ev.Recorded, event: ev.CounterResumed) -> None:
    state.counter(event.counter).state = CounterStatus.OPEN
    state.counter(event.counter).asked_at = None
    state.counter(event.counter).since = rec.at


@evolves(ev.OpeningAsked)
def _opening_asked(state: QueueState, rec: ev.Recorded, event: ev.OpeningAsked) -> None:
    state.counter(event.counter).asked_at = rec.at


@evolves(ev.OpeningDeclined)
def _opening_declined(state: QueueState, rec: ev.Recorded, event: ev.OpeningDeclined) -> None:
    state.counter(event.counter).asked_at = None
    if not event.withdrawn:
        state.counter(event.counter).declined_at = rec.at


@evolves(ev.CounterLent)
def _counter_lent(state: QueueState, rec: ev.Recorded, event: ev.CounterLent) -> None:
    state.counter(event.counter).lend(event.area, ev.instant_of(event.until))


@evolves(ev.LendingEnded)
def _lending_ended(state: QueueState, rec: ev.Recorded, event: ev.LendingEnded) -> None:
    state.counter(event.counter).end_lending()


@evolves(ev.BreakAsked)
def _break_asked(state: QueueState, rec: ev.Recorded, event: ev.BreakAsked) -> None:
    state.counter(event.counter).break_status = BreakStatus.ASKED
    state.alerts[rec.seq] = Alert(rec.seq, AlertKind.BREAK, rec.at, counter=event.counter)


@evolves(ev.BreakAnswered)
def _break_answered(state: QueueState, rec: ev.Recorded, event: ev.BreakAnswered) -> None:
    counter = state.counter(event.counter)
    counter.break_status = None
    if event.granted:
        counter.break_status = BreakStatus.GRANTED
    _drop_alerts(state, AlertKind.BREAK, event.counter)
    if counter.ticket is None:
        counter.since = rec.at
    state.begin_break(counter)


def _drop_alerts(state: QueueState, kind: AlertKind, counter: str) -> None:
    for id in [a.id for a in state.alerts.values() if (a.kind, a.counter) == (kind, counter)]:
        del state.alerts[id]
