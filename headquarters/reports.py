"""The reports of a province: the figures of a day, a week or a month by the branches' own definitions, for all
branches, those below a unit of the tree, or one; and which branches differ by more than chance.

Each says how complete it is. A figure of many branches is added up from their days (lobby/reports/parts.py): no
quantile is averaged. Counters are left out: behind one stands a person, and its number means nothing elsewhere.
"""

from __future__ import annotations

from datetime import date

import psycopg

from headquarters.config import Headquarters
from headquarters.report_views import ComparisonView, ReportView
from lobby.reports.measures import Span

__all__ = ["ComparisonView", "ReportView", "comparison", "report"]


def report(
    db: psycopg.Connection,
    hq: Headquarters,
    span: Span,
    day: date,
    *,
    unit: str = "",
    branch: str = "",
) -> ReportView:
    """The figures of the day, the week or the month that `day` is in. Raises NotFound for an unknown unit or branch."""
    raise NotImplementedError


def comparison(
    db: psycopg.Connection, hq: Headquarters, span: Span, day: date, measure: str, *, unit: str = ""
) -> ComparisonView:
    """The branches beside what chance explains, by a share (COMPARABLE). Raises NotFound for an unknown unit, and for a
    measure that is no share."""
    raise NotImplementedError
