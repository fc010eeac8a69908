"""What a clock that was set does to the state: every instant on it moves along, so that no wait changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from lobby import events as ev
from lobby.evolve.registry import evolves
from lobby.state.instants import DOUBTED_S, moved
from lobby.state.queue import QueueState


@evolves(ev.ClockStepped)
def _stepped(state: QueueState, rec: ev.Recorded, event: ev.ClockStepped) -> None:
    by = event.by
    if not by:
        return  # journals of before: the step was noted, and nothing moved
    last = state.before + by
    shift(state, by)
    state.drift_s += event.by_s
    state.guess_s = state.guess_s + event.by_s if event.guessed else 0.0
    if abs(event.by_s) > DOUBTED_S:
        state.date = state.branch.day_of(last)


@evolves(ev.ClockConfirmed)
def _confirmed(state: QueueState, rec: ev.Recorded, event: ev.ClockConfirmed) -> None:
    state.drift_s = state.guess_s = 0.0
    state.date = date.min if event.new_day else state.branch.day_of(rec.at)


def shift(state: QueueState, by: timedelta) -> None:
    """Move every instant that was read off the clock. What was promised for a time of day stays: appointments."""
    for ticket in state.tickets.values():
        ticket.shift(by)
    for line in state.lines:
        line.places = [(at + by, order, id) for at, order, id in line.places]
    for counter in state.counters.values():
        counter.shift(by)
    for printer in state.printers.values():
        printer.since = moved(printer.since, by)
    state.alerts = {id: replace(alert, at=alert.at + by) for id, alert in state.alerts.items()}
    for rescue in state.rescues.values():
        rescue.at += by
    for n, call in enumerate(state.calls):
        state.calls[n] = replace(call, at=call.at + by)
    state.day_series.shift(by)
    state.fcfs.shift(by)
    state.lately.shift(by)
    state.acts.shift(by)
    state.acted_at = moved(state.acted_at, by)
