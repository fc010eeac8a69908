"""Where one more counter helps most: a day of the branches in which most was waited is played again, one branch after
the other, in a process beside the server. What is done by now is told as such."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import psycopg

from headquarters.config import Headquarters
from headquarters.deriving.days import recorded_on
from headquarters.parts import ALL, kept_under
from headquarters.scope import members
from headquarters.shared.database import read
from headquarters.stored import stored
from lobby.branch.names import Name
from lobby.errors import Unavailable
from lobby.simulation.one_more import Gain, best_gain
from web.ahead import Ahead, Told
from web.loop import Full

log = logging.getLogger(__name__)

CHOSEN_MAX = 60
"""A branch of 1,500 tickets is played some twenty times, which takes 6.6 s of the processor, and 33 s at a fifth of a
core: of branches with 1,000 all are through in some twenty minutes, those with the most waiting first."""
DAYS_KEPT = 8
STALE = timedelta(minutes=15)
"""A day that goes on is played again after this time."""
GIVEN_UP_S = 300.0
POLL_S = 0.2
WAITED = "wait_mean_s"
PARTIAL = "SELECT branch, until FROM figures WHERE day = %s AND NOT closed ORDER BY branch"


@dataclass(frozen=True)
class Found:
    """The gain of a branch, and the name of the counter that the further one is like."""

    gain: Gain
    counter: Name


@dataclass
class Progress:
    """A day as far as it is played. `ranked` are the branches with figures of the day, those first in which most was
    waited; None before they are known. `partial`: up to when those are here whose day is not whole."""

    began_at: datetime
    ranked: list[str] | None = None
    partial: dict[str, datetime] = field(default_factory=dict)
    wanted: dict[str, None] = field(default_factory=dict)
    found: dict[str, Found | None] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    def choose(self, seen: Container[str]) -> list[str]:
        """Those of the branches `seen` that are played: CHOSEN_MAX at most."""
        chosen = [code for code in self.ranked or () if code in seen][:CHOSEN_MAX]
        self.wanted.update(dict.fromkeys(chosen))
        return chosen

    def is_played(self, code: str) -> bool:
        return code in self.found or code in self.failed

    @property
    def left(self) -> list[str]:
        return [code for code in self.wanted if not self.is_played(code)]

    @property
    def ready(self) -> bool:
        return self.ranked is not None and not self.left


class Sweep:
    """`now` is the clock of the pages, `pause` lets the server's loop go on for so many seconds."""

    def __init__(
        self,
        headquarters: Headquarters,
        ahead: Ahead,
        now: Callable[[], datetime],
        pause: Callable[[float], None],
    ) -> None:
        self._headquarters = headquarters
        self._ahead = ahead
        self._now = now
        self._pause = pause
        self._days: OrderedDict[date, Progress] = OrderedDict()
        self.stalled = False

    def progress(self, day: date) -> Progress:
        """How far the day is; it is begun where it was not. What was asked for last is played first."""
        now = self._now()
        before = self._days.get(day)
        goes_on = day >= now.astimezone(self._headquarters.zone).date()
        if before is None or (goes_on and before.ready and now - before.began_at > STALE):
            self._days[day] = Progress(now)
        self._days.move_to_end(day)
        while len(self._days) > DAYS_KEPT:
            self._days.popitem(last=False)
        return self._days[day]

    def step(self) -> bool:
        """Play one branch, or find out which. False where there is nothing to do, or the database does not answer."""
        day = next((day for day in reversed(self._days) if not self._days[day].ready), None)
        if day is None:
            return False
        try:
            self._advance(day, self._days[day])
        except Full:  # people's reports go first
            return False
        except Unavailable:
            self.stalled = True
            return False
        self.stalled = False
        return True

    def _advance(self, day: date, progress: Progress) -> None:
        if progress.ranked is None:
            progress.ranked, progress.partial = read(self._headquarters, ranking, day)
            return
        code = progress.left[0]
        try:
            progress.found[code] = self._played(code, day)
        except (Unavailable, Full):
            raise
        except Exception:
            log.exception("the day %s of branch %s cannot be played", day, code)
            progress.failed.add(code)

    def _played(self, code: str, day: date) -> Found | None:
        recorded = read(self._headquarters, recorded_on, code, day)
        if recorded is None:
            return None
        branch, _ = recorded
        gain = self._answer(f"gain {code} {day}", (best_gain, recorded)).result
        return Found(gain, branch.counter[gain.counter_like].name) if gain else None

    def _answer(
        self, question: str, work: tuple[Callable[..., object], tuple[object, ...]]
    ) -> Told:
        """Raises TimeoutError where the process beside the server gives none."""
        began = time.monotonic()
        while time.monotonic() - began < GIVEN_UP_S:
            told = self._ahead.ask(question, "sweep", began, self._now(), lambda: work)
            if told and told.key == began:
                return told
            self._pause(POLL_S)
        raise TimeoutError(question)


def ranking(
    db: psycopg.Connection, hq: Headquarters, day: date
) -> tuple[list[str], dict[str, datetime]]:
    """The branches with figures of the day, those first in which most was waited altogether; and up to when those are
    here whose day is not whole."""
    within = members(db, hq, (day, day), "", "")
    kept = kept_under(WAITED)
    waited = {
        each.member.code: each.parts.get(kept, {}).get(ALL, {}).get(ALL, [0, 0.0])
        for each in stored(db, within, "day", (day, day), histograms=False)
    }
    partial = db.execute(PARTIAL, [day.isoformat()]).fetchall()
    return (
        sorted(waited, key=lambda code: (-_sum(waited[code]), code)),
        {code: until.astimezone(hq.zone) for code, until in partial},
    )


def _sum(part: object) -> float:
    return float(part[1]) if isinstance(part, list) and len(part) > 1 else 0.0
