"""The API of figures: what each measure is, what it was in a period, and what a figure is made of."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, Field

from lobby.reports.late import Why
from lobby.reports.measure import DefinitionView, definition
from lobby.reports.measures import (
    MEASURES,
    PartsView,
    ReportView,
    Span,
    days_of,
    measure_of,
    parts,
    report,
)
from lobby.views.shapes import list_shape, shape
from web.dispatch import runtime
from web.languages import reader_lang
from web.loop import PLANS
from web.roles import needs
from web.schemas import SECURITY, BranchDay, Id, api_of

api = api_of("bulletin_api", __name__, "bulletin", SECURITY[:2])
LONGEST = timedelta(days=366)
PAGE = 200


class ReportPath(BaseModel):
    span: Span
    day: BranchDay


class MeasurePath(BaseModel):
    id: Id


class PartsQuery(BaseModel):
    from_: BranchDay = Field(alias="from")
    to: BranchDay
    tier: Id | None = None
    service: Id | None = None
    counter: Id | None = None
    hour: int | None = Field(default=None, ge=0, le=23)
    why: Why | None = None
    offset: int = Field(default=0, ge=0, le=10**7)
    limit: int = Field(default=PAGE, ge=1, le=1000)

    def group(self) -> dict[str, str]:
        keys = self.model_dump(
            include={"tier", "service", "counter", "hour", "why"}, exclude_none=True
        )
        return {key: str(value) for key, value in keys.items()}


@api.get("/measures", responses={200: list_shape(DefinitionView)})
@needs("reports")
def measures() -> list[DefinitionView]:
    """Every measure: its name, unit, population and formula, in the reader's language."""
    return [definition(measure, reader_lang()) for measure in MEASURES.values()]


@api.get("/measures/<id>/tickets", responses={200: shape(PartsView)})
@needs("reports")
def made_of(path: MeasurePath, query: PartsQuery) -> PartsView:
    """What a figure of the days `from` to `to` is made of: its tickets, or what else its `noun` is."""
    days = query.from_, min(query.to, query.from_ + LONGEST)
    page = query.offset, query.limit
    here = runtime()
    return PLANS.run(
        parts, here.branch, here.database, measure_of(path.id), days, query.group(), page
    )


@api.get("/reports/<span>/<day>", responses={200: shape(ReportView)})
@needs("reports")
def reports(path: ReportPath) -> ReportView:
    """The figures of the day, week or month that the date is in."""
    here = runtime()
    first, last = days_of(path.span, path.day)
    return PLANS.run(report, here.branch, here.database, first, last, here.clock())
