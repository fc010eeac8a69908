"""Whatever stands in the journal, the branch opens, and says what it passed over."""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG, MORNING, Clock, Desk, add_event, examples
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from test_clock import Lobby

import doctor
from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.commands.day import QUIET
from lobby.engine.runtime import DATABASE, BranchRuntime, open_branch
from lobby.errors import Invalid, LobbyError
from lobby.events.forms import FIRST_YEAR, LAST_YEAR

BRANCH = read_branch(CONFIG)


def write(
    runtime: BranchRuntime,
    kind: str,
    data: str,
    ticket: str | None = None,
    counter: str | None = None,
) -> None:
    """A row that this version would never write."""
    add_event(runtime.data / DATABASE, kind, data, runtime.clock(), ticket=ticket, counter=counter)


ODD = {
    "no JSON": ("TicketCalled", "{", "260302A001", "1"),
    "an unknown kind": ("TicketTeleported", "{}", "260302A001", "1"),
    "a missing field": ("TicketCalled", "{}", "260302A001", "1"),
    "a list": ("TicketCalled", "[]", "260302A001", "1"),
    "an unknown ticket": ("TicketStarted", "{}", "260302A999", "1"),
    "an unknown appointment": ("AppointmentCancelled", '{"appointment": "b260302p9"}', None, None),
    "a configuration that is none": ("BranchConfigured", "{", None, None),
    "a restore without its numbers": ("JournalRestored", '{"lost": 7}', None, None),
    "a restore of nothing": ("JournalRestored", "[]", None, None),
    "an appointment at no time": (
        "AppointmentBooked",
        '{"appointment": "b", "service": "loans", "at": "noon", "lang": "zh"}',
        None,
        None,
    ),
    "a card with no words": ("FeedbackGiven", '{"score": [], "text": 5}', "260302A001", None),
    "an unknown hold": ("TicketParked", '{"hold": "for ever"}', "260302A001", "1"),
    "a field of later": (
        "DayReopened",
        '{"day": "2026-03-02", "why": "later versions say"}',
        None,
        None,
    ),
}


@pytest.mark.parametrize("row", ODD.values(), ids=ODD.keys())
def test_a_row_that_is_not_understood_is_passed_over(
    branch: Branch, tmp_path: Path, clock: Clock, row: Any
) -> None:
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    Desk(runtime).issue()
    kind, data, ticket, counter = row
    write(runtime, kind, data, ticket, counter)
    runtime.close()
    told = [one.text for one in doctor.examine(CONFIG, tmp_path, "en") if one.topic == "journal"]
    again = open_branch(branch, tmp_path, "http://x", clock)
    assert Desk(again).issue()["number"] == "A002"
    with again.writer.published() as state:
        assert [one["number"] for one in again.views.hall(state, clock())["tickets"]] == [
            "A001",
            "A002",
        ]
    assert bool(told) == (kind != "DayReopened")
    clock.forward(days=1)
    assert Desk(again).issue()["number"] == "A001"
    again._journal.rebuild(branch)
    again.close()


