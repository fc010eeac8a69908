"""Whatever is signed in, on and off at several counters: who has a customer is known, and stands at one counter."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from conftest import CONFIG, Clock
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lobby import events as ev
from lobby.branch.config import read_branch
from lobby.branch.person import Person, Staff
from lobby.commands.access import record
from lobby.engine.runtime import open_branch
from lobby.engine.submission import By
from lobby.errors import LobbyError

NUMBERS = ("10023", "A7", "B9")
STAFF = Staff(people=tuple(Person(number, number, ("teller",)) for number in NUMBERS))
OWN = {"wang": "A7"}
"""Accounts of one person; the others are shared."""
COUNTERS = st.sampled_from(("1", "2", "3"))
SESSIONS = st.sampled_from(
    (("t", "t-1"), ("t", "t-2"), ("u", "u-1"), ("wang", "wang-1"), ("api", ""))
)
"""Accounts with their sessions; a token has none."""
ACTS = st.sampled_from(("next", "start", "finish", "no_show", "park", "recall"))


class Signing(RuleBasedStateMachine):
    """People at three counters, under shared accounts, an account of their own and a token."""

    def __init__(self) -> None:
        super().__init__()
        branch = replace(read_branch(CONFIG), staff=STAFF)
        self.folder = Path(tempfile.mkdtemp())
        self.runtime = open_branch(
            branch, self.folder, "http://x", Clock(datetime(2026, 11, 5, 2, tzinfo=UTC))
        )
        self.hands: dict[str, str | None] = {}
        for _ in range(12):
            self.runtime.writer.do("kiosk", self.runtime.commands.issue, service="cash")
        for id in ("1", "2", "3"):
            self.runtime.writer.do("manager", self.runtime.commands.open_counter, counter=id)

    def teardown(self) -> None:
        self.runtime.close()
        shutil.rmtree(self.folder)

    @rule(session=SESSIONS, counter=COUNTERS, number=st.sampled_from(NUMBERS))
    def signs_on(self, session: tuple[str, str], counter: str, number: str) -> None:
        account, id = session
        by = By(account, counter=counter, session=id)
        number = OWN.get(account, number)
        with suppress(LobbyError):
            command = self.runtime.commands.sign_on
            self.runtime.writer.submit(by, command, counter, number, id).result()
            self.hands[counter] = number

    @rule(counter=COUNTERS)
    def signs_off(self, counter: str) -> None:
        with suppress(LobbyError):
            self.runtime.writer.do("t", self.runtime.commands.sign_off, counter)

    @rule(session=SESSIONS, counter=COUNTERS, act=ACTS)
    def acts(self, session: tuple[str, str], counter: str, act: str) -> None:
        account, id = session
        own = OWN.get(account)
        by = By(account, person=own, counter=counter, session=id)
        command = self.runtime.commands.attended(
            getattr(self.runtime.commands, act), account, own, id
        )
        with suppress(LobbyError):
            self.runtime.writer.submit(by, command, counter).result()
            with self.runtime.writer.published() as state:
                self.hands[counter] = state.counters[counter].person

    @rule(counter=COUNTERS)
    def takes_back(self, counter: str) -> None:
        with suppress(LobbyError):
            self.runtime.writer.do("manager", self.runtime.commands.undo, counter)
            with self.runtime.writer.published() as state:
                self.hands[counter] = state.counters[counter].person

    @rule(session=SESSIONS, out=st.booleans())
    def session_begins_or_ends(self, session: tuple[str, str], out: bool) -> None:
        """The fact comes at any time, also after a newer sign-on."""
        account, id = session
        event: ev.Event = ev.SignedIn(account, id or "s", "127.0.0.1")
        if out:
            event = ev.SignedOut(account, id or "s", "revoked")
        self.runtime.writer.do("system", record, event=event)

    @invariant()
    def nobody_serving_is_without_a_person(self) -> None:
        with self.runtime.writer.published() as state:
            serving = {c.id: c.person for c in state.counters.values() if c.ticket}
        assert all(serving.values())
        assert serving == {counter: self.hands[counter] for counter in serving}

    @invariant()
    def a_person_stands_at_one_counter(self) -> None:
        with self.runtime.writer.published() as state:
            people = [c.person for c in state.counters.values() if c.person]
        assert len(people) == len(set(people))


TestSigning = Signing.TestCase
TestSigning.settings = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
