"""The shapes of what is played again and proposed, as JSON has them. Times of day are texts such as `09:30`."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from headquarters.reports.views import BranchView
from lobby.views.base import ByLang


class PlayedTierView(TypedDict):
    """A tier on a day; waits in seconds."""

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


class PlayedView(TypedDict):
    """A day by tier."""

    tiers: dict[str, PlayedTierView]


class WhatIfView(TypedDict):
    """A branch's day as it `was`, from its journal, and played `again` and with the change (`then`): the difference of
    the last two is the change's. The day is here `until` that instant; `whole`: nothing more comes. While it is played
    `ready` is false and there are no figures: ask again. `saved_min` are minutes of waiting, negative where more are
    waited; `counter_h` for how long a counter was more while the branch was
    open, or less than it was open."""

    branch: str
    day: str
    until: str
    whole: bool
    ready: bool
    tickets: NotRequired[int]
    was: NotRequired[PlayedView]
    again: NotRequired[PlayedView]
    then: NotRequired[PlayedView]
    saved_min: NotRequired[float]
    counter_h: NotRequired[float]


class GainView(TypedDict):
    """What one more counter like `counter_like` would have saved from `begins` to `ends`, or all day (`all_day`):
    minutes of waiting, of `waited_min` without it, in `counter_h` hours of the counter. `unit`: right above the branch
    on that day."""

    branch: str
    name: ByLang
    unit: str
    counter_like: str
    counter_name: ByLang
    begins: str
    ends: str
    all_day: bool
    saved_min: float
    saved_min_an_hour: float
    counter_h: float
    waited_min: float


class GainsView(TypedDict):
    """Of `branches` with figures of the day, those `chosen` are played, in which most was waited; so many are `played`
    by now, `ready` when all are. `missing` are branches of which nothing of the day is here, `partial` those of which
    it is here `until` an instant, `failed` could not be played, as where their configuration cannot be read. `stalled`:
    the database does not answer. `rows`: the most saved in an hour of the counter first; who gains nothing worth a
    minute an hour is in none."""

    day: str
    branches: int
    chosen: int
    played: int
    ready: bool
    stalled: bool
    missing: list[BranchView]
    partial: list[BranchView]
    failed: list[BranchView]
    rows: list[GainView]


class HalfHourView(TypedDict):
    """From `at`: customers expected, counters `needed` (never more than there are; `enough` is false where more would
    be), and how many are usually open."""

    at: str
    arrivals: int
    needed: int
    staffed: int
    enough: bool


class OutlookView(TypedDict):
    branch: str
    name: ByLang
    half_hours: list[HalfHourView]


class ProposalView(TypedDict):
    """A teller of `counter` of the lender works at one like `counter_like` of the borrower. `saved_min` of waiting are
    saved there, and `cost_min` more are waited at the lender, on the days that were played: `lender_day` and
    `borrower_day`."""

    lender: str
    lender_name: ByLang
    lender_day: str
    borrower: str
    borrower_name: ByLang
    borrower_day: str
    begins: str
    ends: str
    counter: str
    counter_name: ByLang
    counter_like: str
    counter_like_name: ByLang
    saved_min: float
    cost_min: float


class ExchangeView(TypedDict):
    """Proposals of the `branches` right below a unit for a day to come, the most saved first. `missing`: no forecast,
    since nothing of the last four weeks is here, the branch is closed on the day, or its configuration cannot be read.
    `left_out`: more branches than are looked at."""

    day: str
    unit: str
    ready: bool
    branches: int
    outlooks: list[OutlookView]
    missing: list[BranchView]
    left_out: int
    proposals: list[ProposalView]
