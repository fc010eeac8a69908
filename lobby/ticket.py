"""A ticket, its states and the one table of legal moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


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


class Move(StrEnum):
    """What may be done to a ticket. A transfer or a divert keeps its place in line."""

    CALL = "call"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    NO_SHOW = "no_show"
    PARK = "park"
    RESUME = "resume"
    TRANSFER = "transfer"
    DIVERT = "divert"
    RETIER = "retier"
    CANCEL = "cancel"
    REPRINT = "reprint"


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
    Move.RETIER: LIVE,
    Move.CANCEL: (State.WAITING, State.CALLED, State.PARKED),
    Move.REPRINT: LIVE,
}
"""From which states each move is legal. Any other is refused with 409 and the reason."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A forecast of the wait from now on, in seconds; lo..hi is the 90 % interval. `crowd` (people ahead
    per counter) and `features` are what it was made from, so that its outcome can teach."""

    p50_s: int
    p90_s: int
    lo_s: int
    hi_s: int
    crowd: float = 0.0
    features: tuple[float, ...] = ()


@dataclass(slots=True)
class Ticket:
    """One customer's place in line, as the events so far have made it.

    `rank_at` orders the line: the instant the waiting counts from (a transfer keeps it).
    `only_counter` binds a transferred ticket to one counter; `passed` counts the later comers called
    before it where it could have been called.
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
    issued_at: datetime
    rank_at: datetime
    ahead: int
    wait: Wait
    state: State = State.WAITING
    counter: str | None = None
    only_counter: str | None = None
    called_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    recalls: int = 0
    copies: int = 0
    passed: int = 0
    call_reason: dict[str, object] = field(default_factory=dict)
