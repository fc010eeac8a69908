"""A corrective action goes its way: done by its owner, checked by another, measured, open again without effect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import CONFIG, Clock, Desk, examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.branch.person import Person, Staff
from lobby.commands.action import ActionPlan, ProofGiven
from lobby.commands.base import Who
from lobby.commands.panel import Meeting, PanelPlan
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict, Invalid, LobbyError
from lobby.events.personal import Missing
from lobby.journal.history import reader
from lobby.reports.actions import MEASURES
from lobby.reports.measure import Period
from lobby.state.action import Action, Aim, Direction, Effect, Source, Verdict, Window
from lobby.state.action import ActionState as S
from lobby.state.panel import Balance, Leads

SHIPPED = read_branch(CONFIG)
PEOPLE = ("ann", "bob", "chen", "dana")
TODAY = date(2026, 3, 2)
DUE = TODAY + timedelta(days=14)
AIM = Aim("late_share", Direction.LESS, tier="standard")
WINDOW = Window(TODAY, TODAY, 10, 100, 0.2)
WHYS = "the second printer jams\nnobody cleans it: canary-why"


def effect(verdict: Verdict) -> Effect:
    return Effect(verdict, WINDOW, WINDOW, 0.0, -0.1, 0.1)


class Actions:
    """A branch and its corrective actions."""

    def __init__(self, runtime: BranchRuntime, clock: Clock) -> None:
        self.runtime = runtime
        self.clock = clock

    def do(self, name: str, *args: Any, who: str = "") -> Any:
        """The command; `who` acts where it weighs that."""
        acting = (Who(who, "manager"),) if who else ()
        command = getattr(self.runtime.commands, name)
        return self.runtime.writer.do(who or "watch", command, *acting, *args).data

    def open(self, owner: str = "ann", aim: Aim | None = AIM, **plan: Any) -> str:
        wanted = ActionPlan("Clean the printer each morning", owner, DUE, aim=aim, **plan)
        id: str = self.do("open_action", wanted, who="dana")["action"]["id"]
        return id

    def prove(self, id: str, who: str = "ann", **proof: Any) -> None:
        given = ProofGiven(changed_on=self.today, words="done", **proof)
        self.do("prove_action", id, given, who=who)

    @property
    def today(self) -> date:
        return self.runtime.branch.day_of(self.clock())

    def get(self, id: str) -> Action:
        with self.runtime.writer.published() as state:
            return state.quality.actions[id]

    def figures(self, first: date, last: date) -> dict[str, Any]:
        with closing(reader(self.runtime.database)) as db:
            period = Period(db, self.runtime.branch, first, last)
            return {measure.id: period.figure(measure) for measure in MEASURES}


@pytest.fixture
def actions(runtime: BranchRuntime, clock: Clock) -> Actions:
    return Actions(runtime, clock)


# -- the whole machine -------------------------------------------------------------------------------------
GOES: dict[tuple[S, str], S] = {
    (S.OPEN, "prove"): S.PROVED,
    (S.REOPENED, "prove"): S.PROVED,
    (S.PROVED, "check"): S.CHECKED,
    (S.PROVED, "refuse"): S.REOPENED,
    (S.CHECKED, "helped"): S.HELPED,
    (S.CHECKED, "no_effect"): S.REOPENED,
    (S.CHECKED, "worse"): S.REOPENED,
    (S.CHECKED, "too_few"): S.CHECKED,
    (S.HELPED, "share"): S.PRACTICE,
    (S.CHECKED, "reopen"): S.REOPENED,
    (S.HELPED, "reopen"): S.REOPENED,
    (S.PRACTICE, "reopen"): S.REOPENED,
    (S.OPEN, "cancel"): S.CANCELLED,
    (S.REOPENED, "cancel"): S.CANCELLED,
    (S.OPEN, "assign"): S.OPEN,
    (S.REOPENED, "assign"): S.REOPENED,
    (S.PROVED, "assign"): S.PROVED,
}
"""Everything else is refused."""
MOVES = sorted({move for _, move in GOES})


class Machine(RuleBasedStateMachine):
    """One action, and what anybody tries with it."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.clock = Clock()
        opened = open_branch(SHIPPED, Path(self.folder.name), "http://x", self.clock)
        self.actions = Actions(opened, self.clock)
        self.id = self.actions.open()
        self.state = S.OPEN
        self.had = ["ann"]
        self.due = DUE

    def teardown(self) -> None:
        if hasattr(self, "actions"):
            self.actions.runtime.close()
            self.folder.cleanup()

    @rule(move=st.sampled_from(MOVES), who=st.sampled_from(PEOPLE), to=st.sampled_from(PEOPLE))
    def anybody_tries(self, move: str, who: str, to: str) -> None:
        allowed = (self.state, move) in GOES and self.may(move, who)
        try:
            self.act(move, who, to)
        except LobbyError:
            assert not allowed, (self.state, move, who)
        else:
            assert allowed, (self.state, move, who)
            self.follow(move, to)

    def may(self, move: str, who: str) -> bool:
        if move == "prove":
            return who == self.had[-1]
        if move in ("check", "refuse"):
            return who not in self.had
        if move == "cancel":
            return who not in self.had
        if move in ("assign", "reopen") and self.due < self.actions.today + timedelta(days=7):
            return who not in self.had
        return True

    def act(self, move: str, who: str, to: str) -> None:
        later = self.actions.today + timedelta(days=7)
        match move:
            case "prove":
                self.actions.prove(self.id, who)
            case "check" | "share":
                self.actions.do(f"{move}_action", self.id, who=who)
            case "refuse" | "reopen":
                self.actions.do(f"{move}_action", self.id, "not done", later, who=who)
            case "cancel":
                self.actions.do("cancel_action", self.id, "moot", who=who)
            case "assign":
                self.actions.do("assign_action", self.id, to, later, "ill", who=who)
            case verdict:
                self.actions.do("measure_action", self.id, effect(Verdict(verdict)))

    def follow(self, move: str, to: str) -> None:
        self.state = GOES[self.state, move]
        if move in ("refuse", "reopen", "assign"):
            self.due = self.actions.today + timedelta(days=7)
        if move in ("no_effect", "worse"):
            again = self.actions.runtime.branch.actions.again_days
            self.due = self.actions.today + timedelta(days=again)
        if move == "assign":
            self.had = [*(one for one in self.had if one != to), to]

    @rule(days=st.integers(1, 20))
    def days_pass(self, days: int) -> None:
        self.clock.forward(days=days)
        self.actions.runtime.writer.do("x", self.actions.runtime.commands.open_counter, "1")

    @rule()
    def power_fails(self) -> None:
        self.actions.runtime.close()
        data = Path(self.folder.name)
        self.actions.runtime = open_branch(SHIPPED, data, "http://x", self.clock)

    @invariant()
    def it_is_as_it_should(self) -> None:
        if not hasattr(self, "actions"):
            return
        action = self.actions.get(self.id)
        assert (action.state, list(action.owners), action.due) == (self.state, self.had, self.due)
        late = max(0, (self.actions.today - self.due).days)
        pending = self.state in (S.OPEN, S.REOPENED, S.PROVED)
        assert action.days_late(self.actions.today) == (late if pending else 0)
        if self.state in (S.CHECKED, S.HELPED, S.PRACTICE):
            assert action.checked_by
            assert action.checked_by not in action.owners


