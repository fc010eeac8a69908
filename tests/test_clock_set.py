"""The clock of a running branch is set, by libfaketime: the wall clock moves, what counts does not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from clock_set import LIBRARY, FakedClock
from conftest import until

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(
        LIBRARY is None and not os.environ.get("CI"),
        reason="this machine has no libfaketime (Debian: faketime)",
    ),
]


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[FakedClock]:
    made = FakedClock(tmp_path)
    yield made
    if made.server.process and made.server.process.poll() is None:
        made.server.stop()


@pytest.mark.parametrize("minutes", [20, 60, -20])
def test_who_waited_goes_first_when_the_clock_is_set_right(
    branch: FakedClock, minutes: int
) -> None:
    branch.set(60 * minutes)
    branch.start()
    for _ in range(2):
        branch.draw()
    branch.set_and_seen(0)
    branch.draw()
    assert all(0 <= ticket["age_s"] < 60 for ticket in branch.hall()["tickets"])
    branch.post("/counters/1/open")
    called = []
    for _ in range(3):
        ticket = branch.post("/counters/1/next").json()
        called.append(ticket["number"])
        assert ticket["called_at"] >= ticket["issued_at"]
        branch.post("/counters/1/start")
        branch.post("/counters/1/finish")
    assert called == ["A001", "A002", "A003"]
    branch.draw()
    branch.server.kill()
    branch.start()
    assert branch.waiting() == ["A004"]
    # Libfaketime breaks time.sleep: printers complain.
    assert " ERROR lobby." not in branch.server.log.read_text()


def test_a_day_ahead_for_a_moment_ends_nobodys_day(branch: FakedClock) -> None:
    branch.start()
    branch.post("/counters/1/open")
    branch.draw()
    branch.set_and_seen(86400)
    assert branch.draw() == "A002"
    until(lambda: "clock" in branch.alerts(), "the manager is asked")
    branch.set_and_seen(0)
    assert branch.draw() == "A003"
    assert branch.waiting() == ["A001", "A002", "A003"]
    assert branch.post("/counters/1/next").json()["number"] == "A001"
    until(lambda: "clock" not in branch.alerts(), "nothing to ask any more")


def test_the_manager_says_that_it_is_a_new_day(branch: FakedClock) -> None:
    branch.start()
    branch.draw()
    branch.set_and_seen(86400)
    branch.post("/day/clock", new_day=True)
    until(lambda: branch.waiting() == [], "the new day")
    assert branch.draw() == "A001"


@pytest.mark.parametrize("days", [4000, 1])
def test_a_start_on_a_wrong_date_goes_on_with_the_numbers(branch: FakedClock, days: int) -> None:
    branch.start()
    branch.draw(), branch.draw()
    branch.restart(-86400 * days)
    assert branch.waiting() == ["A001", "A002"]
    assert branch.draw() == "A003"
    branch.set_and_seen(0)
    assert branch.draw() == "A004"
    assert branch.waiting() == ["A001", "A002", "A003", "A004"]
    until(lambda: "clock" not in branch.alerts(), "the watch looked again")


def test_a_restart_next_morning_opens_the_new_day(branch: FakedClock) -> None:
    branch.start()
    branch.draw()
    branch.restart(86400)
    assert branch.waiting() == []
    assert branch.draw() == "A001"
