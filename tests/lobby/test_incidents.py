"""Staff who were wronged: only the person, those named and the head of the branch ever learn of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from conftest import Clock, Desk, examples
from hypothesis import given
from hypothesis import strategies as st

from lobby.commands.base import Who
from lobby.engine.runtime import BranchRuntime
from lobby.errors import Conflict, Invalid, NotFound
from lobby.events import Care
from lobby.events.personal import Missing
from lobby.state.incident import Incident
from lobby.views.compliment import own_compliments
from lobby.views.incident import incidents_view
from lobby.views.note import notes_view

TELLER = Who("teller1", "teller")
PEER = Who("teller2", "teller")
MANAGER = Who("manager", "manager")
HEAD = Who("head", "head")
ADMIN = Who("admin", "admin")
PEOPLE = (
    TELLER,
    PEER,
    MANAGER,
    HEAD,
    ADMIN,
    Who("office", "office"),
    Who("inspector", "inspector"),
)


class Carer(Desk):
    """What an act answers, without its noun."""

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        act = super().__getattr__(verb)
        return lambda **args: next(iter(act(**args).values()), None)


@pytest.fixture
def team(runtime: BranchRuntime) -> Carer:
    return Carer(runtime)


@pytest.fixture
def incident(team: Carer) -> Any:
    return team.report_incident(
        who=TELLER, what="被客户辱骂", by_whom="一位客户", named=["manager"]
    )


def known(team: Carer, who: Who) -> list[Any]:
    with team.runtime.writer.published() as state:
        return incidents_view(state, who.id, who.role)


def test_peers_and_the_administrator_learn_nothing(team: Carer, incident: Any) -> None:
    assert [who.account for who in PEOPLE if known(team, who)] == ["teller1", "manager", "head"]
    for stranger in (PEER, ADMIN):
        for verb in ("open_incident_words", "close_incident"):
            with pytest.raises(NotFound):
                getattr(team, verb)(who=stranger, incident=incident["id"])


@given(
    who=st.sampled_from(PEOPLE),
    wronged=st.sampled_from([who.id for who in PEOPLE]),
    named=st.frozensets(st.sampled_from([who.id for who in PEOPLE])),
)
@examples(200)
def test_who_may_know_is_the_person_the_named_and_the_head(
    who: Who, wronged: str, named: frozenset[str]
) -> None:
    at = Clock().now
    one = Incident("1", at, "x", wronged, "2026-03-02", tuple(named), "", "")
    expected = {wronged, *named, "head"}
    assert one.known_to(who.id, who.role) == (who.id in expected)


def test_nobody_cares_for_the_own_case_and_none_is_closed_uncared(
    team: Carer, incident: Any
) -> None:
    id = incident["id"]
    with pytest.raises(Conflict, match="what was done"):
        team.close_incident(who=MANAGER, incident=id)
    with pytest.raises(Conflict, match="Somebody else"):
        team.care_for(who=TELLER, incident=id, care=Care.COMFORT, words="x")
    team.care_for(who=MANAGER, incident=id, care=Care.COMFORT, words="谈了半小时")
    assert team.close_incident(who=HEAD, incident=id)["state"] == "closed"
    with pytest.raises(Conflict, match="closed"):
        team.care_for(who=MANAGER, incident=id, care=Care.SUPPORT, words="x")


def test_a_planned_talk_is_late_after_its_day_until_it_is_held(
    team: Carer, incident: Any, clock: Clock
) -> None:
    id = incident["id"]
    day = date(2026, 3, 4)
    planned = team.plan_follow_up(who=HEAD, incident=id, day=day, by="teller2")
    assert (planned["follower"], planned["named"]) == ("teller2", ["manager", "teller2"])
    clock.forward(days=2)
    team.issue()
    assert not known(team, PEER)[0]["late"]
    clock.forward(days=1)
    team.issue()
    assert known(team, PEER)[0]["late"]
    team.care_for(who=PEER, incident=id, care=Care.FOLLOW_UP, words="恢复得不错")
    assert not known(team, PEER)[0]["late"]
    with pytest.raises(Invalid, match="the day of the talk"):
        team.plan_follow_up(who=HEAD, incident=id, day=day - timedelta(days=400))


def test_the_words_are_sealed_and_each_look_is_in_the_journal(team: Carer, incident: Any) -> None:
    team.open_incident_words(who=HEAD, incident=incident["id"])
    rows = list(team.runtime._journal.db.query("SELECT kind, data FROM event"))
    assert not any("辱骂" in row["data"] for row in rows)
    assert any(row["kind"] == "WordsOpened" for row in rows)
    with team.runtime.writer.published() as state:
        what = state.quality.incidents[incident["id"]].what
    assert team.runtime.subject_keys.reveal(what) == "被客户辱骂"


def test_erased_words_are_gone_and_the_incident_stays(
    team: Carer, incident: Any, clock: Clock
) -> None:
    keys = team.runtime.subject_keys
    subject = keys.of(f"incident:{incident['id']}")
    assert subject is not None
    keys.erase([subject], clock())
    with team.runtime.writer.published() as state:
        one = state.quality.incidents[incident["id"]]
    assert {keys.reveal(one.what), keys.reveal(one.by_whom)} == {Missing.ERASED}
    assert known(team, HEAD)[0]["id"] == incident["id"]


def test_a_compliment_reaches_those_it_is_about(team: Carer) -> None:
    compliment = team.pass_on(channel="book", about=["teller1"], words="耐心细致", card="")
    with team.runtime.writer.published() as state:
        assert [one["id"] for one in own_compliments(state, "teller1")] == [compliment["id"]]
        assert own_compliments(state, "teller2") == []
    with pytest.raises(NotFound):
        team.read_compliment(who=PEER, compliment=compliment["id"])
    assert team.read_compliment(who=TELLER, compliment=compliment["id"])["read_by"] == ["teller1"]
    team.pass_on(channel="card", about=["teller1"], words="x", card="ticket")
    with pytest.raises(Conflict, match="already"):
        team.pass_on(channel="card", about=["teller1"], words="x", card="ticket")


def test_a_note_waits_for_each_who_comes_next(team: Carer) -> None:
    note = team.leave_note(who=TELLER, words="1 号柜台点钞机报修", counter="1")

    def unread(who: Who, counter: str) -> list[bool]:
        with team.runtime.writer.published() as state:
            return [one["unread"] for one in notes_view(state, who.id, counter)]

    assert (unread(TELLER, "1"), unread(PEER, "1"), unread(PEER, "2")) == ([False], [True], [])
    team.read_note(who=PEER, note=note["id"])
    assert (unread(PEER, "1"), unread(MANAGER, "1")) == ([False], [True])
