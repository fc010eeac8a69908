"""The lobby manager's part that looks ahead: advice now, staffing for a day, a recorded day played otherwise."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, Field

from lobby.calling.discipline import DEFAULT
from lobby.errors import Invalid, NotFound
from lobby.simulation.advice import Advice, AdviceKind, advise
from lobby.simulation.lookahead import Lookahead
from lobby.simulation.staffing import staffing
from lobby.simulation.whatif import Variation, compare
from lobby.views.views import View
from web.ahead import Told, Work, ahead
from web.dispatch import runtime
from web.loop import PLANS
from web.roles import asker, needs
from web.schemas import SECURITY, BranchDay, BranchMoment, Id, api_of

FRESH = timedelta(seconds=15)
"""Advice so young is of the present lobby: the lobby changes every few seconds, and a look takes as long."""
api = api_of("planning_api", __name__, "planning", SECURITY[:2])


class OneAdviceOut(BaseModel):
    kind: AdviceKind
    counter: str | None = Field(description="to open, close, or lend to `area`")
    tickets: list[str] = Field(
        description="whose customers are to be asked about the machines of `area`"
    )
    numbers: list[str] = Field(description="of these tickets")
    area: str | None
    minutes: int | None = Field(description="for how long `counter` is to be lent")
    before_s: float
    after_s: float
    saves_s: float
    saves_lo_s: float
    saves_hi_s: float
    attended: bool | None = Field(
        description="somebody is at `counter`; null where nobody signs on, or none is named"
    )
    unserved: bool = Field(description="as it is, nobody would call them")


class AdviceOut(BaseModel):
    """Best first. `saves_s` is what the 90 % wait in the hall falls by, `saves_lo_s`..`saves_hi_s` its interval."""

    at: str | None = Field(description="the lobby that the advice is for; null before the first")
    age_s: float | None
    ready: bool = Field(description="false while the present lobby is still looked into: ask again")
    advice: list[OneAdviceOut]


class DayPath(BaseModel):
    day: BranchDay


class HalfHourOut(BaseModel):
    at: str
    arrivals: int = Field(description="customers expected")
    counters: int = Field(description="of the branch; never more than it has")
    enough: bool = Field(description="false where more would be needed than the branch has")


class StaffingOut(BaseModel):
    """By half hour: `at`, expected `arrivals`, and the `counters` that keep nine of ten within the target."""

    day: str
    half_hours: list[HalfHourOut]


class WhatIfQuery(BaseModel):
    day: BranchDay
    policy: Literal["default", "fcfs", "strict", "edf"] = DEFAULT  # type: ignore[assignment]
    counter_like: Id | None = None
    tier: Id | None = None
    target_wait_s: int | None = Field(default=None, ge=60, le=36000)
    since: BranchMoment | None = Field(
        default=None,
        description="`at` of the first answer, where it is asked again for the figures",
    )


class TierFiguresOut(BaseModel):
    tickets: int
    served: int
    no_show: int
    abandoned: int
    mean_wait_s: float
    p50_wait_s: float
    p90_wait_s: float
    max_wait_s: float
    over_target_share: float
    mean_excess_s: float


class FiguresOut(BaseModel):
    tiers: dict[str, TierFiguresOut]
    score: float = Field(description="missed service targets; 0 is best")


class WhatIfOut(BaseModel):
    """Figures of the day as it `was`, from the journal, and as it would have been, from a simulation; waits in seconds.
    `then` is to be compared with `again`, the same simulation without the change. All but `day` and `at` is null while
    the day is still played: ask again, with `at` as `since`."""

    day: str
    at: str = Field(description="the figures of a day that is not over are of this instant")
    ready: bool
    tickets: int | None = None
    was: FiguresOut | None = Field(default=None, description="what the journal has")
    again: FiguresOut | None = Field(default=None, description="simulated, nothing changed")
    then: FiguresOut | None = Field(default=None, description="simulated, with the change")
    saved_min: float | None = Field(
        default=None, description="minutes of waiting that the change saves, all customers together"
    )
    counter_h: float | None = Field(
        default=None, description="for how long one counter was more, hours"
    )


@api.get("/advice", responses={200: AdviceOut})
@needs("manager")
def advice() -> View:
    """What could be done now, and what it would save. The answer comes within a second; where the lobby is not looked
    into by then, it is the last one with its age."""
    now = runtime().clock()
    with runtime().writer.published() as state:
        key = state.seq, now.replace(second=0, microsecond=0)
    told = ahead().ask("advice", "advice", key, now, _looking())
    if told is None:
        return {"at": None, "age_s": None, "ready": False, "advice": []}
    with runtime().writer.published() as state:
        numbers = {t.id: t.number for t in state.waiting()}
        attended = {id: state.attended(id) for id in state.counters}
    fitting = [one for one in told.result if numbers.keys() >= set(one.tickets)]
    age = max(timedelta(), now - told.at)
    return {
        "at": _local(told.at),
        "age_s": age.total_seconds(),
        "ready": told.key == key or age < FRESH,
        "advice": [_shown(one, numbers, attended.get(one.counter or "")) for one in fitting],
    }


def _looking() -> Callable[[], Work]:
    """What reads the lobby as it is then, in no request."""
    here = runtime()

    def look() -> Work:
        with here.writer.published() as state:
            return advise, (Lookahead(state, here.clock(), here.forecaster),)

    return look


def _shown(option: Advice, numbers: dict[str, str], attended: bool | None) -> View:
    return {
        **asdict(option),
        "saves_s": option.saves_s,
        "attended": attended,
        "unserved": option.unserved,
        "numbers": [numbers[t] for t in option.tickets],
    }


@api.get("/staffing/<day>", responses={200: StaffingOut})
@needs("manager")
def staffing_of(path: DayPath) -> View:
    """How many counters a day needs, from the same weekday of the four weeks before."""
    rows = PLANS.run(staffing, runtime().branch, runtime().database, path.day)
    return {"day": path.day.isoformat(), "half_hours": [asdict(row) for row in rows]}


@api.get("/whatif", responses={200: WhatIfOut})
@needs("manager")
def whatif(query: WhatIfQuery) -> View:
    """A recorded day as it was, and simulated with another policy, target, or one more counter."""
    work = compare, (runtime().branch, runtime().database, query.day, _otherwise(query))
    now = runtime().clock()
    since = min(query.since or now, now)
    question = f"whatif {query.model_dump(exclude={'since'})}"
    is_over = query.day < runtime().branch.day_of(now)
    # Who asks again asks for the same minute: with the next one a long day would never be played to its end.
    key = query.day if is_over else since.replace(second=0, microsecond=0)
    told = ahead().ask(question, "whatif", key, now, lambda: work, asker())
    if told is None or not _fits(told, key, since):
        return {"day": query.day.isoformat(), "at": _local(since), "ready": False}
    if told.result is None:
        raise NotFound("no_such_day", day=query.day.isoformat())
    day = {"day": query.day.isoformat(), "at": _local(told.at)}
    return {**day, "ready": True, **told.result}


def _local(at: datetime) -> str:
    """As the page shows it: in the time of the branch."""
    return at.astimezone(runtime().branch.zone).isoformat()


def _fits(told: Told, key: Hashable, since: datetime) -> bool:
    """Whether the answer is of that minute, or of a later one that somebody else asked for."""
    return told.key == key or told.at >= since


def _otherwise(query: WhatIfQuery) -> Variation:
    branch = runtime().branch
    if query.counter_like and query.counter_like not in branch.offered.counter:
        raise Invalid("unknown_counter", "counter_like", id=query.counter_like)
    if query.tier and query.tier not in branch.offered.tier:
        raise Invalid("unknown_tier", "tier", id=query.tier)
    targets_s = {query.tier: query.target_wait_s} if query.tier and query.target_wait_s else {}
    return Variation(query.policy, query.counter_like, targets_s)
