"""The computer's clock is set while people wait, and while the branch is down: two clocks that the test winds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG, MORNING, Computer, Desk

import doctor
from lobby.branch.model import Branch
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.engine.submission import By
from lobby.errors import Conflict
from lobby.reports.proofs import proofs_of
from lobby.standards.model import Proof


class Lobby:
    """A branch on such a computer, that may be started anew."""

    def __init__(self, branch: Branch, folder: Path) -> None:
        self.branch = branch
        self.folder = folder
        self.computer = Computer()
        self.runtime: BranchRuntime
        self.start()

    def start(self) -> None:
        self.runtime = open_branch(
            self.branch, self.folder, "http://x", self.computer, steady=self.computer.steady
        )
        self.desk = Desk(self.runtime)

    def restart(self, at: datetime | None = None) -> None:
        """The computer is off, and on again when its clock shows `at`; what it counted is gone."""
        self.runtime.close()
        if at:
            self.computer.now = at
            self.computer.counted_s = 7.0
        self.start()

    def call(self, counter: str = "1") -> Any:
        return self.desk.next(counter=counter)["ticket"]

    def finish(self, counter: str = "1") -> None:
        self.desk.start(counter=counter)
        self.desk.finish(counter=counter)

    def look(self) -> list[str]:
        """The alerts that stand after the manager's watch looked."""
        self.runtime.writer.do("watch", self.runtime.alert_monitor.look)
        with self.runtime.writer.published() as state:
            return [alert.kind for alert in state.alerts.values()]

    def hall(self) -> dict[str, Any]:
        with self.runtime.writer.published() as state:
            return self.runtime.views.hall(state, self.runtime.clock())

    def waiting(self) -> list[str]:
        with self.runtime.writer.published() as state:
            return [ticket.number for ticket in state.waiting()]

    def ages_s(self) -> dict[str, int]:
        return {ticket["number"]: ticket["age_s"] for ticket in self.hall()["tickets"]}


def drawn(lobby: Lobby) -> tuple[str, str]:
    """The day and the number of a ticket taken now."""
    number = lobby.desk.issue()["number"]
    with lobby.runtime.writer.published() as state:
        return state.day, number


@pytest.fixture
def lobby(branch: Branch, tmp_path: Path) -> Iterator[Lobby]:
    found = Lobby(branch, tmp_path)
    yield found
    found.runtime.close()


STEPS = (-60, -20, -16, -1, 1, 16, 50)


@pytest.mark.parametrize("minutes", STEPS)
def test_a_correction_changes_no_wait_and_no_order(lobby: Lobby, minutes: int) -> None:
    lobby.desk.issue()
    lobby.computer.forward(minutes=10)
    lobby.desk.issue()
    lobby.computer.forward(minutes=1)
    lobby.computer.set(minutes=minutes)
    assert lobby.ages_s() == {"A001": 660, "A002": 60}  # before the writer has even seen it
    lobby.desk.issue()
    lobby.computer.forward(minutes=2)
    assert lobby.ages_s() == {"A001": 780, "A002": 180, "A003": 120}
    lobby.desk.open_counter(counter="1")
    called = []
    for _ in range(3):
        called.append(lobby.call())
        lobby.finish()
    assert [ticket["number"] for ticket in called] == ["A001", "A002", "A003"]
    waited = [
        datetime.fromisoformat(t["called_at"]) - datetime.fromisoformat(t["issued_at"])
        for t in called
    ]
    assert [wait.total_seconds() for wait in waited] == [780, 180, 120]


@pytest.mark.parametrize("minutes", STEPS)
def test_a_correction_changes_nothing_that_the_journal_proves(lobby: Lobby, minutes: int) -> None:
    """Help is to come within two minutes, and came after one and after three."""
    for seconds in (60, 180):
        lobby.desk.request_help()
        lobby.computer.set(minutes=minutes)
        lobby.computer.forward(seconds=seconds)
        with lobby.runtime.writer.published() as state:
            alert = max(state.alerts)
        lobby.desk.acknowledge(alert=alert)
    day = lobby.branch.day_of(lobby.computer())
    help = proofs_of(lobby.branch, lobby.runtime.database, day)[Proof.HELP_ANSWERED]
    assert (help.n, [case.seconds for case in help.failed]) == (2, [180])


