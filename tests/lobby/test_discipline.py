"""Who is called next, the reason given, and the guarantees that hold for anybody."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from conftest import Clock, Desk, examples
from hypothesis import given
from hypothesis import strategies as st

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.names import LANGS
from lobby.branch.scenario import (
    ONLY_AREA,
    Arrivals,
    CounterPlan,
    Customer,
    Scenario,
    ServicePlan,
    TierPlan,
    branch_of,
    shifts,
)
from lobby.calling.discipline import POLICIES, RULES, words
from lobby.commands.base import Decision
from lobby.engine.runtime import BranchRuntime
from lobby.simulation.simulate import Day, Rehearsal
from lobby.state.queue import QueueState
from lobby.state.ticket import Ticket


def called(desk: Desk, counter: str) -> str:
    ticket = desk.next(counter=counter)["ticket"]
    desk.start(counter=counter), desk.finish(counter=counter)
    return str(ticket["number"])


def test_within_a_tier_and_service_first_come_is_first_served(desk: Desk, clock: Clock) -> None:
    for _ in range(3):
        desk.issue("cash")
        clock.forward(minutes=1)
    desk.open_counter(counter="1")
    assert [called(desk, "1") for _ in range(3)] == ["A001", "A002", "A003"]


def test_a_shorter_promise_goes_first_but_not_for_ever(desk: Desk, clock: Clock) -> None:
    desk.issue("cash")  # standard: promised 20 min
    clock.forward(minutes=3)
    desk.issue("cash", tier="gold")  # promised 15 min
    desk.open_counter(counter="1")
    assert called(desk, "1") == "A002"
    clock.forward(minutes=60)
    desk.issue("cash", tier="gold")
    assert called(desk, "1") == "A001"


def test_the_green_channel_goes_before_a_longer_promise(desk: Desk, clock: Clock) -> None:
    desk.issue("cash")
    clock.forward(minutes=2)
    desk.issue("cash", needs=["pregnant"])
    desk.open_counter(counter="1")
    assert called(desk, "1") == "A002"


def test_a_dedicated_counter_prefers_its_tier_until_somebody_is_late(
    desk: Desk, clock: Clock
) -> None:
    for counter in ("1", "2", "3", "4"):
        desk.open_counter(counter=counter)
    desk.issue("cash")
    clock.forward(minutes=10)
    desk.issue("cash", tier="gold"), desk.issue("cash", tier="gold")
    assert called(desk, "3") == "A002"
    clock.forward(minutes=11)
    desk.issue("cash", tier="gold")
    assert called(desk, "3") == "A003"  # promised 15 min, 11 gone: at risk, and of the smaller tier
    assert called(desk, "3") == "A001"


def test_a_ticket_transferred_to_a_counter_is_called_there_and_nowhere_else(
    desk: Desk, clock: Clock
) -> None:
    bound = desk.issue("cash")
    desk.issue("cash")
    desk.transfer(ticket=bound["id"], service="cash", counter="2")
    desk.open_counter(counter="1"), desk.open_counter(counter="2")
    assert called(desk, "1") == "A002"
    assert called(desk, "2") == "A001"


def test_the_reason_of_a_call_is_kept_and_can_be_read(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.issue("cash")
    clock.forward(minutes=2)
    desk.issue("cash", needs=["elderly"])
    clock.forward(minutes=2)
    desk.open_counter(counter="1")
    ticket = desk.next(counter="1")["ticket"]
    with runtime.writer.published() as state:
        reason = state.tickets[ticket["id"]].call_reason
        assert [t.overtaken for t in state.waiting()] == [1]
    assert reason == {"rule": "at_risk", "waited_s": 120, "target_wait_s": 300, "passed": 1}
    assert words(reason).in_("en").startswith("Waited 2 of 5 min: a few more calls and")
    assert "已等 2 分钟" in words(reason).in_("zh")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lang", LANGS)
def test_every_reason_has_words(rule: str, lang: str) -> None:
    assert words({"rule": rule, "waited_s": 60, "target_wait_s": 300, "passed": 1}).in_(lang)


# -- guarantees, for any day ----------------------------------------------------------------------------------
TIERS = ("standard", "gold", "private")
SERVICES = ("cash", "cards")
ALL_DAY: dict[str, Any] = {
    "from_": datetime.min.time(),
    "to": datetime.max.time().replace(microsecond=0),
}
COUNTERS = st.builds(
    lambda n, serves, tiers, prefers: CounterPlan(
        id=str(n), serves=tuple(serves), tiers=tuple(tiers), prefers=prefers, **ALL_DAY
    ),
    st.just(0),
    st.sets(st.sampled_from(SERVICES), min_size=1).map(sorted),
    st.sets(st.sampled_from(TIERS)).map(sorted),
    st.none() | st.sampled_from(TIERS),
)
CUSTOMERS = st.builds(
    Customer,
    at_s=st.integers(0, 7200).map(float),
    tier=st.sampled_from(TIERS),
    service=st.sampled_from(SERVICES),
    service_s=st.floats(10, 1500),
    comes=st.booleans() | st.just(True),
    patience_s=st.just(float("inf")) | st.floats(60, 3600),
    needs=st.just(()) | st.just(("elderly",)),
)


def plan_with(counters: Sequence[CounterPlan]) -> Scenario:
    numbered = [CounterPlan(**{**vars(c), "id": str(n)}) for n, c in enumerate(counters, start=1)]
    able_to_all = CounterPlan(id="0", serves=SERVICES, **ALL_DAY)
    return Scenario(
        opens=ALL_DAY["from_"],
        closes=ALL_DAY["to"],
        tier=tuple(
            TierPlan(id, target) for id, target in zip(TIERS, (1200, 600, 300), strict=True)
        ),
        service=(ServicePlan("cash", 300), ServicePlan("cards", 900)),
        arrivals=(Arrivals("standard", "cash", per_hour=1, **ALL_DAY),),
        counter=(able_to_all, *numbered),
    )


@dataclass
class Turn:
    """A counter's call: whom it called and by which rule, who waited then and could have been called, as they were,
    each with the wait in seconds."""

    called: Ticket | None
    rule: str
    could: list[Ticket]
    waited_s: dict[str, float]

    def is_late(self, ticket: Ticket) -> bool:
        return self.waited_s[ticket.id] >= ticket.target_wait_s

    def passed(self) -> list[Ticket]:
        """Who came before and waits on."""
        return [t for t in self.could if self.called and t.place < self.called.place]

    def same_target(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        """Those with the target wait of the called."""
        return [t for t in tickets if self.called and t.target_wait_s == self.called.target_wait_s]


class Watched(Rehearsal):
    """Looks at every call before it is made."""

    def __init__(self, plan: Scenario, policy: str, branch: Branch | None = None) -> None:
        super().__init__(branch or branch_of(plan), policy, plan.no_show_s)
        self.turns: list[Turn] = []
        decide = self.commands.next

        def next_(state: QueueState, now: datetime, counter: str) -> Any:
            desk = state.as_lent(state.branch.counter[counter])
            could = {
                t.id: copy(t)
                for t in state.waiting()
                if state.branch.may_serve(desk, t.service, t.tier, t.area)
            }
            waited_s = {t.id: (now - t.rank_at).total_seconds() for t in could.values()}
            decision = decide(state, now, counter)
            rules = [e.reason["rule"] for e in decision.events if isinstance(e, ev.TicketCalled)]
            called = could[decision.ticket] if decision.ticket else None
            self.turns.append(Turn(called, "".join(rules), list(could.values()), waited_s))
            return decision

        self.commands.next = next_  # type: ignore[method-assign]


def with_annex(plan: Scenario, helps: tuple[str, ...] = ()) -> Branch:
    """Gold customers wait in an area of their own, with the counter that is able to all."""
    branch = branch_of(plan)
    annex = replace(branch.areas[0], id="annex")
    tiers = [replace(t, area="annex") if t.id == "gold" else t for t in branch.tiers]
    counters = [
        replace(c, area="annex", helps=helps) if c.id == "0" else c for c in branch.counters
    ]
    return replace(
        branch, areas=(*branch.areas, annex), tiers=tuple(tiers), counters=tuple(counters)
    )


class Lent(Watched):
    """The annex's counter is lent to the hall all day."""

    def __init__(self, plan: Scenario, policy: str) -> None:
        super().__init__(plan, policy, with_annex(plan))
        open_counter = self.commands.open_counter

        def lent(state: QueueState, now: datetime, counter: str) -> Decision:
            decision = open_counter(state, now, counter)
            until = (now + timedelta(days=1)).isoformat()
            away = [ev.CounterLent(counter, ONLY_AREA, until)] if counter == "0" else []
            return replace(decision, events=[*decision.events, *away])

        self.commands.open_counter = lent  # type: ignore[method-assign]


