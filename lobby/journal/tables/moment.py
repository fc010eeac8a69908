"""The instants of a day that figures pair: counters opened and closed, who signed on there, breaks, calls for help, low
cards and who took them on, and what the lobby manager did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.envelope import instant
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState

KINDS = frozenset(
    {
        *(ev.CounterOpened, ev.CounterClosed, ev.CounterPaused, ev.CounterResumed),
        *(ev.BreakAsked, ev.BreakAnswered, ev.DayClosed, ev.DayReopened, ev.ClockStepped),
        *(ev.PersonSignedOn, ev.PersonSignedOff),
        *(ev.HelpRequested, ev.AlertRaised, ev.AlertAcknowledged, ev.InterventionTaken),
        *(ev.FeedbackGiven, ev.ActUndone),
    }
)
COLUMNS = {
    "seq": "INTEGER", "day": "TEXT", "at": "TEXT", "kind": "TEXT", "counter": "TEXT", "ticket": "TEXT",
    "detail": "TEXT", "who": "TEXT",
}  # fmt: skip


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    for recorded in records:
        if isinstance(recorded.event, ev.ActUndone):
            yield from _taken_back(recorded, recorded.event, state.day)
        elif type(recorded.event) in KINDS:
            yield _row(recorded, state.day)


def _taken_back(recorded: ev.Recorded, event: ev.ActUndone, day: str) -> Iterator[Row]:
    """The moments of what was undone are none: no figure knows their kind."""
    return ({**_row(recorded, day), "seq": seq} for seq in event.undone)


def _row(recorded: ev.Recorded, day: str) -> Row:
    event = recorded.event
    return {
        "seq": recorded.seq,
        "day": day,
        "at": instant(recorded.at),
        "kind": type(event).__name__,
        "counter": getattr(event, "counter", None),
        "ticket": getattr(event, "ticket", None),
        "detail": _detail(event),
        "who": recorded.person or recorded.actor,
    }


def _detail(event: ev.Event) -> str | None:
    """What tells one moment of a kind from another."""
    match event:
        case ev.BreakAnswered(granted=granted):
            return str(int(granted))
        case ev.ClockStepped(by_s=by_s):
            return str(by_s)
        case ev.HelpRequested(kiosk=kiosk):
            return kiosk
        case ev.FeedbackGiven(score=score):
            return str(score)
        case ev.InterventionTaken(act=act):
            return act
        case ev.AlertRaised(alert=alert) | ev.AlertAcknowledged(alert=alert):
            return str(alert)
        case ev.PersonSignedOn(staff_number=number) | ev.PersonSignedOff(staff_number=number):
            return number
    return None


MOMENT = Table("moment", 4, COLUMNS, _rows, KINDS, indexes=("day",))
