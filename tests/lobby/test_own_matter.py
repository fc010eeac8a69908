"""Nobody judges the own matter, by whichever way: by handing it over, joining it, another account, or a shared one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.person import Person, Staff
from lobby.commands.action import ActionPlan, ProofGiven
from lobby.commands.base import Who
from lobby.commands.case_access import moves_of
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict, Forbidden, LobbyError
from lobby.events import Care
from lobby.events.inspection import Occasion, Side, Verdict
from lobby.state.case import Case, CaseMove
from lobby.state.inspection import Inspection

LI = Who("li", "manager", "10023")
LI_AT_THE_OFFICE = Who("li-office", "office", "10023")
WANG = Who("wang", "office", "A7")
CHEN = Who("chen", "head", "B2")
SHARED = Who("head", "head")
"""An account that several use: none of them is known by name."""
PEOPLE = Staff(
    people=tuple(
        Person(who.id, who.account, ("manager", "office", "head")) for who in (LI, WANG, CHEN)
    )
)
TEL = ev.ReplyBy.TELEPHONE


class Matters:
    """What people ask of a branch that knows them by name."""

    def __init__(self, runtime: BranchRuntime) -> None:
        self.runtime = runtime

    def do(self, verb: str, *args: Any, **more: Any) -> Any:
        command: Callable[..., Any] = getattr(self.runtime.commands, verb)
        return self.runtime.writer.do("test", command, *args, **more).data

    def case(self, owner: str = "", **fields: Any) -> str:
        complaint = ev.Complaint(ev.Channel.LETTER, self.runtime.clock().isoformat(), **fields)
        id: str = self.do("open_case", CHEN, complaint, None, owner)["case"]["id"]
        return id

    def seen(self, id: str) -> Case:
        with self.runtime.writer.published() as state:
            return state.quality.cases[id]

    def action(self, owner: str) -> str:
        due = self.runtime.branch.day_of(self.runtime.clock()) + timedelta(days=7)
        id: str = self.do("open_action", CHEN, ActionPlan("叫号更快", owner, due))["action"]["id"]
        return id

    def finding(self, owner: str) -> tuple[str, str]:
        drawn = self.do("begin_inspection", Occasion.ROUND, self.runtime.standards, LI)
        id = drawn["inspection"]["id"]
        with self.runtime.writer.published() as state:
            inspection: Inspection = state.quality.inspections[id]
        item = inspection.items[0].id
        self.do("mark_item", ev.ItemMarked(id, item, Side.SELF, Verdict.BROKEN, LI.id), LI)
        self.hand_over(id, item, owner)
        return id, item

    def hand_over(self, id: str, item: str, owner: str) -> None:
        due = self.runtime.branch.day_of(self.runtime.clock()).isoformat()
        self.do("note_finding", ev.FindingNoted(id, item, owner, due), CHEN)

    def settle(self, id: str, item: str, who: Who) -> None:
        self.do("settle_finding", ev.FindingSettled(id, item, who.id), who)


@pytest.fixture
def matters(branch: Branch, tmp_path: Path, clock: Clock) -> Iterator[Matters]:
    runtime = open_branch(replace(branch, staff=PEOPLE), tmp_path, "http://x", clock)
    yield Matters(runtime)
    runtime.close()


# -- cases -------------------------------------------------------------------------------------------------
def test_the_same_person_reviews_nothing_with_another_account(matters: Matters) -> None:
    id = matters.case(LI.id)
    matters.runtime.writer.submit(
        _by(LI), matters.runtime.commands.answer_case, id, LI, by=TEL, text="已退款"
    ).result()
    for judge in (LI_AT_THE_OFFICE, SHARED):
        with pytest.raises(LobbyError) as refused:
            matters.do("review_case", id, judge, accepted=True)
        assert refused.value.code in ("not_superior", "judge_unnamed")
    matters.do("assign_case", id, CHEN, owner=WANG.id)
    with pytest.raises(Forbidden):
        matters.do("review_case", id, LI_AT_THE_OFFICE, accepted=True)
    matters.do("review_case", id, CHEN, accepted=True)


def _by(who: Who) -> Any:
    from lobby.engine.submission import By

    return By(who.account, person=who.person)


def test_a_case_is_not_joined_to_one_of_whom_it_concerns(matters: Matters) -> None:
    of_li = matters.case(LI.id)
    about_li = matters.case(against=(LI.id,))
    with pytest.raises(Conflict) as refused:
        matters.do("join_case", about_li, CHEN, into=of_li)
    assert refused.value.code == "owner_concerned"


def test_whom_a_joined_case_concerns_handles_the_other_no_more(matters: Matters) -> None:
    first = matters.case()
    matters.do("note_case", first, LI, text="x")
    about_li = matters.case(against=(LI.id,))
    matters.do("join_case", about_li, CHEN, into=first)
    for verb, said in (("note_case", {"text": "x"}), ("assign_case", {"owner": LI.id})):
        with pytest.raises(Forbidden) as refused:
            matters.do(verb, first, LI, **said)
        assert refused.value.code == "own_matter"


def test_a_reopened_case_still_concerns_whom_it_did(matters: Matters) -> None:
    id = matters.case(against=(LI.id,))
    matters.do("close_case", id, CHEN, result=ev.Result.WITHDRAWN, text="撤诉")
    for act in (
        lambda: matters.do("reopen_case", id, LI, reason="误记"),
        lambda: matters.do("correct_case", id, LI, reason="误记", changes={"against": ()}),
    ):
        with pytest.raises(Forbidden):
            act()


def test_each_sees_only_what_that_person_may_do(matters: Matters) -> None:
    id = matters.case(WANG.id)
    of_owner = moves_of(matters.seen(id), WANG)
    assert CaseMove.ANSWER in of_owner
    assert CaseMove.EXTEND not in of_owner
    assert CaseMove.EXTEND in moves_of(matters.seen(id), CHEN)
    matters.runtime.writer.submit(
        _by(WANG), matters.runtime.commands.answer_case, id, WANG, by=TEL, text="已退款"
    ).result()
    assert CaseMove.REVIEW not in moves_of(matters.seen(id), WANG)
    assert CaseMove.REVIEW in moves_of(matters.seen(id), CHEN)
    assert moves_of(matters.seen(id), Who("inspector", "inspector")) == []
    assert moves_of(matters.seen(matters.case(against=(LI.id,))), LI) == []


# -- actions, findings, incidents ----------------------------------------------------------------------------
def test_an_owner_neither_checks_nor_cancels_the_own_action(matters: Matters) -> None:
    id = matters.action(LI.id)
    for judge in (LI, LI_AT_THE_OFFICE, SHARED):
        with pytest.raises(Conflict):
            matters.do("cancel_action", judge, id, "moot")
    today = matters.runtime.branch.day_of(matters.runtime.clock())
    matters.do("prove_action", LI, id, ProofGiven(today, reference="照片"))
    matters.do("assign_action", CHEN, id, WANG.id, today, "ill")
    for judge in (LI, LI_AT_THE_OFFICE, WANG, SHARED):
        with pytest.raises(Conflict):
            matters.do("check_action", judge, id)


def test_who_hands_a_finding_over_does_not_settle_it(matters: Matters) -> None:
    id, item = matters.finding(LI.id)
    matters.hand_over(id, item, WANG.id)
    for judge in (LI, LI_AT_THE_OFFICE, WANG, SHARED):
        with pytest.raises(Conflict):
            matters.settle(id, item, judge)
    matters.settle(id, item, CHEN)


def test_an_owner_under_the_account_of_earlier_days_settles_nothing_with_a_staff_number(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    """The register of staff came after the finding."""
    before = open_branch(branch, tmp_path, "http://x", clock)
    id, item = Matters(before).finding(LI.account)
    before.close()
    after = open_branch(replace(branch, staff=PEOPLE), tmp_path, "http://x", clock)
    with pytest.raises(Conflict, match="another person"):
        Matters(after).settle(id, item, LI)
    Matters(after).settle(id, item, CHEN)
    after.close()


@pytest.mark.parametrize("who", [LI, LI_AT_THE_OFFICE, SHARED, CHEN])
def test_the_last_day_that_is_offered_for_an_action_is_the_last_that_is_accepted(
    matters: Matters, who: Who
) -> None:
    id, item = matters.finding(LI.id)
    with matters.runtime.writer.published() as state:
        inspected = state.quality.inspections[id].item(item)
    assert inspected
    assert inspected.finding
    commands = matters.runtime.commands
    latest = commands.latest_due(matters.runtime.clock(), who, inspected.finding)

    def link(due: date) -> None:
        opened = matters.do("open_action", CHEN, ActionPlan("叫号更快", WANG.id, due))
        matters.do("link_finding", ev.FindingLinked(id, item, opened["action"]["id"]), who)

    link(latest)
    with pytest.raises(LobbyError):
        link(latest + timedelta(days=1))


def test_nobody_cares_for_the_own_incident_behind_a_shared_account(matters: Matters) -> None:
    told = matters.do("report_incident", CHEN, what="被客户辱骂")
    id = told["incident"]["id"]
    for carer in (CHEN, SHARED):
        with pytest.raises(Conflict):
            matters.do("care_for", carer, id, Care.COMFORT, "x")