def turns_of(
    counters: list[CounterPlan],
    crowd: list[Customer],
    policy: str = "default",
    lent: bool = False,
) -> tuple[list[Turn], Day]:
    """A day of the crowd, with everybody's call."""
    plan = plan_with(counters)
    watched = Lent(plan, policy) if lent else Watched(plan, policy)
    return watched_day(watched, plan, crowd)


def watched_day(watched: Watched, plan: Scenario, crowd: list[Customer]) -> tuple[list[Turn], Day]:
    day = watched.day(0, sorted(crowd, key=lambda c: c.at_s), shifts(plan))
    return watched.turns, day


@examples(30)
@given(
    st.lists(COUNTERS, max_size=4),
    st.lists(CUSTOMERS, max_size=60),
    st.sampled_from(sorted(POLICIES)),
    st.booleans(),
)
def test_no_counter_rests_while_it_may_serve_somebody(
    counters: list[CounterPlan], crowd: list[Customer], policy: str, lent: bool
) -> None:
    turns, day = turns_of(counters, crowd, policy, lent)
    assert all((turn.called is not None) == bool(turn.could) for turn in turns)
    assert all(t.state.ended for t in day.tickets)
    if policy == "default":
        first_come_within_a_line(turns)


def first_come_within_a_line(turns: list[Turn]) -> None:
    def line(ticket: Ticket) -> tuple[str, str, bool]:
        return ticket.service, ticket.tier, bool(ticket.needs)

    for turn in turns:
        assert turn.called is None or line(turn.called) not in map(line, turn.passed())


