"""What the events of a counter do to the state."""

from __future__ import annotations

from lobby import events as ev
from lobby.evolve.registry import evolves
from lobby.state.now import Alert
from lobby.state.queue import QueueState


@evolves(ev.CounterOpened)
def _counter_opened(state: QueueState, rec: ev.Recorded, event: ev.CounterOpened) -> None:
    counter = state.counter(event.counter)
    if rec.actor != counter.teller:
        counter.pace = (0.0, 0.0)
    counter.state = "open"
    counter.since = rec.at
    counter.teller = rec.actor
    counter.rest = None


@evolves(ev.CounterClosed)
def _counter_closed(state: QueueState, rec: ev.Recorded, event: ev.CounterClosed) -> None:
    counter = state.counter(event.counter)
    counter.state = "closed"
    counter.since = rec.at
    counter.teller = None
    counter.rest = None
    _drop_alerts(state, "break", event.counter)


@evolves(ev.CounterPaused)
def _counter_paused(state: QueueState, rec: ev.Recorded, event: ev.CounterPaused) -> None:
    state.counter(event.counter).state = "paused"
    state.counter(event.counter).since = rec.at


@evolves(ev.CounterResumed)
def _counter_resumed(state: QueueState, rec: ev.Recorded, event: ev.CounterResumed) -> None:
    state.counter(event.counter).state = "open"
    state.counter(event.counter).since = rec.at


@evolves(ev.BreakAsked)
def _break_asked(state: QueueState, rec: ev.Recorded, event: ev.BreakAsked) -> None:
    state.counter(event.counter).rest = "asked"
    state.alerts[rec.seq] = Alert(rec.seq, "break", rec.at, counter=event.counter)


@evolves(ev.BreakAnswered)
def _break_answered(state: QueueState, rec: ev.Recorded, event: ev.BreakAnswered) -> None:
    counter = state.counter(event.counter)
    counter.rest = "granted" if event.granted else None
    _drop_alerts(state, "break", event.counter)
    if counter.ticket is None:
        counter.since = rec.at
    state.begin_break(counter)


def _drop_alerts(state: QueueState, kind: str, counter: str) -> None:
    for id in [a.id for a in state.alerts.values() if (a.kind, a.counter) == (kind, counter)]:
        del state.alerts[id]
