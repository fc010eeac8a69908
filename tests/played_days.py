"""Days of branches at headquarters, from journals that were really played: raw rows, tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from conftest import MORNING
from month import Month
from raw_rows import journal_of, take_in

from headquarters.config import Engines, Headquarters
from headquarters.deriving.deriver import Deriver

DAYS = 2
DAY = MORNING.date()


def played_days(database: str, folder: Path, codes: Sequence[str]) -> dict[str, Month]:
    """DAYS from DAY on of each branch, no two alike. Before other rows of these branches are written."""
    months = {
        code: Month(folder / code / "var", seed, DAYS, (), code)
        for seed, code in enumerate(codes, start=11)
    }
    config = Headquarters(engines=Engines(database=database))
    with closing(Deriver(config)) as deriver:
        for month in months.values():
            take_in(database, journal_of(month.data))
        deriver.figures.pause_s = 0
        while deriver.round(60):
            pass
        deriver.figures.round(60)
    return months