@pytest.mark.parametrize("minutes", STEPS)
def test_what_was_corrected_replays_and_rebuilds_alike(lobby: Lobby, minutes: int) -> None:
    lobby.desk.open_counter(counter="1")
    for _ in range(4):
        lobby.desk.issue()
        lobby.computer.forward(minutes=3)
    lobby.call(), lobby.finish(), lobby.call()
    lobby.look()
    lobby.computer.set(minutes=minutes)
    lobby.desk.issue()
    with lobby.runtime.writer.published() as state:
        before = state
    lobby.restart()
    with lobby.runtime.writer.published() as state:
        for part in (
            "day",
            "date",
            "drift_s",
            "tickets",
            "counters",
            "alerts",
            "queues",
            "calls",
            "acted_at",
        ):
            assert getattr(state, part) == getattr(before, part), part
    assert not any(lobby.runtime._journal.rebuild(lobby.branch).values())
    rows = lobby.runtime._journal.db.execute(
        "SELECT called_at >= issued_at FROM ticket WHERE called_at NOT NULL"
    )
    assert {row[0] for row in rows.fetchall()} == {1}


def test_the_forecast_learns_true_waits_through_a_correction(lobby: Lobby) -> None:
    lobby.desk.issue()
    lobby.computer.forward(minutes=5)
    lobby.computer.set(minutes=-60)
    lobby.desk.open_counter(counter="1")
    lobby.call()
    lobby.computer.set(minutes=60)
    lobby.computer.forward(seconds=11)  # the call can be taken back no more
    lobby.desk.issue()
    assert lobby.runtime.forecaster._last_wait_s == {"standard": 300.0}


@pytest.mark.parametrize("days", [1, 4000])
def test_a_jump_ahead_for_one_command_ends_nothing(lobby: Lobby, days: int) -> None:
    lobby.desk.open_counter(counter="1")
    first = lobby.desk.issue()
    lobby.computer.set(days=days)
    assert drawn(lobby) == ("2026-03-02", "A002")
    lobby.computer.set(days=-days)
    assert drawn(lobby) == ("2026-03-02", "A003")
    assert lobby.waiting() == ["A001", "A002", "A003"]
    assert lobby.call()["id"] == first["id"]
    assert "clock" not in lobby.look()


def test_a_jump_of_more_than_an_hour_asks_and_the_day_goes_on_meanwhile(lobby: Lobby) -> None:
    lobby.desk.open_counter(counter="1")
    lobby.desk.issue()
    lobby.computer.set(days=1)
    assert "clock" in lobby.look()
    lobby.computer.forward(minutes=30)
    assert lobby.desk.issue()["number"] == "A002"
    assert lobby.call()["number"] == "A001"
    lobby.desk.confirm_clock(new_day=False)
    assert "clock" not in lobby.look()
    assert lobby.desk.issue()["number"] == "A003"


def test_the_manager_may_begin_the_new_day(lobby: Lobby) -> None:
    lobby.desk.issue()
    lobby.computer.set(days=1)
    lobby.look()
    lobby.desk.confirm_clock(new_day=True)
    assert drawn(lobby) == ("2026-03-03", "A001")
    assert "clock" not in lobby.look()
    assert lobby.waiting() == ["A001"]


def test_nobody_is_asked_about_a_clock_that_is_right(lobby: Lobby) -> None:
    lobby.desk.issue()
    with pytest.raises(Conflict):
        lobby.desk.confirm_clock(new_day=True)
    lobby.computer.set(hours=5)
    with pytest.raises(Conflict):  # it is still the same day
        lobby.desk.confirm_clock(new_day=True)
    lobby.desk.confirm_clock(new_day=False)


