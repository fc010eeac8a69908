"""Stored figures of branches, as headquarters derives them from journals: some days of each, and their months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from psycopg.types.json import Json

from headquarters.reports.parts import days_merged, kept_under, sums_of_all

TODAY = datetime.now(UTC).date()
DAY = (TODAY - timedelta(days=2)).isoformat()
DAYS = [TODAY - timedelta(days=n) for n in range(22)]
SLOW = 3
"""The branch of this place in the list has twice as many late customers."""


def write_figures(database: str, codes: Sequence[str]) -> None:
    """A thousand tickets a branch and day. Of the waits, which are fewer from branch to branch, some 200 were late."""
    with psycopg.connect(database) as db:
        for place, code in enumerate(codes):
            sums = {day: _sums(place, n) for n, day in enumerate(DAYS)}
            db.execute(
                "INSERT INTO branch (code, epoch, seq) VALUES (%s, 1, 9) ON CONFLICT DO NOTHING",
                [code],
            )
            _write_days(db, code, sums)
            _write_months(db, code, sums)


def _sums(place: int, n: int) -> dict[str, Any]:
    late = (2 if place == SLOW else 1) * (190 + (7 * n + 3 * place) % 20)
    waits = max(400, 1000 - 40 * place)
    of_late = [waits, late]
    return {
        kept_under("tickets"): {"": {"": [1000]}, "tier": {"standard": [1000]}},
        kept_under("late_share"): {"": {"": of_late}, "mix": {"standard/cash": of_late}},
    }


def _write_days(db: psycopg.Connection, code: str, sums: dict[date, Any]) -> None:
    with db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO figures (branch, day, until, closed, document, histograms)"
            " VALUES (%s, %s, now(), true, %s, '{}')",
            [(code, day.isoformat(), Json(of_day)) for day, of_day in sums.items()],
        )


def _write_months(db: psycopg.Connection, code: str, sums: dict[date, Any]) -> None:
    months: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for day, of_day in sums.items():
        months[day.isoformat()[:7]][day.isoformat()] = of_day
    for month, days in months.items():
        db.execute(
            "INSERT INTO figures_month (branch, month, until, closed, days, document, histograms)"
            " VALUES (%s, %s, now(), true, %s, %s, '{}')",
            [
                code,
                month,
                Json({day: sums_of_all(of_day) for day, of_day in days.items()}),
                Json(days_merged([*days.values()])),
            ],
        )
