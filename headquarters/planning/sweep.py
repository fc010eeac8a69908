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
from headquarters.deriving.replay import is_unknown
from headquarters.reports.parts import ALL, kept_under
from headquarters.reports.stored import stored
from headquarters.scope import members
from headquarters.shared.database import read
from lobby.branch.names import Name
from lobby.errors import Conflict, Unavailable
from lobby.simulation.one_more import Gain, best_gain
from web.ahead import Ahead, Told
from web.loop import Full

log = logging.getLogger(__name__)

CHOSEN_MAX = 60
"""A branch of 1,500 tickets is played some twenty times, which takes 6.6 s of the processor, and 33 s at a fifth of a
core: of branches with 1,000 all are through in some twenty minutes, those with the most waiting first."""
DAYS_KEPT = 8
STALE = timedelta(minutes=15)
"""After this time it is looked up what changed: a day goes on, and of one that is over a line may bring the rest."""
GIVEN_UP_S = 300.0
POLL_S = 0.2
WAITED = "wait_mean_s"
MADE = "SELECT branch, until, closed, made_at FROM figures WHERE day = %s ORDER BY branch"


@dataclass(frozen=True)
class Found:
    """The gain of a branch, and the name of the counter that the further one is like."""

    gain: Gain
    counter: Name


@dataclass(frozen=True)
class Ranking:
    """The branches with figures of a day, those first in which most was waited; when their figures were `made`, and
    `partial`, up to when those are here whose day is not whole. `stood`: those that were the province's on that day."""

    codes: list[str]
    made: dict[str, datetime]
    partial: dict[str, datetime]
    stood: frozenset[str]


NOTHING = Ranking([], {}, {}, frozenset())


@dataclass
class Progress:
    """A day as far as it is played. `due`: it is to be looked up which branches have figures, or have others now."""

    looked_at: datetime
    ranking: Ranking = NOTHING
    due: bool = True
    wanted: dict[str, None] = field(default_factory=dict)
    found: dict[str, Found | None] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    def take(self, ranking: Ranking) -> None:
        """What was found stays where a branch's figures are those of before."""
        self.found = {
            code: found
            for code, found in self.found.items()
            if ranking.made.get(code) == self.ranking.made.get(code)
        }
        self.failed.clear()
        self.ranking = ranking
        self.wanted = {code: None for code in self.wanted if code in ranking.made}
        self.due = False

    def choose(self, seen: Container[str]) -> list[str]:
        """Those of the branches `seen` that are played: CHOSEN_MAX at most."""
        chosen = [code for code in self.ranking.codes if code in seen][:CHOSEN_MAX]
        self.wanted.update(dict.fromkeys(chosen))
        return chosen

    def is_played(self, code: str) -> bool:
        return code in self.found or code in self.failed

    @property
    def left(self) -> list[str]:
        return [code for code in self.wanted if not self.is_played(code)]

    @property
    def ready(self) -> bool:
        return not self.due and not self.left


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
        progress = self._days.setdefault(day, Progress(now))
        if progress.ready and now - progress.looked_at > STALE:
            progress.looked_at = now
            progress.due = True
        self._days.move_to_end(day)
        while len(self._days) > DAYS_KEPT:
            self._days.popitem(last=False)
        return progress

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
        if progress.due:
            progress.take(read(self._headquarters, ranking, day))
            return
        code = progress.left[0]
        try:
            progress.found[code] = self._played(code, day)
        except (Unavailable, Full):
            raise
        except Conflict as refused:
            log.warning("the day %s of branch %s cannot be played: %s", day, code, refused)
            progress.failed.add(code)
        except Exception:
            log.exception("the day %s of branch %s cannot be played", day, code)
            progress.failed.add(code)

    def _played(self, code: str, day: date) -> Found | None:
        recorded = read(self._headquarters, recorded_on, code, day)
        if recorded is None:
            return None
        branch, _ = recorded
        if is_unknown(branch):
            raise Conflict("unreadable_configuration")
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


def ranking(db: psycopg.Connection, hq: Headquarters, day: date) -> Ranking:
    within = members(db, hq, (day, day), "", "")
    kept = kept_under(WAITED)
    waited = {
        each.member.code: each.parts.get(kept, {}).get(ALL, {}).get(ALL, [0, 0.0])
        for each in stored(db, within, "day", (day, day), histograms=False)
    }
    rows = db.execute(MADE, [day.isoformat()]).fetchall()
    return Ranking(
        sorted(waited, key=lambda code: (-_sum(waited[code]), code)),
        {code: made_at for code, _, _, made_at in rows},
        {code: until.astimezone(hq.zone) for code, until, closed, _ in rows if not closed},
        frozenset(member.code for member in within),
    )


def _sum(part: object) -> float:
    return float(part[1]) if isinstance(part, list) and len(part) > 1 else 0.0
