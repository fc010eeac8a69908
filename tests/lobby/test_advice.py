"""Advice: what it says comes true, it is worth the touch, and nobody with special needs is sent to machines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

from conftest import Clock, Desk

from lobby.branch.hours import Hours, Span
from lobby.branch.model import Branch
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.simulation.advice import Advice, advise, lendings
from lobby.simulation.lookahead import COMING_S, NEVER_S, Lookahead, unchanged
from lobby.simulation.staffing import counters_for

LATE = timedelta(hours=1)


def advice(runtime: BranchRuntime) -> list[Advice]:
    with runtime.writer.published() as state:
        lookahead = Lookahead(state, runtime.clock(), runtime.forecaster)
    return advise(lookahead, runs=8)


def crowd(desk: Desk, clock: Clock, n: int, service: str = "cash") -> None:
    for _ in range(n):
        desk.issue(service)
        clock.forward(seconds=60)


def test_a_closed_counter_that_would_help_is_advised_first(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="1")
    crowd(desk, clock, 20)
    best = advice(runtime)[0]
    assert (best.kind, best.counter) == ("open_counter", "2")
    assert best.saves_lo_s <= best.saves_s <= best.saves_hi_s
    assert best.after_s < 0.75 * best.before_s


def test_the_same_floor_gets_the_same_advice(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="1")
    crowd(desk, clock, 12)
    assert advice(runtime) == advice(runtime)


def test_looking_ahead_changes_nothing(desk: Desk, clock: Clock, runtime: BranchRuntime) -> None:
    desk.open_counter(counter="1")
    crowd(desk, clock, 8)
    desk.next(counter="1")
    with runtime.writer.published() as state:
        before = (
            state.seq,
            [t.id for t in state.waiting()],
            [vars_of(t) for t in state.tickets.values()],
        )
    advice(runtime)
    with runtime.writer.published() as state:
        assert before == (
            state.seq,
            [t.id for t in state.waiting()],
            [vars_of(t) for t in state.tickets.values()],
        )


def vars_of(ticket: object) -> list[object]:
    return [getattr(ticket, name) for name in ticket.__slots__]  # type: ignore[attr-defined]


def test_customers_with_special_needs_are_never_sent_to_machines(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="1")
    for _ in range(12):
        desk.issue("cash", needs=["elderly"])
        clock.forward(seconds=30)
    assert all(one.kind != "self_service" for one in advice(runtime))


def test_a_coach_load_is_not_taken_for_the_rate_of_the_next_half_hour(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    """Sixty within a minute had 1,800 more played, in each of the runs: half a minute of work, 600 MB."""
    for _ in range(60):
        desk.issue("cash")
        clock.forward(seconds=1)
    with runtime.writer.published() as state:
        coming = Lookahead(state, runtime.clock(), runtime.forecaster).coming
    assert sum(rate for _, rate in coming) * COMING_S <= 180


def test_a_quiet_hall_may_close_a_counter_but_not_its_last(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    for counter in ("1", "2", "3", "4"):
        desk.open_counter(counter=counter)
    desk.issue("cash"), desk.next(counter="1"), desk.start(counter="1")
    clock.forward(minutes=20)
    kinds = {one.kind for one in advice(runtime)}
    assert kinds == {"close_counter"}
    for counter in ("2", "3", "4"):
        desk.close_counter(counter=counter)
    assert all(one.kind != "close_counter" for one in advice(runtime))


def late_beside_idle(desk: Desk, clock: Clock) -> None:
    """Two counters of the hall cannot cope, and counter 5 of the priority area has nobody."""
    for counter in ("1", "2", "5"):
        desk.open_counter(counter=counter)
    crowd(desk, clock, 24)
    clock.forward(minutes=10)


def test_an_idle_counter_beside_late_people_is_advised_to_be_lent(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    late_beside_idle(desk, clock)
    (lent,) = [one for one in advice(runtime) if one.kind == "lend_counter"]
    assert (lent.counter, lent.area, lent.minutes) == ("5", "hall", 30)
    assert 0 < lent.saves_lo_s <= lent.saves_s
    desk.lend_counter(counter="5", area="hall", minutes=30)
    assert all(one.kind != "lend_counter" for one in advice(runtime))


def test_a_counter_is_lent_where_somebody_is_late_and_nobody_of_its_own_waits(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="1"), desk.open_counter(counter="5")
    crowd(desk, clock, 10)
    assert lendings(lookahead_at(runtime, clock.now)) == []  # nobody is late
    late = lookahead_at(runtime, clock.now + LATE)
    assert {option.area for option in lendings(late)} == {"hall"}
    desk.issue("wealth", tier="private")
    assert lendings(lookahead_at(runtime, clock.now + LATE)) == []


def lookahead_at(runtime: BranchRuntime, now: datetime) -> Lookahead:
    with runtime.writer.published() as state:
        return Lookahead(state, now, runtime.forecaster)


def test_a_counter_is_advised_to_be_lent_for_no_longer_than_it_serves(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    """The hours end before the half hour does: what is advised, played and done is the same time."""
    closes = clock.now.astimezone(branch.zone) + timedelta(hours=2)
    hours = Hours(weekdays=(Span(time(0), closes.time()),))
    runtime = open_branch(replace(branch, hours=hours), tmp_path, "http://lobby.test", clock)
    desk = Desk(runtime)
    desk.open_counter(counter="1"), desk.open_counter(counter="5")
    crowd(desk, clock, 10)
    (option,) = lendings(lookahead_at(runtime, closes - timedelta(minutes=12)))
    assert option.minutes == 12
    assert lendings(lookahead_at(runtime, closes - timedelta(minutes=3))) == []
    runtime.close()


def test_a_look_ahead_knows_when_a_lent_counter_comes_back(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="5")
    crowd(desk, clock, 4)

    def longest_s() -> float:
        with runtime.writer.published() as state:
            lookahead = Lookahead(state, runtime.clock(), runtime.forecaster)
        ((waits,),) = lookahead.waits([unchanged], 1, 1)
        return max(wait_s for _, wait_s in waits)

    desk.lend_counter(counter="5", area="hall", minutes=240)
    assert longest_s() < NEVER_S
    desk.lend_counter(counter="5", area="hall", minutes=5)
    assert longest_s() == NEVER_S


def test_an_empty_morning_has_no_advice(runtime: BranchRuntime) -> None:
    assert advice(runtime) == []


def test_more_arrivals_need_more_counters() -> None:
    """Erlang C: 84 an hour of 5 minutes are a load of 7; nine of ten within 20 minutes need an eighth."""
    needed = [counters_for(per_hour / 3600, 300, 1200) for per_hour in (0, 12, 60, 84, 120)]
    assert all(a <= b for a, b in pairwise(needed))
    assert needed[0] == 1
    assert needed[3] == 8
