"""What all views share: whom they ask, names in every language, instants in the branch's time, waits."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from lobby.branch.model import Branch
from lobby.events.personal import Reveal
from lobby.events.wait import Wait
from lobby.forecast.outlook import Outlook
from lobby.forecast.port import Forecast
from lobby.forecast.words import QuotedWait, in_all_languages, quoted_wait
from lobby.state.queue import QueueState

ByLang = dict[str, str]
"""Words by the language's code, in every language that the branch speaks."""


class Waits(TypedDict):
    """A forecast in seconds from now, and as people say it; lo..hi is the 90 % interval."""

    wait_p50_s: int
    wait_p90_s: int
    wait_lo_s: int
    wait_hi_s: int
    wait_said: QuotedWait
    wait_words: ByLang


class Presenter:
    """Views of a state, with the waits that the forecaster gives it now. `reveal` opens sealed words."""

    def __init__(self, forecaster: Forecast, outlook: Outlook, reveal: Reveal) -> None:
        self._forecaster = forecaster
        self._outlook = outlook
        self._reveal = reveal

    def area_wait(self, state: QueueState, area: str, now: datetime) -> Waits:
        """The wait of the area's next newcomer."""
        return waits(self._outlook.area_wait(state, area, now))


def waits(wait: Wait) -> Waits:
    quoted = quoted_wait(wait)
    return {
        "wait_p50_s": wait.p50_s,
        "wait_p90_s": wait.p90_s,
        "wait_lo_s": wait.lo_s,
        "wait_hi_s": wait.hi_s,
        "wait_said": quoted,
        "wait_words": dict(in_all_languages(**quoted)),
    }


def local(state: QueueState, at: datetime) -> str:
    """As `branch_time`."""
    return branch_time(state.branch, at)


def branch_time(branch: Branch, at: datetime) -> str:
    """ISO 8601 in the branch's time zone, to the millisecond."""
    return at.astimezone(branch.zone).isoformat(timespec="milliseconds")


def local_or_none(state: QueueState, at: datetime | None) -> str | None:
    return local(state, at) if at else None
