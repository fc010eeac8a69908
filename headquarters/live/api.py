"""The API of what is live."""

from __future__ import annotations

from pydantic import BaseModel, Field

from headquarters.live.summary import live_view
from headquarters.live.views import LiveFloorView, LiveView, floor_view
from headquarters.visible import entry_of, picture, summary
from lobby.views.shapes import shape
from web.roles import needs
from web.schemas import SECURITY, Id, api_of

api = api_of("live_api", __name__, "live", SECURITY[:2])
PAGE = 500
PAGE_MAX = 5000
UNITS_MAX = 60


class LiveQuery(BaseModel):
    unit: str = Field(default="", max_length=40, description="only what is below this unit")
    only: list[Id] = Field(
        default=[], max_length=UNITS_MAX, description="of it the branches of these units alone"
    )
    text: str = Field(default="", max_length=40, description="in the name or the code of a branch")
    since: int = Field(default=0, ge=0, le=2**62, description="only what changed since a revision")
    offset: int = Field(default=0, ge=0, le=10**6)
    limit: int = Field(default=PAGE, ge=0, le=PAGE_MAX, description="0: those that burn alone")


class BranchPath(BaseModel):
    code: Id


@api.get("/branches", responses={200: shape(LiveView)})
@needs("province")
def branches(query: LiveQuery) -> LiveView:
    """Every branch as it stands: heard or cut, its figures and their age, with the sums of those that are heard."""
    page = query.offset, query.limit
    of = summary(query.unit)
    return live_view(picture(), of, query.since, query.only, page, query.text)


@api.get("/branches/<code>", responses={200: shape(LiveFloorView)})
@needs("province")
def floor(path: BranchPath) -> LiveFloorView:
    """One branch with the whole of its last word: areas, counters, queue and alerts."""
    return floor_view(picture(), entry_of(path.code))
