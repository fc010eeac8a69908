"""The living branch: its clock runs ahead, and its crowd goes through the same door as everybody."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from conftest import CONFIG, until

from demo import Crowd, FastClock, live_through, opening
from lobby.branch.config import read_branch
from lobby.engine.house import House, open_house
from lobby.state.ticket import State

BRANCH = read_branch(CONFIG)


def test_the_fast_clock_runs_as_many_times_and_jumps_forward() -> None:
    real = [100.0]
    start = datetime(2026, 3, 2, 1, tzinfo=UTC)
    clock = FastClock(start, 60, lambda: real[0])
    real[0] += 10
    assert clock() == start + timedelta(minutes=10)
    clock.jump(start + timedelta(days=1))
    real[0] += 1
    assert clock() == start + timedelta(days=1, minutes=1)


def test_the_crowd_takes_numbers_is_served_and_fills_in_cards(tmp_path: Path) -> None:
    clock = FastClock(opening(BRANCH, datetime(2026, 3, 2, 4, tzinfo=UTC)), 1000)
    house = open_house(BRANCH, tmp_path, "http://x", clock)
    with closing(house), Crowd(house, clock):
        until(lambda: served(house) > 5 and opinions(house) > 0, "customers served, and cards", 60)
        until(lambda: appointments_kept(house) > 0 and breaks(house) > 0, "appointments kept, and breaks", 60)


def served(house: House) -> int:
    with house.writer.published() as floor:
        return sum(t.state is State.SERVED for t in floor.tickets.values())


def opinions(house: House) -> int:
    with house.writer.published() as floor:
        return len(floor.feedback)


def appointments_kept(house: House) -> int:
    with house.writer.published() as floor:
        return sum(appointment.state == "kept" for appointment in floor.appointments.values())


def breaks(house: House) -> int:
    with house.writer.published() as floor:
        return sum(counter.state == "paused" for counter in floor.counters.values())


def test_the_branch_has_learned_from_the_days_before(tmp_path: Path) -> None:
    today = opening(BRANCH, datetime(2026, 3, 4, 4, tzinfo=UTC))
    live_through(BRANCH, tmp_path, today)
    house = open_house(BRANCH, tmp_path, "http://x", lambda: today)
    known = {score.tier: score.forecasts for score in house.forecaster.scores()}
    assert known["standard"] > 100
    assert house.writer.do("test", house.hall.issue, service="cash").data["ticket"]["number"] == "A001"
    house.close()
