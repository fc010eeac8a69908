"""The lobby manager's part that looks ahead: advice now, staffing for a day, a recorded day played otherwise."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel, Field

from lobby.calling.discipline import DEFAULT
from lobby.errors import Invalid, NotFound
from lobby.simulation.advice import Advice, AdviceKind, advise
from lobby.simulation.lookahead import Lookahead
from lobby.simulation.staffing import staffing
from lobby.simulation.whatif import RecordedDay, Variation, play, recorded_day
from lobby.views.views import View
from web.dispatch import runtime
from web.loop import ADVICE, PLANS
from web.roles import needs
from web.schemas import SECURITY, BranchDay, Id, api_of

api = api_of("planning_api", __name__, "planning", SECURITY[:2])


class OneAdviceOut(BaseModel):
    kind: AdviceKind
    counter: str | None = Field(description="to open or close")
    tickets: list[str] = Field(description="to send to the machines of `area`")
    numbers: list[str] = Field(description="of these tickets")
    area: str | None
    before_s: float
    after_s: float
    saves_s: float
    saves_lo_s: float
    saves_hi_s: float
    unserved: bool = Field(description="as it is, nobody would call them")


class AdviceOut(BaseModel):
    """Best first. `saves_s` is what the 90 % wait in the hall falls by, `saves_lo_s`..`saves_hi_s` its interval."""

    at: str
    advice: list[OneAdviceOut]


class DayPath(BaseModel):
    day: BranchDay


class HalfHourOut(BaseModel):
    at: str
    arrivals: float
    counters: int


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
    overtakes: int
    score: float = Field(description="missed service targets; 0 is best")


class WhatIfOut(BaseModel):
    """Figures of the day as it was and as it would have been; waits in seconds."""

    day: str
    tickets: int
    was: FiguresOut
    then: FiguresOut


@api.get("/advice", responses={200: AdviceOut})
@needs("manager")
def advice() -> View:
    """What could be done now, and what it would save."""
    now = runtime().clock()
    with runtime().writer.published() as state:
        lookahead = Lookahead(state, now, runtime().forecaster)
        numbers = {id: t.number for id, t in state.tickets.items()}
        same = runtime().data, state.seq, now.replace(second=0, microsecond=0)
    options: list[Advice] = ADVICE.run(same, advise, lookahead)
    return {"at": now.isoformat(), "advice": [_shown(one, numbers) for one in options]}


def _shown(option: Advice, numbers: dict[str, str]) -> View:
    return {
        **asdict(option),
        "saves_s": option.saves_s,
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
    """A recorded day again, with another policy, target, or one more counter."""
    branch = runtime().branch
    otherwise = _otherwise(query)
    day: RecordedDay = PLANS.run(recorded_day, branch, runtime().database, query.day)
    if not day.customers:
        raise NotFound("no_such_day", day=query.day.isoformat())
    was = PLANS.run(play, branch, day, Variation())
    then = PLANS.run(play, branch, day, otherwise)
    return {"day": query.day.isoformat(), "tickets": len(day.customers), "was": was, "then": then}


def _otherwise(query: WhatIfQuery) -> Variation:
    branch = runtime().branch
    if query.counter_like and query.counter_like not in branch.offered.counter:
        raise Invalid("unknown_counter", "counter_like", id=query.counter_like)
    if query.tier and query.tier not in branch.offered.tier:
        raise Invalid("unknown_tier", "tier", id=query.tier)
    targets_s = {query.tier: query.target_wait_s} if query.tier and query.target_wait_s else {}
    return Variation(query.policy, query.counter_like, targets_s)
