"""What is looked at before the doors open, and what is left when they close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from lobby.state.appointment import AppointmentStatus
from lobby.state.device_test import TestKind
from lobby.state.doors import WEEKDAY_WORDS, closed
from lobby.state.queue import QueueState
from lobby.state.ticket import State
from lobby.texts import Joined, Readable, Text
from lobby.views.device_test import REMEDIES, Trial, trial_of


class Check(NamedTuple):
    """One thing to look at: whether it is as it should be, how it stands, else what to do, and how it is tried."""

    id: str
    ok: bool
    what: Readable
    says: Readable
    do: Readable | None = None
    trials: Sequence[Trial] = ()


def opening(
    state: QueueState, now: datetime, followed: Mapping[str, int], answering: Mapping[str, bool]
) -> list[Check]:
    """Before the doors open. `followed`: by board, how many screens show it; `answering`: by kiosk, whether it does."""
    return [
        *_clock(state, now),
        *_numbers(state, now),
        *_printers(state, now),
        *_kiosks(state, answering),
        *_boards(state, now, followed),
        *_sound(state, now),
        *_staff(state),
    ]


def _clock(state: QueueState, now: datetime) -> Iterator[Check]:
    local = now.astimezone(state.branch.zone)
    says = Text(
        "{day}, {weekday}, {time}",
        day=f"{local:%Y-%m-%d}",
        weekday=WEEKDAY_WORDS[local.weekday()],
        time=f"{local:%H:%M}",
    )
    do = Text(
        "The computer's clock was set: say on the tablet what time it is, or have it put right"
    )
    yield Check("clock", not state.doubted, Text("Date and clock"), says, do)


def _numbers(state: QueueState, now: datetime) -> Iterator[Check]:
    shut = closed(state, now)
    says = shut.says if shut else Text("Numbers are being given")
    do = Text("Numbers were stopped by hand: give them again on the tablet, under Devices")
    yield Check("numbers", state.open, Text("Numbers"), says, do)


def _printers(state: QueueState, now: datetime) -> Iterator[Check]:
    for printer in state.branch.printers:
        status = state.printers[printer.id].status
        says = Text("prints") if status.prints else Text("does not print")
        trial = trial_of(state, now, TestKind.PRINT, printer.id)
        well = status.well and trial.went_well is not False
        what = Text("Printer {id}", id=printer.id)
        remedy = None if status.well else REMEDIES[TestKind.PRINT]
        yield Check(f"printer-{printer.id}", well, what, says, remedy, (trial,))
    waiting = len(state.unprinted)
    if waiting:
        says = Text("slips that wait for a printer: {n}", n=waiting)
        do = Text("They come out when a printer works again")
        yield Check("slips", False, Text("Slips"), says, do)


def _kiosks(state: QueueState, answering: Mapping[str, bool]) -> Iterator[Check]:
    for kiosk in state.branch.kiosks:
        there = answering.get(kiosk.id, False)
        says = Text("answers") if there else Text("no answer")
        do = Text("Switch on the kiosk and its browser; the page is /kiosk/{id}", id=kiosk.id)
        yield Check(f"kiosk-{kiosk.id}", there, kiosk.name, says, do)


def _boards(state: QueueState, now: datetime, followed: Mapping[str, int]) -> Iterator[Check]:
    for board in state.branch.boards:
        there = followed.get(board.id, 0) > 0
        says = Text("shows") if there else Text("no connection")
        do = Text("Switch on the screen and its computer; the page is /board/{id}", id=board.id)
        kinds = (TestKind.CALL, TestKind.PICTURE) if board.voice else (TestKind.PICTURE,)
        trials = [trial_of(state, now, kind, board.id) for kind in kinds]
        well = there and all(trial.went_well is not False for trial in trials)
        yield Check(f"board-{board.id}", well, board.name, says, None if there else do, trials)


def _sound(state: QueueState, now: datetime) -> Iterator[Check]:
    level = state.branch.volume_at(now)
    says = Text("volume now: {level} of 100", level=level)
    do = Text("Calls are only shown at this time of day: [[volume]] of config.toml says so")
    yield Check("sound", level > 0, Text("Sound"), says, do)


def _staff(state: QueueState) -> Iterator[Check]:
    names = [
        state.branch.counter[counter.id].name
        for counter in state.counters.values()
        if counter.open and counter.id in state.branch.offered.counter
    ]
    says = Joined(names) if names else Text("no counter is open")
    signs_on = bool(state.branch.staff.people)
    do = (
        Text("Tellers sign on and open their counters at their consoles")
        if signs_on
        else Text("Tellers open their counters at their consoles")
    )
    yield Check("staff", bool(names), Text("Counters open"), says, do)


def closing(state: QueueState) -> list[Check]:
    """When the doors close: what is not over yet."""
    live = list(state.live())
    return [
        _left("waiting", Text("Still waiting"), [t.number for t in live if t.state is State.WAITING],
              Text("They are served today; whoever is not called by midnight loses the place")),
        _left("serving", Text("Called or at a counter"),
              [t.number for t in live if t.state in (State.CALLED, State.SERVING)],
              Text("Finish them at the counter")),
        _left("parked", Text("On hold"), [t.number for t in live if t.state is State.PARKED],
              Text("Call them back, or end their tickets")),
        _left("counters", Text("Counters still open"),
              [state.branch.counter[c.id].name for c in state.counters.values() if c.open],
              Text("Close them when nobody is left")),
        _left("appointments", Text("Appointments still expected"),
              [f"{a.at.astimezone(state.branch.zone):%H:%M}" for a in state.appointments.values()
               if a.state is AppointmentStatus.BOOKED and state.branch.day_of(a.at) == state.date],
              Text("They end by themselves")),
        _left("slips", Text("Slips not printed"),
              [state.tickets[s.ticket].number for s in state.unprinted.values() if s.ticket in state.tickets],
              Text("Look at the printer")),
    ]  # fmt: skip


def _left(id: str, what: Readable, things: Sequence[Readable | str], do: Readable) -> Check:
    says = Joined(things) if things else Text("none")
    return Check(id, not things, what, says, do)


def figures(state: QueueState) -> list[tuple[Readable, int]]:
    """The day in short: how many numbers were given, and how they ended."""
    states = [ticket.state for ticket in state.tickets.values()]
    return [
        (Text("Numbers given"), len(states)),
        (Text("Served"), states.count(State.SERVED)),
        (Text("Did not come when called"), states.count(State.NO_SHOW)),
        (Text("Cancelled"), states.count(State.CANCELLED)),
        (Text("To the machines"), states.count(State.DIVERTED)),
    ]
