"""Any sequence of verbs, legal or not: the state stays right, and the journal replays to it."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from conftest import CONFIG, Clock, Desk, examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from test_undo import seen

from lobby.branch.config import read_branch
from lobby.commands.base import Decision
from lobby.engine.runtime import open_branch
from lobby.errors import LobbyError
from lobby.events import HelpRequested
from lobby.state.ticket import AT_COUNTER, VISIT_MAX, Hold, QueuePosition, State

BRANCH = read_branch(CONFIG)
SERVICES = st.sampled_from([s.id for s in BRANCH.services])
COUNTERS = st.sampled_from([c.id for c in BRANCH.counters])
AREAS = st.sampled_from([a.id for a in BRANCH.areas])
TIERS = st.sampled_from([t.id for t in BRANCH.tiers])
AT_DESK = ("next", "recall", "start", "finish", "no_show", "park", "open_counter", "close_counter")
ON_DESK = (*AT_DESK, "pause_counter", "resume_counter", "ask_break", "put_back")
UNDOABLE = (
    *("next", "start", "finish", "no_show", "park", "add", "transfer_here"),
    *("open_counter", "close_counter", "pause_counter", "resume_counter"),
)
UNDOABLE_ON = ("cancel", "resume", "bring_back", "move", "retier", "divert", "transfer", "amend")
ON_TICKET = ("cancel", "reprint", "resume", "bring_back")


class Branch(RuleBasedStateMachine):
    """Hypothesis as customers, tellers and a manager who press anything at any time."""

    tickets: Bundle[str] = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.runtime = open_branch(BRANCH, Path(self.folder.name), "http://x", self.clock)
        self.desk = Desk(self.runtime)
        self.numbers: set[str] = set()

    def attempt(self, verb: str, **args: Any) -> Any:
        try:
            return getattr(self.desk, verb)(**args)
        except LobbyError:
            return None

    @rule(
        target=tickets,
        service=SERVICES,
        tier=TIERS,
        elderly=st.booleans(),
        then=st.lists(SERVICES, max_size=4),
    )
    def issue(self, service: str, tier: str, elderly: bool, then: list[str]) -> str:
        needs = ["elderly"] if elderly else []
        return self.fresh(self.desk.issue(service, tier=tier, needs=needs, then=then))

    def fresh(self, ticket: dict[str, Any]) -> str:
        assert ticket["id"] not in self.numbers
        self.numbers.add(ticket["id"])
        return str(ticket["id"])

    @rule(target=tickets, ticket=tickets)
    def redraw(self, ticket: str) -> str:
        drawn = self.attempt("redraw", ticket=ticket)
        return self.fresh(drawn["ticket"]) if drawn else ticket

    @rule(target=tickets, service=SERVICES, slot=st.integers(0, 12))
    def come_to_an_appointment(self, service: str, slot: int) -> Any:
        at = self.clock.now.replace(minute=0, second=0, microsecond=0) + timedelta(
            minutes=30 * slot
        )
        booked = self.attempt("book", service=service, at=at)
        came = booked and self.attempt("check_in", appointment=booked["appointment"]["id"])
        return self.fresh(came["ticket"]) if came else multiple()

    @rule(counter=COUNTERS, hold=st.sampled_from(Hold))
    def hold(self, counter: str, hold: Hold) -> None:
        self.attempt("park", counter=counter, hold=hold)

    @rule(counter=COUNTERS, service=SERVICES)
    def add(self, counter: str, service: str) -> None:
        self.attempt("add", counter=counter, service=service)

    @rule(
        ticket=tickets, seat=st.sampled_from(["first", "last", "behind"]), places=st.integers(0, 5)
    )
    def move(self, ticket: str, seat: str, places: int) -> None:
        self.attempt("move", ticket=ticket, seat=seat, places=places)

    @rule(verb=st.sampled_from(UNDOABLE), counter=COUNTERS, service=SERVICES)
    def take_back(self, verb: str, counter: str, service: str) -> None:
        """Whatever was done at a counter and is undone at once, all is as if it had not been."""
        # whatever the hour brings, a new day or what earlier calls teach, comes before the act
        self.runtime.writer.do("test", lambda *_, **__: Decision([HelpRequested("test")]))
        before = seen(self.runtime)
        args = {"service": service} if verb in ("add", "transfer_here") else {}
        with self.runtime.writer.published() as state:
            seq = state.seq
        self.attempt(verb, counter=counter, **args)
        with self.runtime.writer.published() as state:
            done = state.seq > seq
        if done:
            self.desk.undo(counter=counter)
        assert seen(self.runtime) == before

    @rule(
        verb=st.sampled_from(UNDOABLE_ON), ticket=tickets, service=SERVICES, tier=TIERS, area=AREAS
    )
    def take_back_on(self, verb: str, ticket: str, service: str, tier: str, area: str) -> None:
        """Likewise on a ticket, wherever it is."""
        self.runtime.writer.do("test", lambda *_, **__: Decision([HelpRequested("test")]))
        before = seen(self.runtime)
        args = {
            "move": {"seat": "last"},
            "retier": {"tier": tier, "reason": "误记"},
            "divert": {"area": area},
            "transfer": {"service": service},
            "amend": {"needs": ["elderly"], "add": [service]},
        }
        if self.attempt(verb, ticket=ticket, **args.get(verb, {})):
            self.desk.undo_on(ticket=ticket)
        assert seen(self.runtime) == before

    @rule(counter=COUNTERS)
    def undo(self, counter: str) -> None:
        self.attempt("undo", counter=counter)

    @rule(seconds=st.integers(0, 11))
    def a_moment_passes(self, seconds: int) -> None:
        self.clock.now += timedelta(seconds=seconds)

    @rule(counter=COUNTERS, granted=st.booleans())
    def answer_break(self, counter: str, granted: bool) -> None:
        self.attempt("answer_break", counter=counter, granted=granted)

    @rule()
    def look(self) -> None:
        self.runtime.writer.do("watch", self.runtime.alert_monitor.look)
        with self.runtime.writer.published() as state:
            keys = [(a.kind, a.subject) for a in state.alerts.values() if a.subject]
            assert len(set(keys)) == len(keys)

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

    @rule(ticket=tickets, accepted=st.booleans())
    def ask_about_machines(self, ticket: str, accepted: bool) -> None:
        self.attempt("offer_machines", ticket=ticket)
        self.attempt("answer_offer", ticket=ticket, accepted=accepted)

    @rule(ticket=tickets, tier=TIERS)
    def retier(self, ticket: str, tier: str) -> None:
        self.attempt("retier", ticket=ticket, tier=tier, reason="误记")

    @rule(ticket=tickets, service=SERVICES)
    def amend(self, ticket: str, service: str) -> None:
        self.attempt("amend", ticket=ticket, needs=["elderly"], add=[service])

    @rule(
        ticket=tickets,
        service=SERVICES,
        counter=st.none() | COUNTERS,
        seat=st.sampled_from(QueuePosition),
    )
    def transfer(self, ticket: str, service: str, counter: str | None, seat: QueuePosition) -> None:
        self.attempt("transfer", ticket=ticket, service=service, counter=counter, seat=seat)

    @rule(ticket=consumes(tickets), score=st.integers(1, 5))
    def feedback(self, ticket: str, score: int) -> None:
        self.attempt("give_feedback", ticket=ticket, score=score)

    @rule(minutes=st.integers(-20, 300))
    def time_passes(self, minutes: int) -> None:
        self.clock.now += timedelta(minutes=minutes)

    @invariant()
    def every_customer_is_in_one_place(self) -> None:
        with self.runtime.writer.published() as state:
            waiting = [ticket.id for ticket in state.waiting()]
            at_counter = {c.ticket: c.id for c in state.counters.values() if c.ticket}
            assert len(set(waiting)) == len(waiting)
            for ticket in state.tickets.values():
                assert (ticket.id in waiting) == (ticket.state is State.WAITING)
                assert (ticket.id in at_counter) == (ticket.state in AT_COUNTER)
                if ticket.id in at_counter:
                    assert at_counter[ticket.id] == ticket.counter
                assert ticket.overtaken >= 0
                assert 1 + len(ticket.done) + len(ticket.then) <= VISIT_MAX + (
                    ticket.state is State.SERVED
                )
            assert state.queues.waiting == len(waiting)
            assert set(state.firsts) <= set(waiting)
            assert sum(state.waiting_count(a.id) for a in BRANCH.areas) == len(waiting)

    def teardown(self) -> None:
        with self.runtime.writer.published() as state:
            before = state
        self.runtime.close()
        again = open_branch(BRANCH, Path(self.folder.name), "http://x", self.clock)
        with again.writer.published() as state:
            parts = (
                "day",
                "tickets",
                "counters",
                "slips",
                "alerts",
                "numbers",
                "queues",
                "issued",
                "acknowledged",
                "interventions",
            )
            for part in (*parts, "appointments", "firsts", "acts", "service_s", "fcfs", "calls"):
                was = getattr(before, part)
                now = getattr(state, part)
                if before.day == state.day:
                    assert was == now, part
        assert not any(again._journal.rebuild(BRANCH).values())
        again.close()
        self.folder.cleanup()


TestBranch = Branch.TestCase
TestBranch.settings = settings(examples(25), stateful_step_count=40)