def test_several_small_steps_are_a_large_one(lobby: Lobby) -> None:
    lobby.desk.issue()
    for _ in range(20):
        lobby.computer.set(minutes=50)
        lobby.desk.issue()
    assert "clock" in lobby.look()
    assert len(lobby.waiting()) == 21


def test_a_midnight_reached_by_a_jump_ends_the_day_after_a_quiet_night_only(lobby: Lobby) -> None:
    lobby.desk.issue()
    lobby.computer.set(hours=14)  # 23:00 on the clock, 9:00 in the street
    lobby.computer.forward(hours=1, minutes=30)
    assert lobby.desk.issue()["number"] == "A002"
    lobby.computer.forward(hours=1)
    assert lobby.desk.issue()["number"] == "A003"
    lobby.computer.forward(hours=5)
    assert lobby.desk.issue()["number"] == "A001"


@pytest.mark.parametrize("to", [datetime(2015, 1, 1, tzinfo=UTC), MORNING - timedelta(days=1)])
@pytest.mark.parametrize("acts", [True, False])
def test_a_start_on_a_wrong_date_goes_on_with_the_numbers(
    lobby: Lobby, to: datetime, acts: bool
) -> None:
    lobby.desk.issue(), lobby.desk.issue()
    lobby.computer.forward(minutes=5)
    lobby.look()
    right = lobby.computer.now + timedelta(minutes=3)  # so long the computer was off
    lobby.restart(to)
    assert lobby.waiting() == ["A001", "A002"]
    if acts:
        assert drawn(lobby) == ("2026-03-02", "A003")
    assert min(lobby.ages_s().values()) >= 0
    lobby.computer.forward(minutes=4)
    lobby.computer.now = right + timedelta(minutes=4)  # the time service answers
    fresh = lobby.desk.issue()
    assert fresh["number"] == ("A004" if acts else "A003")
    assert fresh["issued_at"].startswith("2026-03-02T09:12")
    assert "clock" not in lobby.look()
    assert lobby.waiting()[:2] == ["A001", "A002"]


def test_a_new_morning_on_a_wrong_date_opens_its_day_once_the_time_comes(lobby: Lobby) -> None:
    mine = lobby.desk.issue()
    lobby.computer.forward(hours=8)
    lobby.desk.cancel(ticket=mine["id"])
    lobby.restart(datetime(2015, 1, 1, tzinfo=UTC))
    lobby.computer.forward(minutes=2)
    lobby.computer.now = MORNING + timedelta(days=1)
    assert drawn(lobby) == ("2026-03-03", "A001")
    assert "clock" not in lobby.look()


def test_two_starts_on_wrong_dates_and_a_step_are_no_night(lobby: Lobby) -> None:
    lobby.desk.issue()
    lobby.restart(datetime(2015, 1, 1, tzinfo=UTC))
    lobby.restart(datetime(2014, 12, 31, 23, tzinfo=UTC))
    lobby.computer.set(days=1)
    assert lobby.waiting() == ["A001"]
    assert drawn(lobby) == ("2026-03-02", "A002")


def test_a_second_start_with_the_right_time_is_no_night_either(lobby: Lobby) -> None:
    lobby.desk.issue()
    lobby.restart(datetime(2015, 1, 1, tzinfo=UTC))
    lobby.desk.issue()
    lobby.restart(MORNING + timedelta(minutes=20))
    assert drawn(lobby) == ("2026-03-02", "A003")
    assert lobby.waiting() == ["A001", "A002", "A003"]