TestMachine = Machine.TestCase
TestMachine.settings = settings(examples(6), stateful_step_count=25)


# -- what is refused, and what is kept ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"cause": "C77"}, "cause"),
        ({"source": Source.CASE, "source_id": "x"}, "source_id"),
        ({"source": Source.PANEL, "source_id": "x"}, "source_id"),
        ({"aim": replace(AIM, tier="platinum")}, "tier"),
        ({"aim": replace(AIM, service="hats")}, "service"),
        ({"aim": replace(AIM, counter="99")}, "counter"),
    ],
)
def test_what_does_not_exist_is_named(actions: Actions, plan: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.open(**plan)
    assert refused.value.field == field


def test_an_owner_is_of_the_register_where_there_is_one(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    people = (Person("t1", "Li", ("teller",)),)
    staffed = replace(branch, staff=Staff(people=people))
    with closing(open_branch(staffed, tmp_path, "http://x", clock)) as runtime:
        actions = Actions(runtime, clock)
        with pytest.raises(Invalid, match="Nobody who works here"):
            actions.open("ann")
        assert actions.get(actions.open("T1")).owner == "t1"


def test_a_day_that_is_over_is_no_due_day(actions: Actions) -> None:
    with pytest.raises(Invalid, match="cannot be chosen"):
        actions.do("open_action", ActionPlan("x", "ann", TODAY - timedelta(days=1)), who="dana")


def test_nothing_is_proved_by_no_word_or_before_it_was_opened(actions: Actions) -> None:
    id = actions.open()
    with pytest.raises(Invalid, match="how it can be seen"):
        actions.do("prove_action", id, ProofGiven(TODAY), who="ann")
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(Invalid, match="day of the change"):
            actions.do("prove_action", id, ProofGiven(day, "done"), who="ann")


def test_a_changed_standard_is_on_record(actions: Actions) -> None:
    id = actions.open(standard="teller-03")
    actions.prove(id, standard="teller-03", standard_version="2026-03")
    proof = actions.get(id).proof
    assert proof
    assert (proof.standard, proof.standard_version) == ("teller-03", "2026-03")


def test_whys_and_proof_stand_nowhere_in_clear(actions: Actions, tmp_path: Path) -> None:
    id = actions.open(whys=WHYS)
    actions.do("prove_action", id, ProofGiven(TODAY, "canary-proof"), who="ann")
    files = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(b"canary-" in content for content in files)
    whys = actions.get(id).whys
    reveal = actions.runtime.subject_keys.reveal
    assert reveal(whys) == WHYS
    actions.runtime.erase_subject(f"action:{id}")
    assert reveal(whys) is Missing.ERASED


# -- a panel's finding ----------------------------------------------------------------------------------------
def test_what_a_panel_finds_becomes_an_action(actions: Actions) -> None:
    plan = PanelPlan("Waiting", 4, Balance.EQUAL, TODAY, TODAY)
    panel = actions.do("plan_panel", plan, Meeting(TODAY, "Room 2", ""), who="dana")["panel"]["id"]
    wanted = ActionPlan("Say how long it takes", "ann", DUE)
    with pytest.raises(Conflict, match="not taken place"):
        actions.do("find_in_panel", panel, wanted, who="dana")
    actions.do("hold_panel", panel)
    shown = actions.do("find_in_panel", panel, wanted, who="dana")["panel"]
    (finding,) = shown["findings"]
    action = actions.get(finding["id"])
    assert (finding["leads"], action.source, action.source_id) == (
        Leads.ACTION,
        Source.PANEL,
        panel,
    )


def test_what_a_panel_finds_becomes_a_case(actions: Actions) -> None:
    plan = PanelPlan("Waiting", 4, Balance.EQUAL, TODAY, TODAY)
    panel = actions.do("plan_panel", plan, Meeting(TODAY, "Room 2", ""), who="dana")["panel"]["id"]
    actions.do("hold_panel", panel)
    shown = actions.do("find_case_in_panel", panel, "the fee was told too late", who="dana")
    (finding,) = shown["panel"]["findings"]
    assert finding["leads"] == Leads.CASE
    with actions.runtime.writer.published() as state:
        assert finding["id"] in state.quality.cases
    rows = actions.runtime._journal.db.execute("SELECT data FROM event").fetchall()
    assert "too late" not in str(rows), "what a case says is sealed with it"


# -- figures --------------------------------------------------------------------------------------------------
@pytest.fixture
def month(actions: Actions) -> Iterator[Actions]:
    """Three actions: one helped after four days, one is late, one was opened later."""
    helped = actions.open()
    actions.open("bob")
    for days, act in (
        (4, lambda: (actions.prove(helped), actions.do("check_action", helped, who="chen"))),
        (15, lambda: actions.do("measure_action", helped, effect(Verdict.HELPED))),
    ):
        actions.clock.forward(days=days)
        Desk(actions.runtime).open_counter(counter="1")
        act()
    wanted = ActionPlan("Later", "ann", actions.today)
    actions.do("open_action", wanted, who="dana")
    yield actions
    assert not any(actions.runtime._journal.rebuild(actions.runtime.branch).values())


def test_a_bulletin_of_any_day_knows_how_actions_stood_then(month: Actions) -> None:
    at_first = month.figures(TODAY, TODAY)
    assert (at_first["actions_open"].value, at_first["actions_overdue"].value) == (2, 0)
    assert at_first["actions_helped_share"].n == 0
    whole = month.figures(TODAY, month.today)
    assert (whole["actions_open"].value, whole["actions_overdue"].value) == (2, 1)
    assert whole["actions_done_p50_days"].value == pytest.approx(4)
    assert (whole["actions_helped_share"].value, whole["actions_helped_share"].n) == (1, 1)
    afterwards = month.figures(TODAY + timedelta(days=10), month.today)
    assert afterwards["actions_done_p50_days"].n == 0


# -- the effect, from the journal's own days ----------------------------------------------------------------------
def play(actions: Actions, days: int, left_unserved: int) -> None:
    """Working days on which so many customers leave unserved."""
    desk = Desk(actions.runtime)
    for n in range(days):
        while not actions.runtime.branch.calendar.is_working_day(actions.today):
            actions.clock.forward(days=1)
        desk.open_counter(counter="1")
        for _ in range(left_unserved + n % 2):
            desk.cancel(ticket=desk.issue()["id"])
        actions.clock.forward(days=1)


@pytest.mark.parametrize(
    ("afterwards", "state"), [(0, S.HELPED), (3, S.REOPENED)], ids=["fewer leave", "as many leave"]
)
def test_the_branch_tells_the_effect_by_itself_when_the_days_are_over(
    actions: Actions, afterwards: int, state: S
) -> None:
    id = actions.open(aim=Aim("cancelled", Direction.LESS))
    play(actions, 11, left_unserved=3)
    actions.prove(id)
    actions.do("check_action", id, who="chen")
    actions.clock.forward(days=1)
    play(actions, 9, afterwards)
    assert actions.runtime.effects() == []
    course = actions.runtime.course_of(actions.get(id))
    assert course
    assert (course.effect, len(course.after), course.wanted) == (None, 9, 10)
    play(actions, 1, afterwards)
    Desk(actions.runtime).open_counter(counter="1")
    ((told, effect),) = actions.runtime.effects()
    actions.do("measure_action", told, effect)
    assert (told, actions.get(id).state) == (id, state)
    assert actions.runtime.effects() == []
