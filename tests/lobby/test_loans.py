"""Things on loan and announced visits: what is left is what was not lent, whatever nights and restarts come between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import CONFIG, Clock, Desk, examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict, Invalid, NotFound
from lobby.views.loan import loans_view
from lobby.views.visit import visits_view

WHEELCHAIRS = 2


class Carer(Desk):
    """What an act answers, without its noun."""

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        act = super().__getattr__(verb)
        return lambda **args: next(iter(act(**args).values()), None)


def view(desk: Desk) -> Any:
    with desk.runtime.writer.published() as state:
        return loans_view(state, desk.runtime.clock())


def left(desk: Desk, thing: str) -> int:
    return next(one["left"] for one in view(desk)["things"] if one["id"] == thing)


def alerts(desk: Desk, kind: str) -> list[Any]:
    desk.runtime.writer.do("watch", desk.runtime.alert_monitor.look)
    with desk.runtime.writer.published() as state:
        return [alert for alert in state.alerts.values() if alert.kind == kind]


@pytest.fixture
def lobby(runtime: BranchRuntime) -> Desk:
    return Carer(runtime)


def test_no_more_is_lent_than_there_is(lobby: Desk) -> None:
    for _ in range(WHEELCHAIRS):
        lobby.lend(thing="wheelchair", borrower="穿红外套的老先生")
    with pytest.raises(Conflict, match="none is left"):
        lobby.lend(thing="wheelchair", borrower="another")
    lobby.take_back(loan=view(lobby)["loans"][0]["id"])
    assert left(lobby, "wheelchair") == 1


def test_a_loan_says_to_whom(lobby: Desk) -> None:
    ticket = lobby.issue()
    loan = lobby.lend(thing="glasses", number=ticket["number"])
    assert (loan["number"], loan["described"]) == (ticket["number"], False)
    with pytest.raises(Invalid, match="Nobody has the number"):
        lobby.lend(thing="glasses", number="Z999")
    with pytest.raises(Invalid, match="describe the customer"):
        lobby.lend(thing="glasses")


def test_an_overdue_thing_alerts_until_it_is_back(lobby: Desk, clock: Clock) -> None:
    loan = lobby.lend(thing="box", borrower="x")
    clock.forward(minutes=29)
    assert not alerts(lobby, "loan")
    clock.forward(minutes=2)
    (alert,) = alerts(lobby, "loan")
    assert alert.subject == loan["id"]
    lobby.take_back(loan=loan["id"])
    assert not alerts(lobby, "loan")


def test_a_lost_thing_is_missing_until_it_is_replaced(lobby: Desk, clock: Clock) -> None:
    loan = lobby.lend(thing="box", borrower="x")
    lobby.give_up(loan=loan["id"])
    clock.forward(days=40)
    lobby.open_counter(counter="1")
    assert left(lobby, "box") == 0
    with pytest.raises(Conflict, match="not lent now"):
        lobby.give_up(loan=loan["id"])
    lobby.take_back(loan=loan["id"])
    assert left(lobby, "box") == 1


def test_an_announced_visit_makes_a_ticket_of_the_green_channel(lobby: Desk, clock: Clock) -> None:
    at = clock() + timedelta(hours=1)
    visit = lobby.announce(at=at, service="cash", needs=["disabled"], aids=["sign_language"])
    assert not alerts(lobby, "visit")
    clock.forward(minutes=31)
    assert alerts(lobby, "visit")
    ticket = lobby.arrive(visit=visit["id"])
    assert ticket["area"] == "barrier_free"
    assert not alerts(lobby, "visit")
    with pytest.raises(Conflict, match="ended"):
        lobby.call_off(visit=visit["id"])
    with lobby.runtime.writer.published() as state:
        (shown,) = visits_view(state, clock())
    assert (shown["state"], shown["number"]) == ("arrived", ticket["number"])


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"needs": []}, "special need"),
        ({"aids": ["choir"]}, "no aid choir"),
        ({"service": "choir"}, "no service"),
        ({"at": timedelta(days=90)}, "cannot be booked"),
    ],
)
def test_a_visit_that_does_not_fit_is_refused(
    lobby: Desk, clock: Clock, change: dict[str, Any], refused: str
) -> None:
    fits = {"at": timedelta(hours=1), "service": "cash", "needs": ["disabled"], **change}
    with pytest.raises(Invalid, match=refused):
        lobby.announce(**{**fits, "at": clock() + fits["at"]})


def test_an_unknown_loan_or_visit_is_told(lobby: Desk) -> None:
    with pytest.raises(NotFound):
        lobby.take_back(loan="x")
    with pytest.raises(NotFound):
        lobby.arrive(visit="x")


class Lending(RuleBasedStateMachine):
    """A model that counts, against the branch over nights and restarts."""

    @initialize()
    def opens(self) -> None:
        self.folder = TemporaryDirectory()
        self.clock = Clock()
        self.branch: Branch = read_branch(CONFIG)
        self.open()
        self.away: list[str] = []

    def open(self) -> None:
        self.runtime = open_branch(self.branch, Path(self.folder.name), "http://x", self.clock)
        self.desk = Carer(self.runtime)

    @rule()
    def lend(self) -> None:
        if len(self.away) < WHEELCHAIRS:
            self.away.append(self.desk.lend(thing="wheelchair", borrower="x")["id"])
            return
        with pytest.raises(Conflict):
            self.desk.lend(thing="wheelchair", borrower="x")

    @precondition(lambda self: self.away)
    @rule(n=st.integers(0, 9), lose=st.booleans())
    def give_back(self, n: int, lose: bool) -> None:
        loan = self.away.pop(n % len(self.away))
        if lose and loan in self._out():
            self.desk.give_up(loan=loan)
            self.away.append(loan)
        else:
            self.desk.take_back(loan=loan)

    def _out(self) -> set[str]:
        return {loan["id"] for loan in view(self.desk)["loans"] if loan["state"] == "out"}

    @rule(days=st.integers(1, 20))
    def nights(self, days: int) -> None:
        self.clock.forward(days=days)
        self.desk.issue()

    @rule()
    def restart(self) -> None:
        self.runtime.close()
        self.open()

    @invariant()
    def what_is_left_is_what_is_not_away(self) -> None:
        if hasattr(self, "desk"):
            assert left(self.desk, "wheelchair") == WHEELCHAIRS - len(self.away)

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            with closing(self.runtime):
                assert not any(self.runtime._journal.rebuild(self.branch).values())
            self.folder.cleanup()


TestLending = Lending.TestCase
TestLending.settings = settings(examples(8), stateful_step_count=20)
