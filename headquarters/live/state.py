"""How a branch stands, by its last word: whether it is heard, and how much it needs somebody."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from headquarters.journal.judging import AlarmKind
from lobby.state.alert import AlertKind

FIGURES = (
    "waiting",
    "late",
    "longest_wait_s",
    "at_counters",
    "counters_open",
    "counters",
    "issued",
    "served",
    "no_shows",
    "alerts",
)
"""The figures of a snapshot. A branch of another version may lack some or have more."""
FIGURE_MAX = 10**9
NAME_MAX = 80
LATE_BURNS = 5
"""So many people past their target at once are more than one manager can speak to."""
LONGEST_BURNS_S = 3600
"""Nobody waits for an hour without a word being due."""


class BranchState(StrEnum):
    """Whether a branch is heard, and whether its figures can be trusted."""

    LIVE = "live"
    CUT = "cut"
    """Its last word is too old: that word is shown, with its age."""
    NEVER = "never"
    """It stands in hq.toml, and nothing was ever heard of it."""
    QUARANTINED = "quarantined"
    """Two computers write its journal: which of them is right, somebody has to decide."""
    CLOSED = "closed"
    """It is heard, and gives no numbers now."""

    @property
    def is_heard(self) -> bool:
        """Whether its figures are of now, and count in a sum."""
        return self in (BranchState.LIVE, BranchState.CLOSED)


class Heat(StrEnum):
    """How much a branch that is heard needs somebody, the most urgent first."""

    BURNING = "burning"
    STRAINED = "strained"
    CALM = "calm"


@dataclass(frozen=True)
class Word:
    """The last word of a branch. `received` is by the clock of headquarters, `at` by the branch's own; `clock_off_s` is
    how far they are apart, None where it is not known. `worst_alert`: the kind of the most urgent alert, None without
    any. `snapshot` is the whole of it as JSON: it takes a fifth of the memory that its objects would."""

    received: datetime
    at: datetime
    clock_off_s: float | None
    name: Mapping[str, str]
    figures: Mapping[str, int]
    is_open: bool
    worst_alert: str | None
    snapshot: str = field(repr=False)


def word_of(received: datetime, at: datetime, clock_off_s: float | None, snapshot: str) -> Word:
    """The word that a snapshot is, of whichever version: what it does not tell is 0, and what is not known of it stays
    in it. Raises ValueError where it is no snapshot."""
    document = json.loads(snapshot)
    if not isinstance(document, dict):
        raise ValueError("not a snapshot")
    told = _table(document, "figures")
    figures = {name: _whole(told.get(name)) for name in FIGURES}
    return Word(
        received,
        at,
        clock_off_s,
        {lang: str(name)[:NAME_MAX] for lang, name in _table(document, "name").items()},
        figures,
        bool(document.get("open", True)),
        _worst(document.get("alerts")) if figures["alerts"] else None,
        snapshot,
    )


ORDER = {kind.value: place for place, kind in enumerate(AlertKind)}


def _worst(alerts: object) -> str | None:
    """The kind of the most urgent one that is known; None where there is none."""
    if not isinstance(alerts, list):
        return None
    kinds = [alert.get("kind") for alert in alerts if isinstance(alert, dict)]
    known = [kind for kind in kinds if isinstance(kind, str) and kind in ORDER]
    return min(known, key=ORDER.__getitem__, default=None)


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = document.get(name)
    return table if isinstance(table, dict) else {}


def _whole(value: object) -> int:
    """As a lobby may have: the sum of a province must stay a number."""
    if isinstance(value, int | float) and 0 <= value < FIGURE_MAX:
        return int(value)
    return 0


def state_of(
    word: Word | None, now: datetime, alarms: Collection[str], silent_s: int, *, has_events: bool
) -> BranchState:
    """`has_events`: events of it are here, so that it was heard before, also where its last word is lost."""
    if AlarmKind.SECOND_WRITER in alarms:
        return BranchState.QUARANTINED
    if word is None:
        return BranchState.CUT if has_events else BranchState.NEVER
    if abs((now - word.received).total_seconds()) > silent_s:  # the clock may have been set back
        return BranchState.CUT
    return BranchState.LIVE if word.is_open else BranchState.CLOSED


def heat_of(word: Word | None, state: BranchState, alarms: Collection[str] = ()) -> Heat:
    """Calm where nothing is known of now: that is told by the state."""
    if word is None or not state.is_heard:
        return Heat.CALM
    figures = word.figures
    unserved = figures["waiting"] and not figures["counters_open"] and word.is_open
    if (
        figures["late"] >= LATE_BURNS
        or figures["longest_wait_s"] >= LONGEST_BURNS_S
        or (unserved and figures["late"])
    ):
        return Heat.BURNING
    if figures["late"] or figures["alerts"] or unserved or alarms:
        return Heat.STRAINED
    return Heat.CALM
