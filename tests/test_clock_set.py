"""The clock of a running branch is set, by libfaketime: the wall clock moves, what counts does not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from conftest import Server, until

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
pytestmark = pytest.mark.skipif(
    LIBRARY is None and not os.environ.get("CI"), reason="this machine has no libfaketime (Debian: faketime)"
)


class Branch:
    """A real branch whose computer's clock the test sets."""

    def __init__(self, folder: Path) -> None:
        assert LIBRARY, "install faketime"
        self._offset = folder / "offset"
        self.set(0)
        self.server = Server(folder / "var")
        self.server.env = {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_CACHE_DURATION": "1",
        }

    def set(self, seconds: int) -> None:
        """So much beside the true time."""
        fresh = self._offset.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}")
        fresh.replace(self._offset)

    def set_and_seen(self, seconds: int) -> None:
        """Set while the branch runs, and noticed by it."""
        before = self.steps()
        self.set(seconds)
        until(lambda: self.steps() > before, "the branch saw its clock set")

    def steps(self) -> int:
        return len(re.findall(r"clock was set by", self.server.log.read_text()))

    def start(self) -> None:
        self.server.start()
        self.staff = self.server.as_("manager")

    def restart(self, seconds: int) -> None:
        """As after a cut of the power, with the clock set meanwhile."""
        self.server.kill()
        self.set(seconds)
        self.start()

    def post(self, path: str, **body: Any) -> requests.Response:
        answer = self.staff.post(f"{self.server.url}/api/v1{path}", json=body, timeout=20)
        assert answer.ok, answer.text
        return answer

    def draw(self) -> str:
        number: str = self.post("/tickets", service="cash").json()["number"]
        return number

    def hall(self) -> Any:
        return self.staff.get(f"{self.server.url}/api/v1/hall", timeout=20).json()

    def waiting(self) -> list[str]:
        return [t["number"] for t in self.hall()["tickets"] if t["state"] == "waiting"]

    def alerts(self) -> list[str]:
        return [alert["kind"] for alert in self.hall()["alerts"]]


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[Branch]:
    made = Branch(tmp_path)
    yield made
    if made.server.process and made.server.process.poll() is None:
        made.server.stop()


@pytest.mark.parametrize("minutes", [20, 60, -20])
def test_who_waited_goes_first_when_the_clock_is_set_right(branch: Branch, minutes: int) -> None:
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
    assert " ERROR lobby." not in branch.server.log.read_text()  # libfaketime breaks time.sleep: printers complain


def test_a_day_ahead_for_a_moment_ends_nobodys_day(branch: Branch) -> None:
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


def test_the_manager_says_that_it_is_a_new_day(branch: Branch) -> None:
    branch.start()
    branch.draw()
    branch.set_and_seen(86400)
    branch.post("/day/clock", new_day=True)
    until(lambda: branch.waiting() == [], "the new day")
    assert branch.draw() == "A001"


@pytest.mark.parametrize("days", [4000, 1])
def test_a_start_on_a_wrong_date_goes_on_with_the_numbers(branch: Branch, days: int) -> None:
    branch.start()
    branch.draw(), branch.draw()
    branch.restart(-86400 * days)
    assert branch.waiting() == ["A001", "A002"]
    assert branch.draw() == "A003"
    branch.set_and_seen(0)
    assert branch.draw() == "A004"
    assert branch.waiting() == ["A001", "A002", "A003", "A004"]
    until(lambda: "clock" not in branch.alerts(), "the watch looked again")


def test_a_restart_next_morning_opens_the_new_day(branch: Branch) -> None:
    branch.start()
    branch.draw()
    branch.restart(86400)
    assert branch.waiting() == []
    assert branch.draw() == "A001"