def test_waits_below_nothing_in_the_past_keep_no_branch_closed(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    """As journals have them from before clocks were watched."""
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    desk = Desk(runtime)
    desk.open_counter(counter="1")
    for _ in range(30):
        desk.issue(), desk.next(counter="1"), desk.start(counter="1"), desk.finish(counter="1")
    earlier = "UPDATE ticket SET called_at = '2026-03-01T00:00:00+00:00', ended_at = '2026-02-01T00:00:00+00:00'"
    runtime._journal.db.conn.execute(earlier)
    runtime._journal.db.conn.commit()
    runtime.close()
    again = open_branch(branch, tmp_path, "http://x", clock)
    assert Desk(again).issue()["wait_p50_s"] >= 0
    again.close()


def test_a_journal_of_before_the_clock_was_watched_opens(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    desk = Desk(runtime)
    booked = {
        "appointment": "b260302p1",
        "service": "loans",
        "at": "2026-03-02T11:00:00+08:00",
        "lang": "zh",
    }
    write(runtime, "AppointmentBooked", json.dumps(booked))
    write(runtime, "ClockStepped", json.dumps({"was": MORNING.isoformat(), "back_s": 1200}))
    runtime.close()
    again = open_branch(branch, tmp_path, "http://x", clock)
    desk = Desk(again)
    clock.forward(hours=2)
    assert desk.check_in(appointment="b260302p1")["ticket"]["appointment"] == "b260302p1"
    again.close()


@pytest.fixture
def poorer(tmp_path: Path) -> Path:
    """The branch's configuration after counter 4, the tier gold and the service fx are gone."""
    text = CONFIG.read_text()
    for old, new in (('"gold"', '"golden"'), ('"fx"', '"exchange"')):
        text = text.replace(old, new)
    text = text.replace('id = "4"\n', 'id = "44"\n')
    file = tmp_path / "poorer.toml"
    file.write_text(text)
    return file


def test_what_is_gone_from_the_configuration_still_is_in_the_day(
    branch: Branch, tmp_path: Path, clock: Clock, poorer: Path
) -> None:
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    desk = Desk(runtime)
    desk.issue("fx"), desk.issue("cash", tier="gold"), desk.issue("loans")
    desk.open_counter(counter="4"), desk.next(counter="4"), desk.start(counter="4")
    runtime.close()
    changed = read_branch(poorer)
    told = [one.text for one in doctor.examine(poorer, tmp_path, "en") if one.topic == "journal"]
    assert told == [
        "gone from the configuration since the last start: tier gold, service fx, counter 4;"
        " whoever waits for it can still be called"
    ]
    again = open_branch(changed, tmp_path, "http://x", clock)
    assert again._journal.misfits == []
    desk = Desk(again)
    with again.writer.published() as state:
        hall = again.views.hall(state, clock())
        assert len(hall["tickets"]) == 3
        assert {one["id"] for one in hall["services"]} == {
            service.id for service in changed.services
        }
    for old in ({"service": "fx"}, {"service": "cash", "tier": "gold"}):
        with pytest.raises(Invalid):
            desk.issue(**old)
    again.writer.do("watch", again.alert_monitor.look)
    desk.finish(counter="4")
    assert not any(again._journal.rebuild(changed).values())
    clock.forward(days=1)
    assert desk.issue("cash")["number"] == "A001"
    again.close()


MINUTES = st.sampled_from(
    [-60 * 24 * 4000, -60 * 24, -600, -61, -20, -1, 1, 20, 61, 600, 60 * 24, 60 * 24 * 3000]
)


class Steps(RuleBasedStateMachine):
    """Hypothesis as a day on a computer whose clock anybody sets at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.lobby = Lobby(BRANCH, Path(self.folder.name))
        self.ids: list[str] = []
        self.order: list[str] = []

    def attempt(self, verb: str, **args: Any) -> Any:
        try:
            return getattr(self.lobby.desk, verb)(**args)
        except LobbyError:
            return None

    @rule()
    def issue(self) -> None:
        ticket = self.lobby.desk.issue()
        self.ids.append(ticket["id"])
        self.order.append(ticket["id"])

    @rule(days=st.integers(0, 6), half_hours=st.integers(0, 14))
    def book(self, days: int, half_hours: int) -> None:
        at = self.lobby.computer.now.replace(hour=1, minute=0, second=0, microsecond=0)
        at += timedelta(days=days, minutes=30 * half_hours)
        if booked := self.attempt("book", service="loans", at=at):
            self.ids.append(booked["appointment"]["id"])

    @rule()
    def cancel_bookings(self) -> None:
        with self.lobby.runtime.writer.published() as state:
            booked = [one.id for one in state.appointments.values()]
        for id in booked:
            self.attempt("cancel_appointment", appointment=id)

    @rule()
    def serve(self) -> None:
        self.attempt("open_counter", counter="1")
        called = self.attempt("next", counter="1")
        if called and "ticket" in called:
            waited_first = next(
                id for id in self.order if id in self.waiting | {called["ticket"]["id"]}
            )
            assert called["ticket"]["id"] == waited_first
            assert called["ticket"]["called_at"] >= called["ticket"]["issued_at"]
            self.attempt("start", counter="1"), self.attempt("finish", counter="1")

    @property
    def waiting(self) -> set[str]:
        with self.lobby.runtime.writer.published() as state:
            return {ticket.id for ticket in state.waiting()}

    @rule(minutes=st.integers(1, 300))
    def time_passes(self, minutes: int) -> None:
        self.lobby.computer.forward(minutes=minutes)

    def shows(self, minutes: int) -> bool:
        """Whether a computer's clock can be moved so far."""
        moved = self.lobby.computer.now + timedelta(minutes=minutes)
        return FIRST_YEAR < moved.year < LAST_YEAR

    @rule(minutes=MINUTES)
    def somebody_sets_the_clock(self, minutes: int) -> None:
        assume(self.shows(minutes))
        self.lobby.look()
        with self.lobby.runtime.writer.published() as state:
            quiet = state.acted_at is None or self.lobby.computer.now - state.acted_at >= QUIET
            # After a start with a clock that was behind, nobody knows how long the computer was off.
            guessed = state.guess_s < 0
        before = self.waiting
        self.lobby.computer.set(minutes=minutes)
        self.lobby.look()
        assert self.waiting == before or quiet or guessed or abs(minutes) <= 60

    @rule(minutes=MINUTES)
    def restart(self, minutes: int) -> None:
        assume(self.shows(minutes))
        self.lobby.restart(self.lobby.computer.now + timedelta(minutes=minutes))

    @rule(new_day=st.booleans())
    def confirm(self, new_day: bool) -> None:
        self.attempt("confirm_clock", new_day=new_day)

    @invariant()
    def no_wait_is_negative_and_no_id_comes_twice(self) -> None:
        assert len(set(self.ids)) == len(self.ids)
        for ticket in self.lobby.hall()["tickets"]:
            assert ticket["age_s"] >= 0
        with self.lobby.runtime.writer.published() as state:
            assert [t.id for t in state.waiting()] == [
                id for id in self.order if id in {t.id for t in state.waiting()}
            ]
            assert all(
                t.called_at is None or t.called_at >= t.issued_at for t in state.tickets.values()
            )

    def teardown(self) -> None:
        with self.lobby.runtime.writer.published() as state:
            before = state
        self.lobby.restart()
        with self.lobby.runtime.writer.published() as state:
            if state.seq == before.seq:
                for part in ("day", "date", "tickets", "appointments", "drift_s", "queues"):
                    assert getattr(before, part) == getattr(state, part), part
        assert self.lobby.runtime._journal.misfits == []
        assert not any(self.lobby.runtime._journal.rebuild(BRANCH).values())
        assert not self.lobby.runtime.writer.faults
        self.lobby.runtime.close()
        self.folder.cleanup()


TestSteps = Steps.TestCase
TestSteps.settings = settings(examples(10), stateful_step_count=30)
