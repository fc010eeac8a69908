"""The API of the province's reports and comparisons."""

from __future__ import annotations

from pydantic import BaseModel, Field

from headquarters.reports.charts import charted_days
from headquarters.reports.reports import chart, comparison, report
from headquarters.reports.views import ChartView, ComparisonView, ReportView
from headquarters.shared.database import asked
from headquarters.visible import must_have_stood, unit_asked
from lobby.reports.measure import DefinitionView, definition
from lobby.reports.measures import MEASURES, Span, days_of
from lobby.views.shapes import list_shape, shape
from web.languages import reader_lang
from web.roles import needs
from web.schemas import SECURITY, BranchDay, Id, api_of

api = api_of("reports_api", __name__, "reports", SECURITY[:2])
UNIT = Field(default="", max_length=40, description="only what is below this unit")


class ReportPath(BaseModel):
    span: Span
    day: BranchDay


class ReportQuery(BaseModel):
    unit: str = UNIT
    branch: str = Field(default="", max_length=40, description="only this branch")


class ChartPath(BaseModel):
    measure: Id
    day: BranchDay


class ComparisonQuery(BaseModel):
    measure: str = Field(min_length=1, max_length=40, description="the id of a share")
    unit: str = UNIT


@api.get("/measures", responses={200: list_shape(DefinitionView)})
@needs("province")
def measures() -> list[DefinitionView]:
    """Every measure: its name, unit, population and formula, in the reader's language."""
    return [definition(measure, reader_lang()) for measure in MEASURES.values()]


@api.get("/reports/<span>/<day>", responses={200: shape(ReportView)})
@needs("province")
def reports(path: ReportPath, query: ReportQuery) -> ReportView:
    """The figures of the day, week or month that the date is in, and how complete they are."""
    unit = unit_asked(query.unit)
    if query.branch:
        must_have_stood(query.branch, days_of(path.span, path.day))
    return asked(report, path.span, path.day, unit=unit, branch=query.branch)


@api.get("/charts/<measure>/<day>", responses={200: shape(ChartView)})
@needs("province")
def charts(path: ChartPath, query: ReportQuery) -> ChartView:
    """A measure day by day up to the date, as a control chart of all these branches together."""
    unit = unit_asked(query.unit)
    if query.branch:
        must_have_stood(query.branch, charted_days(path.day))
    return asked(chart, path.day, path.measure, unit=unit, branch=query.branch)


@api.get("/comparisons/<span>/<day>", responses={200: shape(ComparisonView)})
@needs("province")
def comparisons(path: ReportPath, query: ComparisonQuery) -> ComparisonView:
    """The branches beside what chance explains, adjusted for the mix of business: no ranking."""
    unit = unit_asked(query.unit)
    return asked(comparison, path.span, path.day, query.measure, unit=unit)
