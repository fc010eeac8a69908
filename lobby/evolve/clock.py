"""What a clock that was set does to the floor: every instant on it moves along, so that no wait changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from lobby import events as ev
from lobby.evolve.registry import folds
from lobby.state.floor import Floor
from lobby.state.instants import DOUBTED_S, moved


@folds(ev.ClockStepped)
def _stepped(floor: Floor, rec: ev.Recorded, event: ev.ClockStepped) -> None:
    by = event.by
    if not by:
        return  # journals of before: the step was noted, and nothing moved
    last = floor.before + by
    shift(floor, by)
    floor.drift_s += event.by_s
    floor.guess_s = event.by_s if event.guessed else 0.0
    if abs(event.by_s) > DOUBTED_S:
        floor.date = floor.branch.day_of(last)


@folds(ev.ClockConfirmed)
def _confirmed(floor: Floor, rec: ev.Recorded, event: ev.ClockConfirmed) -> None:
    floor.drift_s = floor.guess_s = 0.0
    floor.date = date.min if event.new_day else floor.branch.day_of(rec.at)


def shift(floor: Floor, by: timedelta) -> None:
    """Move every instant that was read off the clock. What was promised for a time of day stays: appointments."""
    for ticket in floor.tickets.values():
        ticket.shift(by)
    for line in floor.lines:
        line.places = [(at + by, id) for at, id in line.places]
    for counter in floor.counters.values():
        counter.shift(by)
    for printer in floor.printers.values():
        printer.since = moved(printer.since, by)
    floor.alerts = {id: replace(alert, at=alert.at + by) for id, alert in floor.alerts.items()}
    for rescue in floor.rescues.values():
        rescue.at += by
    for n, call in enumerate(floor.calls):
        floor.calls[n] = replace(call, at=call.at + by)
    floor.curve.shift(by)
    floor.first_come.shift(by)
    floor.lately.shift(by)
    floor.acts.shift(by)
    floor.acted_at = moved(floor.acted_at, by)
