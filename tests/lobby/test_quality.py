"""What lasts longer than a day: a low card stays before the lobby manager's eyes until somebody takes it up, whatever
nights, restarts and upgrades come between."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk, examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.engine.runtime import DATABASE, open_branch
from lobby.errors import NotFound


class Days:
    """A branch over days."""

    def __init__(self, branch: Branch, folder: Path, clock: Clock) -> None:
        self.branch = branch
        self.folder = folder
        self.clock = clock
        self.open()

    def open(self) -> None:
        self.runtime = open_branch(self.branch, self.folder, "http://x", self.clock)
        self.desk = Desk(self.runtime)
        self.desk.open_counter(counter="1")

    def restart(self, *statements: str) -> None:
        self.runtime.close()
        with closing(sqlite3.connect(self.folder / DATABASE)) as db:
            for statement in statements:
                db.execute(statement)
            db.commit()
        self.open()

    def serve(self) -> dict[str, Any]:
        ticket: dict[str, Any] = self.desk.issue()
        for verb in ("next", "start", "finish"):
            getattr(self.desk, verb)(counter="1")
        return ticket

    def judged(self, score: int) -> dict[str, Any]:
        ticket = self.serve()
        self.desk.give_feedback(
            ticket=ticket["id"], score=score, reasons=("queue",), text="等得太久"
        )
        return ticket

    def next_day(self, days: int = 1) -> None:
        self.clock.forward(days=days)
        self.desk.open_counter(counter="1")

    def cards(self) -> list[Any]:
        with self.runtime.writer.published() as state:
            alerts = self.runtime.views.hall(state, self.clock())["alerts"]
        return [alert for alert in alerts if alert["kind"] == "feedback"]

    def snapshot(self) -> tuple[int, Any]:
        row = self.runtime._journal.db.execute("SELECT seq, data FROM quality").fetchone()
        return row[0], json.loads(row[1])


@pytest.fixture
def days(branch: Branch, tmp_path: Path, clock: Clock) -> Iterator[Days]:
    made = Days(branch, tmp_path, clock)
    yield made
    made.runtime._journal.rebuild(branch)
    assert not any(made.runtime._journal.rebuild(branch).values())
    made.runtime.close()


def test_a_low_card_is_there_the_next_morning(days: Days) -> None:
    ticket = days.judged(1)
    today = days.cards()
    days.next_day()
    (card,) = days.cards()
    assert (card["number"], card["day"], card["params"]["text"]) == (
        ticket["number"],
        "2026-03-02",
        "等得太久",
    )
    assert card == {**today[0], "counter": "1", "facts": None}
    days.desk.acknowledge(alert=card["id"])
    assert days.cards() == []
    days.next_day()
    assert days.cards() == []
    with pytest.raises(NotFound):
        days.desk.acknowledge(alert=card["id"])


def test_one_that_was_taken_up_at_once_or_is_not_low_does_not_come_back(days: Days) -> None:
    days.judged(1)
    days.judged(3)
    days.desk.acknowledge(alert=days.cards()[0]["id"])
    days.next_day()
    assert days.cards() == []


def test_a_card_handed_in_days_later_tells_its_own_day(days: Days) -> None:
    ticket = days.serve()
    days.next_day(3)
    days.desk.give_feedback(ticket=ticket["id"], score=2)
    days.next_day()
    assert [(card["day"], card["number"]) for card in days.cards()] == [
        ("2026-03-02", ticket["number"])
    ]


def test_after_fifteen_days_it_is_for_the_bulletin(days: Days) -> None:
    days.judged(1)
    days.next_day(15)
    assert len(days.cards()) == 1
    days.next_day()
    assert days.cards() == []


@pytest.mark.parametrize(
    "statements",
    [
        (),
        (
            "UPDATE derived SET version = 0 WHERE name = 'quality'",
            'UPDATE quality SET data = \'{"of": "before"}\'',
        ),
        ("DELETE FROM quality",),
        ("UPDATE quality SET data = 'no JSON'",),
        ("DROP TABLE quality", "DELETE FROM derived WHERE name = 'quality'"),
    ],
    ids=["as it was", "another version", "no snapshot", "broken", "no table"],
)
def test_a_restart_has_it_from_the_snapshot_or_from_the_journal(
    days: Days, statements: tuple[str, ...]
) -> None:
    for score in (1, 5, 2):
        days.judged(score)
        days.next_day()
    days.judged(1)
    before = days.cards()
    assert len(before) == 3
    days.restart(*statements)
    assert days.cards() == before


def test_the_snapshot_is_of_the_days_opening_and_the_events_since_come_on_top(days: Days) -> None:
    days.judged(1)
    days.next_day()
    seq, data = days.snapshot()
    assert [card["score"] for card in data["low_cards"].values()] == [1]
    assert days.runtime._journal.db.execute("SELECT max(opened_seq) FROM day").fetchone() == (seq,)
    assert "等得太久" not in str(data)
    days.judged(2)
    assert days.snapshot() == (seq, data)


def test_a_start_reads_nothing_before_the_last_day(days: Days) -> None:
    days.judged(1)
    for _ in range(3):
        days.next_day()
    days.runtime.close()
    with closing(sqlite3.connect(days.folder / DATABASE)) as db:
        (begins,) = db.execute("SELECT max(opened_seq) FROM day").fetchone()
        db.execute("DROP TRIGGER event_no_update")
        db.execute(
            "UPDATE event SET data = '{}' WHERE seq < ? AND kind != 'BranchConfigured'", [begins]
        )
        db.commit()
    days.open()
    assert len(days.cards()) == 1
    assert days.runtime._journal.misfits == []


BRANCH = read_branch(Path(__file__).parents[2] / "config.toml")


class Months(RuleBasedStateMachine):
    """Cards, nights, restarts and acknowledgements in any order, beside a naive list."""

    @initialize()
    def begin(self) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.days = Days(BRANCH, Path(self.folder.name), Clock())
        self.open: dict[str, Any] = {}

    @rule(score=st.integers(1, 5))
    def card(self, score: int) -> None:
        ticket = self.days.judged(score)
        if score <= BRANCH.rules.bad_score:
            self.open[ticket["id"]] = self.days.clock()

    @rule(days=st.integers(1, 9))
    def nights(self, days: int) -> None:
        self.days.next_day(days)
        now = self.days.clock()
        self.open = {id: at for id, at in self.open.items() if (now - at).days <= 15}

    @rule(drop=st.booleans())
    def restart(self, drop: bool) -> None:
        self.days.restart(*(["DROP TABLE quality", "DROP TABLE derived"] if drop else []))

    @precondition(lambda self: self.open)
    @rule(n=st.integers(0, 50))
    def acknowledge(self, n: int) -> None:
        card = self.days.cards()[n % len(self.open)]
        self.days.desk.acknowledge(alert=card["id"])
        del self.open[card["ticket"]]

    @invariant()
    def every_open_card_is_shown(self) -> None:
        if hasattr(self, "days"):
            assert {card["ticket"] for card in self.days.cards()} == set(self.open)

    def teardown(self) -> None:
        if hasattr(self, "days"):
            assert not any(self.days.runtime._journal.rebuild(BRANCH).values())
            self.days.runtime.close()
            self.folder.cleanup()


TestMonths = Months.TestCase
TestMonths.settings = settings(examples(6), stateful_step_count=20)


def test_a_card_after_its_days_is_closed_and_no_unknown_link(days: Days) -> None:
    ticket = days.serve()
    days.next_day(days.branch.rules.feedback_days + 1)
    with pytest.raises(NotFound, match="closed"):
        days.desk.give_feedback(ticket=ticket["id"], score=1)
