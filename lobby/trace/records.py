"""A recorded queue as CSV, and the forecasts for it: the two files of `lobby forecast`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

COLUMNS = (
    "ticket",
    "tier",
    "service",
    "arrived_at",
    "called_at",
    "finished_at",
    "abandoned_at",
    "counter",
)
FORECAST = ("ticket", "wait_p50_s", "wait_p90_s", "wait_lo_s", "wait_hi_s")
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One customer of a trace; instants are local, in seconds since 1970."""

    ticket: str
    tier: str
    service: str
    arrived_s: float
    called_s: float | None
    finished_s: float | None
    abandoned_s: float | None
    counter: str

    @property
    def wait_s(self) -> float | None:
        if self.called_s is None:
            return None
        return self.called_s - self.arrived_s


def read_trace(path: Path) -> list[Row]:
    """The rows of a trace, in order of arrival. Clocks of real systems disagree by seconds: an instant before the
    row's arrival counts as at its arrival.

    Raises ValueError naming the line that does not fit, OSError when the file cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        if missing := [c for c in COLUMNS if c not in (table.fieldnames or ())]:
            raise ValueError(
                f"{path}: the first line must be {','.join(COLUMNS)}; missing {','.join(missing)}"
            )
        rows: list[Row] = []
        for cells in table:
            try:
                row = _row(cells)
            except (ValueError, TypeError) as error:
                raise ValueError(f"{path}:{table.line_num}: {error}") from error
            rows.append(row)
    return rows


def _row(cells: dict[str, str]) -> Row:
    arrived, called, finished, abandoned = (_seconds(cells[c]) for c in COLUMNS[3:7])
    if arrived is None:
        raise ValueError("arrived_at is empty")
    if finished is not None and called is None:
        raise ValueError("finished_at without called_at")
    called, finished, abandoned = (at and max(at, arrived) for at in (called, finished, abandoned))
    tier = cells["tier"]
    service = cells["service"]
    return Row(
        cells["ticket"], tier, service, arrived, called, finished, abandoned, cells["counter"]
    )


def _seconds(text: str) -> float | None:
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return (at.replace(tzinfo=None) - EPOCH).total_seconds()


def write_forecasts(path: Path, rows: Sequence[Row], forecasts: Iterable[Sequence[float]]) -> None:
    """One line per row: median, 90 % bound, and the 90 % interval, seconds."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(FORECAST)
        for row, values in zip(rows, forecasts, strict=True):
            out.writerow([row.ticket, *(f"{value:.1f}" for value in values)])
