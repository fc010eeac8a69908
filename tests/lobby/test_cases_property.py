"""Cases in any order of what anybody tries: nobody handles the own matter, nothing is lost, a rebuild is the same."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from conftest import CONFIG, Clock, examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lobby import events as ev
from lobby.branch.config import read_branch
from lobby.branch.deadlines import LEVELS, Severity
from lobby.commands.base import Who
from lobby.engine.runtime import open_branch
from lobby.engine.submission import By
from lobby.errors import LobbyError
from lobby.state.case import CASE_MOVES, RUNNING, CaseMove, CaseStatus
from lobby.views import case as case_views

BRANCH = read_branch(CONFIG)
PEOPLE = [
    Who("teller1", "teller"),
    Who("manager", "manager"),
    Who("office", "office"),
    Who("head", "head"),
    Who("inspector", "inspector"),
]
NAMES = [who.account for who in PEOPLE]
TEL = ev.ReplyBy.TELEPHONE
ACTS: list[tuple[str, dict[str, Any]]] = [
    ("pause_case", {"reason": "误记", "until": date(2026, 3, 20)}),
    ("separate_case", {"reason": "误记"}),
    ("resume_case", {}),
    ("extend_case", {"reason": "误记", "told": TEL}),
    ("contact_customer", {"by": TEL}),
    ("promise_customer", {"due": date(2027, 1, 1), "text": "x"}),
    ("keep_promise", {"promise": 1}),
    ("withdraw_promise", {"promise": 1, "reason": "误记", "told": ev.ReplyBy.NONE}),
    ("answer_case", {"by": TEL, "text": "x"}),
    ("review_case", {"accepted": True}),
    ("review_case", {"accepted": False, "text": "误记"}),
    ("close_case", {"result": ev.Result.SETTLED}),
    ("close_case", {"result": ev.Result.SETTLED, "cause": "C01", "business": "B01"}),
    ("close_case", {"result": ev.Result.WITHDRAWN, "text": "误记"}),
    ("reopen_case", {"reason": "误记"}),
    ("note_case", {"text": "x"}),
    ("correct_case", {"reason": "误记", "changes": {"severity": Severity.MAJOR}}),
    ("correct_case", {"reason": "误记", "changes": {"against": ("manager",)}}),
    ("assign_case", {"owner": "teller1"}),
    ("assign_case", {"owner": "office"}),
]
HANDLING = {kind.__name__ for kind in ev.KINDS.values() if kind.__name__.startswith("Case")}
HANDLING -= {"CaseOpened"}


class Matters(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        assert case_views.SHOWN["case"]
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.open()
        self.looked = 0
        self.against: dict[str, set[str]] = {}
        self.into: dict[str, str] = {}

    def open(self) -> None:
        self.runtime = open_branch(BRANCH, Path(self.folder.name), "http://x", self.clock)

    def do(self, who: Who, verb: str, *args: Any, **more: Any) -> Any:
        command = getattr(self.runtime.commands, verb)
        by = By(who.account)
        return self.runtime.writer.submit(by, command, *args, who=who, **more).result()

    def ids(self) -> list[str]:
        with self.runtime.writer.published() as state:
            return list(state.quality.cases)

    @rule(
        who=st.sampled_from(PEOPLE),
        against=st.sets(st.sampled_from(NAMES), max_size=2),
        owner=st.sampled_from(["", *NAMES]),
        confidential=st.booleans(),
    )
    def complain(self, who: Who, against: set[str], owner: str, confidential: bool) -> None:
        complaint = ev.Complaint(
            ev.Channel.LETTER,
            self.clock().isoformat(),
            against=tuple(sorted(against)),
            confidential=confidential,
        )
        with suppress(LobbyError):
            self.do(who, "open_case", complaint=complaint, owner=owner)

    @rule(who=st.sampled_from(PEOPLE), act=st.sampled_from(ACTS), n=st.integers(0, 20))
    def act(self, who: Who, act: tuple[str, dict[str, Any]], n: int) -> None:
        ids = self.ids()
        if ids:
            verb, args = act
            with suppress(LobbyError):
                self.do(who, verb, ids[n % len(ids)], **args)

    @rule(who=st.sampled_from(PEOPLE), n=st.integers(0, 20), m=st.integers(0, 20))
    def join(self, who: Who, n: int, m: int) -> None:
        ids = self.ids()
        if ids:
            with suppress(LobbyError):
                self.do(who, "join_case", ids[n % len(ids)], into=ids[m % len(ids)])

    @rule(hours=st.integers(1, 400), restart=st.booleans())
    def time(self, hours: int, restart: bool) -> None:
        self.clock.forward(hours=hours)
        self.runtime.writer.do("watch", self.runtime.alert_monitor.look)
        if restart:
            self.runtime.close()
            self.open()

    @invariant()
    def nobody_handles_the_own_matter(self) -> None:
        if not hasattr(self, "runtime"):
            return
        for recorded in self.runtime._journal.events(self.looked):
            self.looked = recorded.seq
            event = recorded.event
            kind = type(event).__name__
            if isinstance(event, ev.CaseOpened):
                self.against[event.case] = set(event.against)
                assert event.owner not in event.against
            elif kind in HANDLING:
                case: str = event.case  # type: ignore[attr-defined]
                assert recorded.actor not in self.concerned(case)
                assert recorded.actor != "inspector"
                if isinstance(event, ev.CaseCorrected) and event.against is not None:
                    self.against[case] = set(event.against)
                if isinstance(event, ev.CaseJoined):
                    assert recorded.actor not in self.concerned(event.into)
                    self.into[case] = event.into
                if isinstance(event, ev.CaseSeparated):
                    del self.into[case]

    def concerned(self, case: str) -> set[str]:
        """Whom the case is against, and all that were joined to it."""
        joined = [other for other, into in self.into.items() if into == case]
        return self.against[case].union(*(self.concerned(other) for other in joined))

    @invariant()
    def each_case_is_one_that_can_be(self) -> None:
        if not hasattr(self, "runtime"):
            return
        now = self.clock()
        with self.runtime.writer.published() as state:
            cases = list(state.quality.cases.values())
            paused = dict(state.quality.paused)
        assert paused == {case.id: case.paused_until for case in cases if case.paused_until}
        for case in cases:
            assert not case.concerns([case.owner])
            assert (case.answer_due(BRANCH) is not None) == (case.status in RUNNING)
            if case.status is not CaseStatus.JOINED:
                stands = any(pause.until is None or pause.until > now for pause in case.pauses)
                assert (case.status is CaseStatus.PAUSED) == stands
            assert (case.status is CaseStatus.JOINED) == (case.joined_to is not None)
            assert any(case.status in CASE_MOVES[move] for move in CaseMove)
            levels = [case.level(BRANCH, now + timedelta(days=days)) for days in (0, 1, 9, 99)]
            assert levels == sorted(levels, key=LEVELS.index)

    def teardown(self) -> None:
        if hasattr(self, "runtime"):
            assert not any(self.runtime._journal.rebuild(BRANCH).values())
            self.runtime.close()
            self.folder.cleanup()


TestMatters = Matters.TestCase
TestMatters.settings = settings(examples(20), stateful_step_count=40)
