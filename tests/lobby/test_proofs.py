"""What the journal proves of the standards: each proof finds what was planted, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk
from hypothesis import given
from hypothesis import strategies as st

from lobby.branch.model import Branch
from lobby.branch.standards import Standards
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.engine.submission import By
from lobby.events.inspection import Verdict
from lobby.reports import proofs
from lobby.reports.day_facts import DayFacts, day_facts
from lobby.reports.proofs import PROOFS, Proven, proofs_of
from lobby.reports.standing import KAPPA_FROM, Claim, agreement, standings_of
from lobby.standards.model import Proof


class Day(Desk):
    """A day of a branch, and what is proved of it."""

    def __init__(self, runtime: BranchRuntime, clock: Clock) -> None:
        super().__init__(runtime)
        self.clock = clock

    def after(self, seconds: float) -> Day:
        self.clock.forward(seconds=seconds)
        return self

    def look(self) -> None:
        self.runtime.writer.submit(
            By("watch"), self.runtime.alert_monitor.look, dark_boards=()
        ).result()

    def of(self, proof: Proof) -> Proven:
        day = self.runtime.branch.day_of(self.clock())
        return proofs_of(self.runtime.branch, self.runtime.database, day)[proof]

    def alert(self) -> int:
        with self.runtime.writer.published() as state:
            return max(state.alerts)


@pytest.fixture
def day(branch: Branch, tmp_path: Path, clock: Clock) -> Iterator[Day]:
    opening = replace(branch, standards=Standards(opens=time(9, 5)))
    runtime = open_branch(opening, tmp_path, "http://x", clock)
    yield Day(runtime, clock)
    runtime.close()


def test_every_proof_of_the_catalogue_is_computed() -> None:
    assert set(PROOFS) == set(Proof)


def test_a_day_without_a_case_proves_nothing(day: Day) -> None:
    for proof in Proof:
        assert day.of(proof).verdict is Verdict.ABSENT, proof


def test_a_long_wait_fails_with_its_ticket(day: Day) -> None:
    day.open_counter(counter="1")
    ticket = day.issue()
    target_s = day.runtime.branch.tier["standard"].target_wait_s
    day.after(target_s + 1).next(counter="1")
    late = day.of(Proof.WAITS_IN_TARGET)
    assert [(case.number, case.seconds) for case in late.failed] == [
        (ticket["number"], target_s + 1)
    ]
    assert late.verdict is Verdict.BROKEN
    assert day.of(Proof.WAITS_BOUNDED).verdict is Verdict.KEPT


def test_nine_in_ten_are_enough_for_the_target(day: Day) -> None:
    day.open_counter(counter="1")
    for n in range(10):
        day.issue()
        day.after(1300 if n == 0 else 60).next(counter="1")
        day.start(counter="1")
        day.finish(counter="1")
    waits = day.of(Proof.WAITS_IN_TARGET)
    assert (waits.n, len(waits.failed), waits.verdict) == (10, 1, Verdict.KEPT)


def test_the_first_counter_is_open_on_time(day: Day) -> None:
    day.after(301).open_counter(counter="1")
    late = day.of(Proof.COUNTERS_ON_TIME)
    assert (late.verdict, late.failed[0].seconds) == (Verdict.BROKEN, 1)


@pytest.mark.parametrize("recalls", [0, 1])
def test_a_missed_customer_was_called_again(day: Day, recalls: int) -> None:
    day.open_counter(counter="1")
    day.issue()
    day.next(counter="1")
    for _ in range(recalls):
        day.recall(counter="1")
    day.no_show(counter="1")
    assert len(day.of(Proof.RECALLED_FIRST).failed) == 1 - recalls


@pytest.mark.parametrize(("seconds", "failed"), [(119, 0), (121, 1)])
def test_a_call_is_followed_by_a_service(day: Day, seconds: float, failed: int) -> None:
    day.open_counter(counter="1")
    day.issue()
    day.next(counter="1")
    day.after(seconds).start(counter="1")
    assert len(day.of(Proof.STARTS_PROMPT).failed) == failed


def test_what_was_undone_did_not_happen(day: Day) -> None:
    day.open_counter(counter="1")
    day.issue()
    day.next(counter="1")
    day.no_show(counter="1")
    day.undo(counter="1")
    assert day.of(Proof.RECALLED_FIRST).n == 0


@pytest.mark.parametrize(("seconds", "failed"), [(110, 0), (130, 1)])
def test_help_is_answered(day: Day, seconds: float, failed: int) -> None:
    day.open_counter(counter="1")
    day.request_help()
    day.after(seconds)
    day.acknowledge(alert=day.alert())
    assert len(day.of(Proof.HELP_ANSWERED).failed) == failed


@pytest.mark.parametrize(("seconds", "failed"), [(1700, 0), (1900, 1)])
def test_a_low_card_is_taken_up(day: Day, seconds: float, failed: int) -> None:
    day.open_counter(counter="1")
    ticket = day.issue()["id"]
    for verb in ("next", "start", "finish"):
        getattr(day, verb)(counter="1")
    day.give_feedback(ticket=ticket, score=1)
    day.after(seconds)
    day.acknowledge(alert=day.alert())
    assert len(day.of(Proof.LOW_CARDS_TAKEN_UP).failed) == failed


def test_a_break_is_answered_and_happens(day: Day) -> None:
    day.open_counter(counter="1")
    day.ask_break(counter="1")
    day.after(60)
    assert len(day.of(Proof.BREAKS_ANSWERED).failed) == 1, "nobody answered yet"
    day.answer_break(counter="1", granted=True)
    assert day.of(Proof.BREAKS_ANSWERED).verdict is Verdict.KEPT
    assert day.after(60).of(Proof.BREAKS_ANSWERED).verdict is Verdict.KEPT
    day.after(1741).resume_counter(counter="1")
    assert day.of(Proof.PAUSES_SHORT).failed[0].seconds == 1801


def test_who_waits_at_the_end_was_sent_away(day: Day) -> None:
    day.open_counter(counter="1")
    ticket = day.issue()
    morning = day.runtime.branch.day_of(day.clock())
    day.after(24 * 3600).open_counter(counter="1")
    away = proofs_of(day.runtime.branch, day.runtime.database, morning)[Proof.NOBODY_SENT_AWAY]
    assert [case.number for case in away.failed] == [ticket["number"]]


def test_a_day_that_is_over_is_computed_once_and_today_each_time_it_changed(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[date] = []

    def counted(db: Any, branch: Branch, of: date) -> DayFacts:
        computed.append(of)
        return day_facts(db, branch, of)

    monkeypatch.setattr(proofs, "day_facts", counted)
    day.open_counter(counter="1")
    morning = day.runtime.branch.day_of(day.clock())
    day.after(24 * 3600).open_counter(counter="1")
    catalogue = day.runtime.standards
    for _ in range(3):
        day.issue()
        standings_of(
            day.runtime.branch,
            catalogue,
            day.runtime.database,
            morning,
            morning + timedelta(days=1),
        )
    assert computed == [morning, *[morning + timedelta(days=1)] * 3]


def test_a_new_branch_has_lost_nothing_and_missed_nothing(day: Day) -> None:
    day.open_counter(counter="1")
    today = day.runtime.branch.day_of(day.clock())
    here = day.runtime.branch, day.runtime.standards, day.runtime.database
    first = standings_of(*here, today - timedelta(days=30), today)
    assert (first.points(Claim.GAP), first.missed_days) == (0, (today.isoformat(),))
    later = standings_of(*here, today, today + timedelta(days=91))
    by_hand = [one.claim for one in later.standings if one.standard.by_hand]
    assert Claim.GAP in by_hand
    assert len(later.missed_days) > 60


def test_slips_that_nobody_printed_are_named(day: Day) -> None:
    day.open_counter(counter="1")
    ticket = day.issue()
    slips = day.of(Proof.SLIPS_PRINTED)
    assert [case.number for case in slips.failed] == [ticket["number"]]


@given(
    st.lists(st.tuples(st.sampled_from(["kept", "broken"]), st.sampled_from(["kept", "broken"])))
)
def test_agreement_is_the_share_of_pairs_and_kappa_waits_for_thirty(
    pairs: list[tuple[str, str]],
) -> None:
    rows: list[dict[str, Any]] = [{"self_first": a, "peer_first": b} for a, b in pairs]
    agreed = agreement([*rows, {"self_first": "kept", "peer_first": None}])
    assert agreed.n == len(pairs)
    if not pairs:
        assert agreed.share is None
        return
    assert agreed.share
    assert agreed.share.value == sum(a == b for a, b in pairs) / len(pairs)
    assert agreed.share.lo <= agreed.share.value <= agreed.share.hi
    if len(pairs) < KAPPA_FROM:
        assert agreed.kappa is None


def test_kappa_is_cohen_s() -> None:
    """The example of Wikipedia's article: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no."""
    pairs = [("kept", "kept")] * 20 + [("kept", "broken")] * 5
    pairs += [("broken", "kept")] * 10 + [("broken", "broken")] * 15
    agreed = agreement({"self_first": a, "peer_first": b} for a, b in pairs)
    assert agreed.kappa == pytest.approx(0.4)
