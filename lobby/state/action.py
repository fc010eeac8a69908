"""A corrective action 整改项: its cause, what is changed, who does it until when, and whether the change helped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

REMEMBERED = timedelta(days=366)
"""An action that has ended is compared with for so long; then the bulletin has it."""


class ActionState(StrEnum):
    """`proved` until another person has checked it; `checked` while the effect is waited for, and after, where none can
    be told; `helped` may become a `practice` for others."""

    OPEN = "open"
    PROVED = "proved"
    CHECKED = "checked"
    HELPED = "helped"
    REOPENED = "reopened"
    PRACTICE = "practice"
    CANCELLED = "cancelled"


class ActionMove(StrEnum):
    """What may be done with an action. The values are the words that a refusal has for them."""

    ASSIGN = "assign_action"
    PROVE = "prove"
    CHECK = "check"
    MEASURE = "measure"
    SHARE = "share"
    REOPEN = "reopen_action"
    CANCEL = "cancel_action"


RUNNING = frozenset({ActionState.OPEN, ActionState.REOPENED})
"""The owner has to do something."""
PENDING = RUNNING | {ActionState.PROVED}
"""It can be late."""
ACTION_MOVES: dict[ActionMove, frozenset[ActionState]] = {
    ActionMove.ASSIGN: PENDING,
    ActionMove.PROVE: RUNNING,
    ActionMove.CHECK: frozenset({ActionState.PROVED}),
    ActionMove.MEASURE: frozenset({ActionState.CHECKED}),
    ActionMove.SHARE: frozenset({ActionState.HELPED}),
    ActionMove.REOPEN: frozenset({ActionState.CHECKED, ActionState.HELPED, ActionState.PRACTICE}),
    ActionMove.CANCEL: RUNNING,
}
"""From which states each move is legal. Any other is refused with 409 and the reason."""


class Source(StrEnum):
    """What an action was opened from."""

    CASE = "case"
    INSPECTION = "inspection"
    PANEL = "panel"
    FIGURE = "figure"
    HEADQUARTERS = "headquarters"
    FREE = "free"


class Direction(StrEnum):
    """Which way a figure is to go."""

    LESS = "less"
    MORE = "more"


class Verdict(StrEnum):
    """What the figures say of an action; `too_few`: nothing, since there were too few days or observations."""

    HELPED = "helped"
    NO_EFFECT = "no_effect"
    WORSE = "worse"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Aim:
    """The measure that an action is to move, of which tickets, and which way."""

    measure: str
    direction: Direction
    tier: str | None = None
    service: str | None = None
    counter: str | None = None

    @property
    def group(self) -> dict[str, str]:
        """The keys of rows that it is about, with their values."""
        keys = {"tier": self.tier, "service": self.service, "counter": self.counter}
        return {key: value for key, value in keys.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Window:
    """The `days` working days from `first` to `last`: the figure, made of `n` observations."""

    first: date
    last: date
    days: int
    n: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """The figure before and after a change, in windows of as many working days. The true difference lies between `lo`
    and `hi` with 95 % confidence; None where it cannot be told."""

    verdict: Verdict
    before: Window
    after: Window
    difference: float | None
    lo: float | None
    hi: float | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that it was done: sealed `words`, a `reference` to a document or a picture. The change holds since
    `changed_on`; it made the text of a `standard` a new one, its `standard_version`."""

    by: str
    at: datetime
    words: str
    reference: str
    changed_on: date
    standard: str
    standard_version: str


@dataclass(frozen=True, slots=True)
class Action:
    """`owners` are all that it had, the present one last: none of them may check it. `whys` and `reason` are sealed."""

    id: str
    title: str
    source: Source
    source_id: str
    cause: str
    process: str
    whys: str
    standard: str
    tickets: tuple[str, ...]
    owners: tuple[str, ...]
    due: date
    aim: Aim | None
    opened_by: str
    opened_at: datetime
    state: ActionState
    since: datetime
    proof: Proof | None = None
    checked_by: str = ""
    effects: tuple[Effect, ...] = ()
    reopened: int = 0
    reason: str = ""

    @property
    def owner(self) -> str:
        return self.owners[-1]

    @property
    def effect(self) -> Effect | None:
        """What was measured last."""
        return self.effects[-1] if self.effects else None

    def days_late(self, today: date) -> int:
        """0 while it is not late."""
        if self.state in PENDING:
            return max(0, (today - self.due).days)
        return 0

    def is_waiting(self) -> bool:
        """Whether its effect is still to be told."""
        told = self.effect is not None and self.effect.verdict is Verdict.TOO_FEW
        return self.state is ActionState.CHECKED and self.aim is not None and not told

    def is_over(self, now: datetime) -> bool:
        """Whether nothing more is to happen with it, and has not for long."""
        ended = self.state not in PENDING and not self.is_waiting()
        return ended and now - self.since > REMEMBERED