def test_a_first_day_on_a_wrong_date_is_not_cut_in_two(
    lobby: Lobby, branch: Branch, tmp_path: Path
) -> None:
    young = Lobby.__new__(Lobby)
    young.branch = branch
    young.folder = tmp_path / "young"
    young.computer = Computer(datetime(2015, 1, 1, tzinfo=UTC))
    young.start()
    young.desk.issue()
    young.computer.forward(minutes=5)
    young.computer.now = MORNING
    assert young.desk.issue()["number"] == "A002"
    assert young.waiting() == ["A001", "A002"]
    assert "clock" in young.look()
    young.runtime.close()


def test_a_normal_midnight_and_a_sleeping_computer_open_the_new_day(lobby: Lobby) -> None:
    lobby.desk.issue()
    lobby.computer.forward(hours=16)  # over midnight, and both clocks count while it sleeps
    assert drawn(lobby) == ("2026-03-03", "A001")


def test_a_restart_next_morning_opens_the_new_day(lobby: Lobby) -> None:
    lobby.desk.issue()
    lobby.restart(MORNING + timedelta(days=1))
    assert drawn(lobby) == ("2026-03-03", "A001")


def test_a_clock_that_runs_slower_until_it_is_right_is_no_step(lobby: Lobby) -> None:
    lobby.desk.issue()
    for _ in range(100):
        lobby.computer.forward(seconds=20)
        lobby.computer.set(seconds=-0.5)
        lobby.desk.open_day()
        lobby.runtime.writer.pump()
    assert "ClockStepped" not in [type(r.event).__name__ for r in lobby.runtime._journal.events()]
    assert lobby.ages_s() == {"A001": 1950}


def test_appointments_survive_a_night_on_a_wrong_date(lobby: Lobby) -> None:
    ten = MORNING + timedelta(days=1, hours=1)
    booked = lobby.desk.book(service="loans", at=ten)["appointment"]
    lobby.restart(MORNING + timedelta(days=3000))
    lobby.computer.now = MORNING + timedelta(days=1)
    lobby.look()
    with lobby.runtime.writer.published() as state:
        assert list(state.appointments) == [booked["id"]]


def test_a_key_is_not_forgotten_by_a_clock_that_jumps(lobby: Lobby) -> None:
    def once(key: str) -> Any:
        by = By("kiosk", key, "print")
        answer = lobby.runtime.writer.submit(
            by, lobby.runtime.commands.issue, service="cash"
        ).result()
        return answer.data["ticket"]["number"]

    assert once("key-1") == "A001"
    lobby.computer.set(days=3000)
    assert once("key-1") == "A001"
    assert once("key-2") == "A002"
    lobby.computer.set(days=-3000)
    assert (once("key-1"), once("key-2")) == ("A001", "A002")


def test_what_was_done_at_a_counter_can_be_taken_back_across_a_correction(lobby: Lobby) -> None:
    lobby.desk.issue()
    lobby.computer.forward(minutes=5)
    lobby.desk.open_counter(counter="1")
    lobby.call()
    lobby.computer.set(minutes=-20)
    lobby.desk.undo(counter="1")
    assert lobby.ages_s() == {"A001": 300}
    assert lobby.waiting() == ["A001"]


def clock_findings(lobby: Lobby) -> list[tuple[str, str]]:
    found = doctor.examine(CONFIG, lobby.folder, "en")
    return [(one.grade, one.text) for one in found if one.topic == "clock"]


def test_check_tells_a_clock_that_is_behind_the_journal(lobby: Lobby) -> None:
    lobby.computer.now = datetime.now(UTC) + timedelta(hours=3)
    lobby.desk.issue()
    grade, text = clock_findings(lobby)[0]
    assert grade == "warn"
    assert "2:59:5" in text or "3:00:0" in text
    assert "behind the journal" in text


def test_check_tells_a_clock_that_waits_for_the_managers_word(lobby: Lobby) -> None:
    lobby.desk.issue()
    lobby.computer.set(hours=30)
    lobby.desk.issue()
    assert any("set by +30 h" in text for _, text in clock_findings(lobby))
    lobby.desk.confirm_clock(new_day=False)
    assert not any("set by" in text for _, text in clock_findings(lobby))
