"""The API of days that are played again with a counter more or less, and of an exchange of tellers."""

from __future__ import annotations

from pydantic import BaseModel, Field

from headquarters.planning.asking import (
    between_of,
    branch_day,
    gains,
    whatif,
)
from headquarters.planning.exchanges import exchange_of
from headquarters.planning.views import ExchangeView, GainsView, WhatIfView
from headquarters.visible import unit_asked
from lobby.simulation.whatif import Variation
from lobby.views.shapes import shape
from web.roles import needs
from web.schemas import SECURITY, BranchDay, Id, api_of

api = api_of("planning_api", __name__, "planning", SECURITY[:2])
TIME = r"^(([01]\d|2[0-3]):[0-5]\d)?$"


class BranchPath(BaseModel):
    code: Id


class WhatIfQuery(BaseModel):
    day: BranchDay
    counter_like: str = Field(
        default="", max_length=40, description="one more counter like this one"
    )
    counter_of: str = Field(
        default="", max_length=40, description="one more counter, for all business of this area"
    )
    counter_less: str = Field(default="", max_length=40, description="this counter stays closed")
    begins: str = Field(default="", pattern=TIME, description="from when; all day without")
    ends: str = Field(default="", pattern=TIME)

    def variation(self) -> Variation:
        return Variation(
            counter_like=self.counter_like or None,
            counter_of=self.counter_of or None,
            counter_less=self.counter_less or None,
            between=between_of(self.begins, self.ends),
        )


class DayPath(BaseModel):
    day: BranchDay


class UnitQuery(BaseModel):
    unit: str = Field(default="", max_length=40, description="only what is below this unit")


@api.get("/branches/<code>/whatif", responses={200: shape(WhatIfView)})
@needs("province")
def whatif_of(path: BranchPath, query: WhatIfQuery) -> WhatIfView:
    """A branch's day played again with a counter more or less: ask again until it is `ready`. 409
    `unreadable_configuration` where headquarters cannot read which counters the branch had."""
    return whatif(path.code, query.day, branch_day(path.code, query.day), query.variation())


@api.get("/gains/<day>", responses={200: shape(GainsView)})
@needs("province")
def gains_of(path: DayPath, query: UnitQuery) -> GainsView:
    """Where one more counter would have saved most that day: ask again until it is `ready`."""
    return gains(path.day, unit_asked(query.unit))


@api.get("/exchanges/<day>", responses={200: shape(ExchangeView)})
@needs("province")
def exchanges(path: DayPath, query: UnitQuery) -> ExchangeView:
    """Which branch right below the unit could lend a teller to which, on a day to come: a proposal, never an order.
    Ask again until it is `ready`. 422 `choose_unit` for a unit of several that have branches."""
    return exchange_of(path.day, unit_asked(query.unit))