@examples(20)
@given(
    st.lists(COUNTERS, max_size=3), st.lists(CUSTOMERS, min_size=30, max_size=90), st.integers(0, 5)
)
def test_nobody_is_overtaken_by_more_than_allowed(
    counters: list[CounterPlan], crowd: list[Customer], most: int
) -> None:
    plan = plan_with(counters)
    rehearsal = Rehearsal(branch_of(plan), "default", plan.no_show_s)
    object.__setattr__(rehearsal.commands.branch.rules, "overtaken_max", most)
    day = rehearsal.day(0, sorted(crowd, key=lambda c: c.at_s), shifts(plan))
    assert all(t.gave_way <= most for t in day.tickets)


def gave_way(runtime: BranchRuntime) -> dict[str, int]:
    with runtime.writer.published() as state:
        return {t.number: t.gave_way for t in state.tickets.values()}


def two_in_turn(desk: Desk, clock: Clock) -> tuple[str, str]:
    """The tickets of two, a minute apart."""
    first = desk.issue("cash")
    clock.forward(minutes=1)
    return first["id"], desk.issue("cash")["id"]


def test_a_call_that_is_taken_back_was_no_giving_way(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    _, later = two_in_turn(desk, clock)
    desk.open_counter(counter="1")
    desk.call(counter="1", ticket=later)
    assert gave_way(runtime) == {"A001": 1, "A002": 0}
    desk.undo(counter="1")
    assert gave_way(runtime) == {"A001": 0, "A002": 0}


def test_whoever_takes_back_first_no_count_falls_below_none(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    """One counter transfers a ticket, another calls a later one, and both take it back."""
    first, later = two_in_turn(desk, clock)
    desk.open_counter(counter="1"), desk.open_counter(counter="2")
    desk.call(counter="1", ticket=first)
    desk.start(counter="1")
    desk.transfer(ticket=first, service="cash")
    desk.call(counter="2", ticket=later)
    desk.undo(counter="1")
    desk.undo(counter="2")
    assert gave_way(runtime) == {"A001": 0, "A002": 0}


def test_whose_turn_came_has_given_way_to_nobody_since(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    _, later = two_in_turn(desk, clock)
    desk.open_counter(counter="1")
    desk.call(counter="1", ticket=later)
    desk.start(counter="1"), desk.finish(counter="1")
    desk.next(counter="1")
    assert gave_way(runtime)["A001"] == 0


# -- the law of order --------------------------------------------------------------------------------------
CROWDS = st.lists(CUSTOMERS, min_size=30, max_size=90)


@examples(30)
@given(st.lists(COUNTERS, max_size=3), CROWDS, st.booleans())
def test_a_younger_one_of_the_same_target_passes_only_who_has_time(
    counters: list[CounterPlan], crowd: list[Customer], lent: bool
) -> None:
    for turn in turns_of(counters, crowd, lent=lent)[0]:
        same = turn.same_target(turn.passed())
        assert all(t.target_wait_s - turn.waited_s[t.id] >= 40 for t in same)


@examples(30)
@given(st.lists(COUNTERS, max_size=3), CROWDS, st.booleans())
def test_who_is_late_is_passed_only_to_keep_a_target(
    counters: list[CounterPlan], crowd: list[Customer], lent: bool
) -> None:
    """Somebody of the target wait that passes is not late yet: of those who are, nobody's target is kept any more."""
    for turn in turns_of(counters, crowd, lent=lent)[0]:
        if any(map(turn.is_late, turn.passed())):
            assert turn.rule in ("at_risk", "leads")
            assert not all(map(turn.is_late, turn.same_target(turn.could)))


@examples(30)
@given(st.lists(COUNTERS, max_size=3), CROWDS, st.booleans())
def test_of_nobody_who_has_just_come_it_is_said_that_the_promise_ends(
    counters: list[CounterPlan], crowd: list[Customer], lent: bool
) -> None:
    for turn in turns_of(counters, crowd, lent=lent)[0]:
        if turn.called and turn.rule == "at_risk":
            assert round(turn.waited_s[turn.called.id] / 60) > 0


def drawn(random: Random) -> Customer:
    at_s = float(random.randint(0, 1800))
    tier = random.choice(TIERS)
    return Customer(at_s, tier, random.choice(SERVICES), random.uniform(60, 600))


@pytest.mark.parametrize("seed", [2, 15])
def test_a_lent_counter_calls_whom_one_calls_that_always_helps(seed: int) -> None:
    """By the whole law: of both areas it knows who is about to lose the target, in line behind others too."""
    random = Random(seed)
    crowd = [drawn(random) for _ in range(60)]
    able = CounterPlan(id="", serves=SERVICES, **ALL_DAY)
    plan = plan_with([able, able])
    always = Watched(plan, "default", with_annex(plan, helps=(ONLY_AREA,)))
    lent, helping = (watched_day(w, plan, crowd)[0] for w in (Lent(plan, "default"), always))
    assert calls_of(lent) == calls_of(helping)


def calls_of(turns: list[Turn]) -> list[tuple[str | None, str]]:
    return [(turn.called.number if turn.called else None, turn.rule) for turn in turns]


def test_long_business_passes_nobody_who_would_have_few_calls_left(
    desk: Desk, clock: Clock
) -> None:
    """Three counters serve cash. While one of them is away for twelve minutes of foreign exchange, the cash that has
    eight minutes left loses four."""
    for counter in ("1", "2", "3"):
        desk.open_counter(counter=counter)
    desk.issue("cash")
    clock.forward(seconds=40)
    desk.issue("fx")
    clock.forward(seconds=660)
    assert called(desk, "3") == "A001"


def test_who_is_kept_for_another_counter_lets_nobody_pass_here(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    """A late gold customer leads nobody whom this counter may call, and came later than who is late too."""
    desk.issue("cash")
    clock.forward(minutes=5)
    desk.issue("cash", tier="gold")
    clock.forward(minutes=10)
    kept = desk.issue("cash", tier="gold")
    desk.transfer(ticket=kept["id"], service="cash", counter="2")
    clock.forward(minutes=6)
    desk.open_counter(counter="1")
    assert called(desk, "1") == "A001"


def test_quick_business_passes_nobody_who_is_late(desk: Desk, clock: Clock) -> None:
    """A counter that does both calls who came first, though the other would take half of the time."""
    desk.issue("fx")
    clock.forward(minutes=1)
    desk.issue("cash")
    clock.forward(minutes=25)
    desk.open_counter(counter="3")
    assert called(desk, "3") == "E001"


def test_the_longest_wait_in_order_of_arrival_is_known_without_it() -> None:
    """The yardstick of fairness under the default is what first come, first served really gives."""
    plan = plan_with([])
    crowd = [Customer(60.0 * n, TIERS[n % 3], "cash", 100.0) for n in range(60)]
    longest = {}
    for policy in ("fcfs", "default"):
        rehearsal = Rehearsal(branch_of(plan), policy, 60)
        day = rehearsal.day(0, crowd, shifts(plan))
        longest[policy] = rehearsal.state.fcfs.longest_s["cash"]
        waits = [t.called_at - t.issued_at for t in day.tickets if t.called_at]
        if policy == "fcfs":
            assert timedelta(seconds=longest[policy]) == max(waits)
    assert longest["default"] == longest["fcfs"]
