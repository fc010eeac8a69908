"""`lobby forecast`: from the past alone, calibrated, and clear about a bad trace."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from conftest import examples
from hypothesis import given
from hypothesis import strategies as st

from cli import main
from lobby.trace.offline import forecast
from lobby.trace.records import COLUMNS, Row, read_trace

HEAD = ",".join(COLUMNS)


def queue(seed: int, n: int = 900, counters: int = 3) -> list[Row]:
    """A plain line of two tiers on virtual counters, with some who leave."""
    random = Random(seed)
    free_s = [8 * 3600.0] * counters
    rows = list[Row]()
    at_s = 8 * 3600.0
    for i in range(n):
        at_s += random.expovariate(counters / 190)
        counter = min(range(counters), key=lambda c: free_s[c])
        called = max(at_s, free_s[counter])
        tier = random.choice(["standard", "gold"])
        service = random.choice(["cash", "cards"])
        if called - at_s > 600 and random.random() < 0.5:
            rows.append(Row(str(i), tier, service, at_s, None, None, at_s + 600, ""))
            continue
        free_s[counter] = called + random.expovariate(1 / 180)
        rows.append(Row(str(i), tier, service, at_s, called, free_s[counter], None, str(counter)))
    return rows


@pytest.mark.long
@examples(3)
@given(st.integers(0, 100), st.integers(210, 290))
def test_changing_the_future_changes_no_forecast(seed: int, now: int) -> None:
    rows = queue(seed, 300)
    instant = rows[now].arrived_s
    changed = [
        row if row.arrived_s <= instant else replace(row, tier="gold", service="other")
        for row in rows
    ]
    changed = [_ended_otherwise(row, instant) for row in changed]
    assert forecast(changed)[: now + 1] == forecast(rows)[: now + 1]


def _ended_otherwise(row: Row, instant: float) -> Row:
    """The same until the instant; whatever came later is something else."""
    if row.called_s is not None and row.called_s > instant:
        return replace(
            row, called_s=None, finished_s=None, abandoned_s=row.called_s + 5, counter=""
        )
    if row.finished_s is not None and row.finished_s > instant:
        return replace(row, finished_s=row.finished_s + 1000)
    if row.abandoned_s is not None and row.abandoned_s > instant:
        late = row.abandoned_s + 7
        return replace(row, called_s=late, finished_s=late + 60, abandoned_s=None, counter="9")
    return row


@pytest.mark.long
def test_a_forecast_beats_guessing_and_its_interval_covers() -> None:
    rows = queue(1, 2400)
    train = rows[:1200]
    test = rows[1200:]
    made = forecast(test, train)
    served = [(row.wait_s, f) for row, f in zip(test, made, strict=True) if row.wait_s is not None]
    waits = sorted(w for w, _ in served)
    middle = waits[len(waits) // 2]
    error = sum(abs(w - f[0]) for w, f in served) / len(served)
    assert error < 0.5 * sum(abs(w - middle) for w in waits) / len(waits)
    assert 0.86 < sum(f[2] <= w <= f[3] for w, f in served) / len(served) < 0.95
    assert 0.06 < sum(w > f[1] for w, f in served) / len(served) < 0.14
    assert all(lo <= p50 <= p90 and p50 <= hi for p50, p90, lo, hi in made)


def test_knowing_nothing_the_bounds_are_wide() -> None:
    p50, _, lo, hi = forecast(queue(1, 1))[0]
    assert lo < p50 < hi
    assert hi >= 600


def test_the_command_writes_a_line_for_each_ticket(tmp_path: Path) -> None:
    trace = tmp_path / "trace.csv"
    out = tmp_path / "pred.csv"
    trace.write_text(
        f"{HEAD}\n1,standard,cash,2026-03-02T09:00:00,2026-03-02T09:01:00,2026-03-02T09:05:00,,1\n"
        "2,standard,cash,2026-03-02T09:00:30,,,2026-03-02T09:00:10,\n"
    )
    assert main(["forecast", str(trace), "--out", str(out), "--train", str(trace)]) == 0
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["ticket"] for row in rows] == ["1", "2"]
    assert list(rows[0]) == ["ticket", "wait_p50_s", "wait_p90_s", "wait_lo_s", "wait_hi_s"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ticket,tier\n1,a\n", "missing service"),
        (f"{HEAD}\n1,a,b,yesterday,,,,\n", ":2: "),
        (f"{HEAD}\n1,a,b,,,,,\n", "arrived_at is empty"),
        (
            f"{HEAD}\n1,a,b,2026-03-02T09:00:00,,2026-03-02T09:00:00,,\n",
            "finished_at without called_at",
        ),
    ],
)
def test_a_bad_trace_is_one_clear_line(
    tmp_path: Path, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = tmp_path / "trace.csv"
    trace.write_text(text)
    assert main(["forecast", str(trace), "--out", str(tmp_path / "out.csv")]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_an_empty_trace_has_no_forecasts(tmp_path: Path) -> None:
    trace = tmp_path / "trace.csv"
    trace.write_text(f"{HEAD}\n")
    assert forecast(read_trace(trace)) == []
