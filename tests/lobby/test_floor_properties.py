"""Any sequence of verbs, legal or not: the floor stays right, and the journal replays to it."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from conftest import CONFIG, Clock, Desk
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from lobby.config import read_branch
from lobby.errors import LobbyError
from lobby.house import open_house
from lobby.ticket import AT_COUNTER, State

BRANCH = read_branch(CONFIG)
SERVICES = st.sampled_from([s.id for s in BRANCH.services])
COUNTERS = st.sampled_from([c.id for c in BRANCH.counters])
AREAS = st.sampled_from([a.id for a in BRANCH.areas])
TIERS = st.sampled_from([t.id for t in BRANCH.tiers])
AT_DESK = ("next", "recall", "start", "finish", "no_show", "park", "open_counter", "close_counter")
ON_DESK = (*AT_DESK, "pause_counter", "resume_counter")
ON_TICKET = ("cancel", "reprint", "resume")


class Branch(RuleBasedStateMachine):
    """Hypothesis as customers, tellers and a manager who press anything at any time."""

    tickets: Bundle[str] = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.house = open_house(BRANCH, Path(self.folder.name), "http://x", self.clock)
        self.desk = Desk(self.house)
        self.numbers: set[str] = set()

    def attempt(self, verb: str, **args: Any) -> Any:
        try:
            return getattr(self.desk, verb)(**args)
        except LobbyError:
            return None

    @rule(target=tickets, service=SERVICES, tier=TIERS, elderly=st.booleans())
    def issue(self, service: str, tier: str, elderly: bool) -> str:
        ticket = self.desk.issue(service, tier=tier, needs=["elderly"] if elderly else [])
        assert ticket["id"] not in self.numbers
        self.numbers.add(ticket["id"])
        return str(ticket["id"])

    @rule(verb=st.sampled_from(ON_DESK), counter=COUNTERS)
    def at_counter(self, verb: str, counter: str) -> None:
        self.attempt(verb, counter=counter)

    @rule(counter=COUNTERS, ticket=tickets)
    def call(self, counter: str, ticket: str) -> None:
        self.attempt("call", counter=counter, ticket=ticket)

    @rule(verb=st.sampled_from(ON_TICKET), ticket=tickets)
    def on_ticket(self, verb: str, ticket: str) -> None:
        self.attempt(verb, ticket=ticket)

    @rule(ticket=tickets, area=AREAS)
    def divert(self, ticket: str, area: str) -> None:
        self.attempt("divert", ticket=ticket, area=area)

    @rule(ticket=tickets, tier=TIERS)
    def retier(self, ticket: str, tier: str) -> None:
        self.attempt("retier", ticket=ticket, tier=tier, reason="x")

    @rule(ticket=tickets, service=SERVICES, counter=st.none() | COUNTERS)
    def transfer(self, ticket: str, service: str, counter: str | None) -> None:
        self.attempt("transfer", ticket=ticket, service=service, counter=counter)

    @rule(ticket=consumes(tickets), score=st.integers(1, 5))
    def feedback(self, ticket: str, score: int) -> None:
        self.attempt("give_feedback", ticket=ticket, score=score)

    @rule(minutes=st.integers(-20, 300))
    def time_passes(self, minutes: int) -> None:
        self.clock.now += timedelta(minutes=minutes)

    @invariant()
    def every_customer_is_in_one_place(self) -> None:
        with self.house.writer.published() as floor:
            waiting = [ticket.id for ticket in floor.waiting()]
            at_counter = {c.ticket: c.id for c in floor.counters.values() if c.ticket}
            assert len(set(waiting)) == len(waiting)
            for ticket in floor.tickets.values():
                assert (ticket.id in waiting) == (ticket.state is State.WAITING)
                assert (ticket.id in at_counter) == (ticket.state in AT_COUNTER)
                if ticket.id in at_counter:
                    assert at_counter[ticket.id] == ticket.counter
            assert sum(floor.waiting_count(a.id) for a in BRANCH.areas) == len(waiting)

    def teardown(self) -> None:
        with self.house.writer.published() as floor:
            before = floor
        self.house.close()
        again = open_house(BRANCH, Path(self.folder.name), "http://x", self.clock)
        with again.writer.published() as floor:
            for part in ("day", "tickets", "counters", "slips", "alerts", "numbers", "lines", "issued"):
                was, now = getattr(before, part), getattr(floor, part)
                if before.day == floor.day:
                    assert was == now, part
        assert not any(again._journal.rebuild(BRANCH).values())
        again.close()
        self.folder.cleanup()


TestBranch = Branch.TestCase
TestBranch.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
