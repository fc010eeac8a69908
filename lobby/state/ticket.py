"""A ticket, its states and the one table of legal moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from lobby.events.wait import Wait
from lobby.state.instants import moved


class State(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    SERVED = "served"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    DIVERTED = "diverted"

    @property
    def ended(self) -> bool:
        return self in _ENDED


_ENDED = frozenset({State.SERVED, State.NO_SHOW, State.CANCELLED, State.DIVERTED})
LIVE = tuple(s for s in State if s not in _ENDED)
AT_COUNTER = (State.CALLED, State.SERVING)


class Hold(StrEnum):
    """Why a ticket is parked, as tellers know it: the customer stepped away and returns to `any` matching counter,
    or to the `same` one, or waits for another `step` and has to be woken before a call."""

    ANY = "any"
    SAME = "same"
    STEP = "step"


class QueuePosition(StrEnum):
    """Where in line a ticket goes: as its waiting so far earns (the visit's `lifetime`), `first`, `last`, or
    `behind` so many others."""

    LIFETIME = "lifetime"
    FIRST = "first"
    LAST = "last"
    BEHIND = "behind"


class Move(StrEnum):
    """What may be done to a ticket. A divert keeps its place in line, and so does a transfer that says no other."""

    CALL = "call"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    NO_SHOW = "no_show"
    PARK = "park"
    RESUME = "resume"
    TRANSFER = "transfer"
    DIVERT = "divert"
    OFFER = "offer"
    REJOIN = "rejoin"
    RETIER = "retier"
    CANCEL = "cancel"
    REPRINT = "reprint"
    MOVE = "move"
    RETURN = "return"
    REDRAW = "redraw"
    EXTEND = "extend"
    PUT_BACK = "put_back"
    AMEND = "amend"
    COME = "come"


MOVES: Mapping[Move, tuple[State, ...]] = {
    Move.CALL: (State.WAITING, State.PARKED),
    Move.RECALL: (State.CALLED,),
    Move.START: (State.CALLED,),
    Move.FINISH: (State.SERVING,),
    Move.NO_SHOW: (State.CALLED,),
    Move.PARK: (State.CALLED, State.SERVING),
    Move.RESUME: (State.PARKED,),
    Move.TRANSFER: (State.WAITING, State.CALLED, State.SERVING, State.PARKED),
    Move.DIVERT: (State.WAITING, State.PARKED),
    Move.OFFER: (State.WAITING, State.PARKED),
    Move.REJOIN: (State.DIVERTED,),
    Move.RETIER: LIVE,
    Move.CANCEL: (State.WAITING, State.CALLED, State.PARKED),
    Move.REPRINT: LIVE,
    Move.MOVE: (State.WAITING,),
    Move.RETURN: (State.NO_SHOW, State.DIVERTED),
    Move.REDRAW: (State.NO_SHOW,),
    Move.EXTEND: AT_COUNTER,
    Move.PUT_BACK: (State.CALLED,),
    Move.AMEND: (State.WAITING, State.PARKED),
    Move.COME: (State.CALLED,),
}
"""From which states each move is legal. Any other is refused with 409 and the reason."""

UNDOABLE: Mapping[Move, tuple[State, ...]] = {
    Move.CALL: (State.CALLED,),
    Move.START: (State.SERVING,),
    Move.FINISH: (State.SERVED, State.SERVING, State.WAITING),
    Move.EXTEND: AT_COUNTER,
    Move.NO_SHOW: (State.NO_SHOW, State.WAITING),
    Move.PARK: (State.PARKED,),
    Move.TRANSFER: (State.WAITING,),
    Move.CANCEL: (State.CANCELLED,),
    Move.RETURN: (State.WAITING,),
    Move.MOVE: (State.WAITING,),
    Move.RESUME: (State.WAITING,),
    Move.DIVERT: (State.WAITING, State.DIVERTED),
    Move.RETIER: LIVE,
    Move.AMEND: (State.WAITING, State.PARKED),
}
"""What may be taken back, and the states in which each leaves the ticket: in any other the ticket went on."""


VISIT_MAX = 5
"""Services on one ticket at the most."""


class StepKind(StrEnum):
    """What happened in a visit."""

    ISSUED = "issued"
    CALLED = "called"
    RECALLED = "recalled"
    STARTED = "started"
    FINISHED = "finished"
    CONTINUED = "continued"
    MISSED = "missed"
    RETURNED = "returned"
    MOVED = "moved"
    PARKED = "parked"
    RESUMED = "resumed"
    TRANSFERRED = "transferred"
    DIVERTED = "diverted"
    RETIERED = "retiered"
    AMENDED = "amended"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing of a visit's history."""

    at: datetime
    kind: StepKind
    counter: str | None
    service: str


@dataclass(slots=True)
class Ticket:
    """One customer's place in line, as the events so far have made it.

    `rank_at` orders the line: the instant the waiting counts from; then `order`, that of issue. `target_wait_s` is the
    wait promised at issue, or since the tier was corrected, in seconds. `first` puts a ticket before the whole line.
    `only_counter` binds a ticket to one counter; `overtaken` counts the later comers called before it where it could
    have been called, `gave_way` those of them whose call kept no target. `then` are the visit's services still to come,
    `done` those that ended; `missed` counts the calls nobody followed, and `redrawn_as` is the ticket drawn instead.
    `offered` is the area of machines that the customer is asked to go to, `declined` that the customer rather waits;
    `diverted_from` is where a ticket waited that left for the machines.
    `coming_at` is when who was called said to be on the way.
    """

    id: str
    number: str
    series: str
    service: str
    tier: str
    tier_rule: str
    area: str
    needs: tuple[str, ...]
    lang: str
    order: int
    issued_at: datetime
    rank_at: datetime
    ahead: int
    wait: Wait
    target_wait_s: int
    state: State = State.WAITING
    counter: str | None = None
    only_counter: str | None = None
    called_at: datetime | None = None
    coming_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    recalls: int = 0
    copies: int = 0
    overtaken: int = 0
    gave_way: int = 0
    call_reason: dict[str, object] = field(default_factory=dict)
    then: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    first: bool = False
    hold: Hold | None = None
    missed: int = 0
    large_print: bool = False
    appointment: str | None = None
    redrawn_from: str | None = None
    redrawn_as: str | None = None
    kiosk: str | None = None
    offered: str | None = None
    declined: bool = False
    diverted_from: str | None = None
    history: list[Step] = field(default_factory=list)

    @property
    def called_by(self) -> str | None:
        """The counter of the last call, wherever the ticket went afterwards."""
        calls = (step.counter for step in reversed(self.history) if step.kind is StepKind.CALLED)
        return next(calls, None)

    def shift(self, by: timedelta) -> None:
        """The clock was set: every wait stays as long as it was."""
        self.issued_at += by
        self.rank_at += by
        self.called_at = moved(self.called_at, by)
        self.coming_at = moved(self.coming_at, by)
        self.started_at = moved(self.started_at, by)
        self.ended_at = moved(self.ended_at, by)
        self.history = [replace(step, at=step.at + by) for step in self.history]

    @property
    def position(self) -> QueuePosition:
        """Where the ticket stands when it takes its place again."""
        if self.first:
            return QueuePosition.FIRST
        return QueuePosition.LIFETIME

    @property
    def place(self) -> tuple[datetime, int, str]:
        return self.rank_at, self.order, self.id

    @property
    def outcome(self) -> str | None:
        """What a feedback card of this ticket is about: a visit that was `served`, or `missed`, `cancelled` or
        `diverted` before service began. None while service has not begun: there is nothing to judge yet."""
        begun = any(step.kind is StepKind.STARTED for step in self.history)
        return outcome(self.state, begun=begun)


@dataclass(frozen=True)
class PastTicket:
    """What is known of a ticket after its day. `outcome`: see Ticket.outcome; `judged`: its card was handed in."""

    number: str
    day: date
    outcome: str | None
    judged: bool


UNSERVED = {State.NO_SHOW: "missed", State.CANCELLED: "cancelled", State.DIVERTED: "diverted"}
"""What became of a visit that ended before service began."""


def outcome(state: State, *, begun: bool) -> str | None:
    """See Ticket.outcome."""
    if begun:
        return "served"
    return UNSERVED.get(state)
