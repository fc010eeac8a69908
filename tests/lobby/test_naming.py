"""One way to name a person, wherever one is named; and what happens to the open matters of who works here no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk

from lobby import events as ev
from lobby.branch.deadlines import Level
from lobby.branch.model import Branch
from lobby.branch.person import Person, Staff
from lobby.commands.access import record
from lobby.commands.action import ActionPlan, ProofGiven
from lobby.commands.base import Who
from lobby.commands.panel import Meeting, PanelPlan
from lobby.commands.people import once_here
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict, Invalid
from lobby.events.inspection import Occasion, Side, Verdict
from lobby.state.action import Source
from lobby.state.case import Case
from lobby.state.level import level_of_late
from lobby.state.panel import Balance
from lobby.state.staff import StaffAccount, left_by
from lobby.views import case_due
from lobby.views.action import action_view
from lobby.views.incident import incident_view
from lobby.views.inspection import inspection_view
from lobby.views.panel import panel_view
from lobby.views.task_due import tasks_due

PEOPLE = (
    Person("T1", "甲", ("teller",)),
    Person("M1", "乙", ("manager",)),
    Person("M2", "丙", ("manager",)),
    Person("I1", "丁", ("inspector",)),
    Person("A1", "戊", ("admin",)),
    Person("H1", "己", ("head",)),
)
MANAGER = Who("m-one", "manager", "M1")
OTHER = Who("m-two", "manager", "M2")
HEAD = Who("h-one", "head", "H1")


@dataclass(frozen=True)
class OneAccount:
    name: str
    role: str
    staff_number: str | None = None
    disabled: bool = False


class Accounts:
    """Who may sign in."""

    known = (
        OneAccount("left", "teller", "T1", disabled=True),
        OneAccount("guest", "manager"),
        OneAccount("unregistered", "manager", "Z9"),
    )

    def accounts(self) -> tuple[OneAccount, ...]:
        return self.known


class Staffed:
    """A branch with a register, and what is given to people in it."""

    def __init__(self, runtime: BranchRuntime, clock: Clock) -> None:
        self.runtime = runtime
        self.clock = clock

    def do(self, verb: str, *args: Any, **more: Any) -> Any:
        command = getattr(self.runtime.commands, verb)
        return self.runtime.writer.do("x", command, *args, **more).data

    @property
    def today(self) -> Any:
        return self.runtime.branch.day_of(self.clock())

    def case(self, owner: str = "", **fields: Any) -> str:
        complaint = ev.Complaint(ev.Channel.LETTER, self.clock().isoformat(), **fields)
        id: str = self.do("open_case", MANAGER, complaint, None, owner)["case"]["id"]
        return id

    def action(self, owner: str) -> str:
        due = self.today + timedelta(days=9)
        id: str = self.do("open_action", MANAGER, ActionPlan("叫号", owner, due))["action"]["id"]
        return id

    def broken(self) -> tuple[str, str]:
        """Something that was not kept, of which nobody has the finding yet: the inspection, and the item."""
        begun = self.do("begin_inspection", Occasion.ROUND, self.runtime.standards, MANAGER)
        inspection = begun["inspection"]
        item = inspection["items"][0]["id"]
        seen = ev.ItemMarked(inspection["id"], item, Side.SELF, Verdict.BROKEN, "M1")
        self.do("mark_item", seen, MANAGER)
        return inspection["id"], item

    def finding(self, owner: str) -> tuple[str, str]:
        inspection, item = self.broken()
        noted = ev.FindingNoted(inspection, item, owner, self.today.isoformat())
        self.do("note_finding", noted, MANAGER)
        return inspection, item

    def incident(self, named: str) -> None:
        self.do("report_incident", MANAGER, what="被客户辱骂", named=[named])

    def compliment(self, about: str) -> None:
        self.do("pass_on", ev.Praise.ON_THE_SPOT, [about], "热心")

    def account(self, name: str, number: str, change: str) -> None:
        event = ev.AccountChanged(name, change, "manager", staff_number=number)
        self.runtime.writer.do("system", record, event=event)

    def due(self, who: Who) -> case_due.DueListView:
        with self.runtime.writer.published() as state:
            at = case_due.standpoint(state.branch, state, self.clock())
            return case_due.due(at, state.quality.cases.values(), who)

    def whys(self, who: Who) -> list[list[str]]:
        return [entry["why"] for entry in self.due(who)["entries"]]

    def tasks(self, who: Who) -> list[tuple[str, list[Any]]]:
        with self.runtime.writer.published() as state:
            tasks = tasks_due(state, who, self.runtime.standards_named, self.today)
        return [(task["noun"], task["why"]) for task in tasks]

    def seen(self, id: str) -> Case:
        with self.runtime.writer.published() as state:
            return state.quality.cases[id]


@pytest.fixture
def staffed(branch: Branch, tmp_path: Path, clock: Clock) -> Iterator[Staffed]:
    registered = replace(branch, staff=Staff(people=PEOPLE))
    runtime = open_branch(registered, tmp_path, "http://x", clock)
    runtime.commands.people.accounts = Accounts()
    yield Staffed(runtime, clock)
    assert not any(runtime._journal.rebuild(registered).values())
    runtime.close()


@pytest.mark.parametrize("noun", ["case", "action", "finding", "incident", "compliment"])
def test_a_person_is_named_in_one_way_wherever_one_is_named(staffed: Staffed, noun: str) -> None:
    name = getattr(staffed, noun)
    name(" m2 ")
    for nobody in ("X9", "t1", "left", " "):
        with pytest.raises(Invalid, match="Nobody who works here") as refused:
            name(nobody)
        assert refused.value.code == "unknown_person"
    if noun != "finding":
        name("guest")


@pytest.mark.parametrize("change", ["removed", "disabled"])
def test_whose_account_is_gone_is_nobody_although_the_register_has_the_number(
    staffed: Staffed, change: str
) -> None:
    """What the lists tell of the person and what commands take is one answer."""
    staffed.account("m-two", "M2", "created")
    id = staffed.case("M2")
    staffed.account("m-two", "M2", change)
    assert staffed.whys(MANAGER) == [["risen", "owner_left"]]
    with pytest.raises(Invalid, match="Nobody who works here"):
        staffed.do("assign_case", id, HEAD, owner="M2")
    staffed.account("m-two", "M2", "enabled")
    staffed.do("assign_case", id, HEAD, owner="M2")


def test_the_lists_of_people_have_exactly_those_whom_commands_take(staffed: Staffed) -> None:
    staffed.account("h", "H1", "removed")
    people = staffed.runtime.commands.people
    with staffed.runtime.writer.published() as state:
        left, once, quality = state.quality.left, once_here(state.quality), state.quality

    other = Who("someone", "office")

    accounts = ("guest", "unregistered", "left", "h", "stranger")
    everybody = [*(person.number for person in PEOPLE), *accounts]

    def taken(name: Any) -> set[str]:
        return {id for id in everybody if takes(name, left, id, "owner", other)}

    assert set(people.here(left)) == {"M1", "M2", "I1", "A1", "guest", "unregistered"}
    assert people.here(left)["M1"] == "乙"
    assert set(people.owners(left)) == {"M1", "M2", "guest", "unregistered"}
    assert taken(people.named) == set(people.here(left))
    assert taken(people.answering) == set(people.owners(left))
    about = (id for id in everybody if takes(people.concerned, quality, id, "against"))
    concerned = {people.concerned(quality, id, "against") for id in about}
    assert people.gone(left, once) == {"T1": "甲", "H1": "己"}
    assert concerned == {*people.here(left), *people.gone(left, once)}


def takes(name: Any, *args: Any) -> bool:
    try:
        name(*args)
    except Invalid:
        return False
    return True


def test_readers_are_told_names_and_the_number_where_two_have_one(staffed: Staffed) -> None:
    namesakes = (*PEOPLE, Person("M3", "乙", ("manager",)))
    register = Staff(people=namesakes)
    told = {number: register.name_of(number) for number in ("m1", "M2", "M3", "guest")}
    assert told == {"m1": "乙 M1", "M2": "丙", "M3": "乙 M3", "guest": "guest"}
    inspection, item = staffed.finding("M2")
    with staffed.runtime.writer.published() as state:
        items = inspection_view(state, state.quality.inspections[inspection])["items"]
    of_item = next(one for one in items if one["id"] == item)
    assert of_item["finding"]
    assert of_item["finding"]["owner_name"] == "丙"
    assert [mark["by_name"] for mark in of_item["marks"]] == ["乙"]


def test_who_has_left_is_named_so_wherever_that_person_is_to_do_something(staffed: Staffed) -> None:
    staffed.account("m-two", "M2", "created")
    inspection, item = staffed.finding("M2")
    action = staffed.action("M2")
    incident = staffed.do("report_incident", MANAGER, what="被客户辱骂")["incident"]["id"]
    staffed.do("plan_follow_up", HEAD, incident, staffed.today, by="M2")
    plan = PanelPlan("等候", 8, Balance.EQUAL, staffed.today, staffed.today)
    meeting = Meeting(staffed.today, "二楼", "")
    panel = staffed.do("plan_panel", OTHER, plan, meeting)["panel"]["id"]

    def told() -> list[bool]:
        with staffed.runtime.writer.published() as state:
            quality = state.quality
            items = inspection_view(state, quality.inspections[inspection])["items"]
            finding = next(one["finding"] for one in items if one["id"] == item)
            assert finding
            return [
                finding["owner_left"],
                action_view(state, quality.actions[action])["owner_left"],
                incident_view(state, incident)["follower_left"],
                panel_view(state, quality.panels[panel])["owner_left"],
            ]

    assert not any(told())
    staffed.account("m-two", "M2", "removed")
    assert all(told())


def test_nobody_answers_for_a_complaint_whose_role_answers_for_none(staffed: Staffed) -> None:
    id = staffed.case()
    for unfit in ("I1", "A1"):
        with pytest.raises(Invalid, match="role"):
            staffed.do("assign_case", id, HEAD, owner=unfit)
    with pytest.raises(Invalid, match="role"):
        staffed.action("I1")
    staffed.do("assign_case", id, Who("m-one", "admin", "M1"))
    assert staffed.seen(id).owner == "M1"


def test_a_complaint_is_about_somebody_who_has_left_too(staffed: Staffed) -> None:
    assert staffed.seen(staffed.case(against=("t1",))).against == ("T1",)
    with pytest.raises(Invalid):
        staffed.case(confidential=True, readers=("t1",))


@pytest.fixture
def later(branch: Branch, tmp_path: Path, clock: Clock) -> Iterator[tuple[Staffed, str]]:
    """A branch that T1 has left, with an earlier confidential case that M2 was to read, who has left too."""
    with_all = open_branch(replace(branch, staff=Staff(people=PEOPLE)), tmp_path, "http://x", clock)
    id = Staffed(with_all, clock).case(confidential=True, readers=("M2", "H1"))
    with_all.close()
    staying = tuple(person for person in PEOPLE if person.number not in ("T1", "M2"))
    runtime = open_branch(replace(branch, staff=Staff(people=staying)), tmp_path, "http://x", clock)
    runtime.commands.people.accounts = Accounts()
    yield Staffed(runtime, clock), id
    runtime.close()


def test_a_complaint_is_about_somebody_who_left_the_register_too(
    later: tuple[Staffed, str],
) -> None:
    staffed, _ = later
    opened = staffed.case(against=(" t1 ",))
    assert staffed.seen(opened).against == ("T1",)
    staffed.do("correct_case", opened, HEAD, "记漏了", {"against": ("T1", "m2")})
    assert staffed.seen(opened).against == ("T1", "M2")
    with pytest.raises(Invalid, match="Nobody who works here"):
        staffed.case(against=("X9",))


def test_readers_who_have_left_stay_named_and_no_other_is_added(
    later: tuple[Staffed, str],
) -> None:
    staffed, id = later
    staffed.do("correct_case", id, HEAD, "补一人", {"readers": ("M2", "H1", "M1", "I1")})
    assert staffed.seen(id).readers == ("M2", "H1", "M1", "I1")
    with pytest.raises(Invalid, match="Nobody who works here"):
        staffed.do("correct_case", id, HEAD, "补一人", {"readers": ("H1", "T1")})


def test_a_complaint_is_about_an_account_that_was_removed(staffed: Staffed) -> None:
    staffed.account("gone", "", "removed")
    staffed.account("m-gone", "m2", "removed")
    assert staffed.seen(staffed.case(against=("gone", "m-gone"))).against == ("gone", "M2")


def test_what_is_of_who_works_here_no_more_rises_at_once(staffed: Staffed) -> None:
    staffed.account("m-two", "M2", "created")
    staffed.case("M2")
    staffed.action("M2")
    staffed.finding("M2")
    assert staffed.whys(MANAGER) == []
    assert [why for _, why in staffed.tasks(HEAD)] == []
    staffed.account("m-two", "M2", "disabled")
    assert staffed.whys(MANAGER) == [["risen", "owner_left"]]
    assert staffed.tasks(MANAGER) == [("finding", ["owner_left"]), ("action", ["owner_left"])]
    staffed.account("m-two", "M2", "enabled")
    assert (staffed.whys(MANAGER), staffed.tasks(MANAGER)) == ([], [])


def test_who_has_left_has_so_in_any_spelling_of_the_number() -> None:
    ended = {"m-two": StaffAccount("m2", works=False)}
    registered = frozenset({"M2"})
    assert "M2" in left_by(ended, registered, registered)
    working = {**ended, "new": StaffAccount(" M2", works=True)}
    assert left_by(working, registered, frozenset({"m2", "M2"})) == {"m-two"}


def test_who_is_in_the_register_no_more_has_left(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    registered = replace(branch, staff=Staff(people=PEOPLE))
    with_all = open_branch(registered, tmp_path, "http://x", clock)
    Staffed(with_all, clock).case("M2")
    with_all.close()
    fewer = replace(branch, staff=Staff(people=PEOPLE[:2]))
    runtime = open_branch(fewer, tmp_path, "http://x", clock)
    Desk(runtime).issue()
    assert Staffed(runtime, clock).whys(MANAGER) == [["risen", "owner_left"]]
    runtime.close()


def test_a_confidential_case_that_is_late_reaches_those_whom_it_names(staffed: Staffed) -> None:
    complaint = ev.Complaint(
        ev.Channel.LETTER, staffed.clock().isoformat(), confidential=True, readers=("M2",)
    )
    staffed.do("open_case", OTHER, complaint, None, "M1")
    staffed.clock.forward(hours=25)
    assert staffed.whys(OTHER) == [["word_late", "risen"]]
    assert staffed.due(HEAD)["unseen"] == 0
    staffed.account("m-two", "M2", "removed")
    told = staffed.due(HEAD)
    assert (told["unseen"], told["entries"]) == (1, [])
    assert staffed.due(Who("office", "office"))["unseen"] == 0
    staffed.clock.forward(days=30)
    assert staffed.due(HEAD)["unseen"] == 1


@pytest.mark.parametrize(
    ("readers", "unseen"),
    [((), 1), (("I1",), 1), (("I1", "M2"), 0), (("guest",), 0)],
)
def test_the_head_is_told_of_a_late_case_on_which_none_but_its_owner_can_act(
    staffed: Staffed, readers: tuple[str, ...], unseen: int
) -> None:
    staffed.case("M1", confidential=True, readers=readers)
    staffed.clock.forward(hours=25)
    assert staffed.due(HEAD)["unseen"] == unseen


def test_a_reader_whom_the_case_is_about_is_none_who_can_act_on_it(staffed: Staffed) -> None:
    staffed.case("M1", confidential=True, readers=("M2",), against=("M2",))
    staffed.clock.forward(hours=25)
    assert staffed.due(HEAD)["unseen"] == 1


def test_what_is_late_rises_past_a_level_where_only_who_has_left_is(branch: Branch) -> None:
    """The office has nobody but O1: with O1 gone, what comes to the office goes on to the head."""
    people = (*PEOPLE, Person("O1", "庚", ("office",)))
    registered = replace(branch, staff=Staff(people=people))
    days = registered.actions.rises_days[1] + 1
    assert level_of_late(registered, days, "T1", ()) is Level.OFFICE
    assert level_of_late(registered, days, "T1", {"O1"}) is Level.HEAD
    assert level_of_late(registered, 0, "T1", {"T1"}) is Level.MANAGER


# -- who may put off, and who may give up ------------------------------------------------------------------
def test_an_owner_neither_puts_off_nor_gives_up_what_the_owner_ever_had(staffed: Staffed) -> None:
    id = staffed.action("M1")
    later = staffed.today + timedelta(days=20)
    with pytest.raises(Conflict, match="another person puts it off"):
        staffed.do("assign_action", MANAGER, id, "M1", later, "人手不足")
    staffed.do("assign_action", MANAGER, id, "M2", staffed.today + timedelta(days=9), "休假")
    for act in (
        lambda: staffed.do("assign_action", MANAGER, id, "M2", later, "人手不足"),
        lambda: staffed.do("cancel_action", MANAGER, id, "不需要了"),
    ):
        with pytest.raises(Conflict):
            act()
    with pytest.raises(Invalid, match="a quarter"):
        staffed.do("assign_action", HEAD, id, "M2", later + timedelta(days=90), "人手不足")
    with pytest.raises(Invalid, match="Say why"):
        staffed.do("assign_action", HEAD, id, "M2", later, ".")
    staffed.do("assign_action", HEAD, id, "M2", later, "人手不足")
    staffed.do("cancel_action", HEAD, id, "不需要了")


def test_a_finding_is_put_off_by_another_with_a_reason_and_not_for_ever(staffed: Staffed) -> None:
    begun = staffed.do("begin_inspection", Occasion.ROUND, staffed.runtime.standards, MANAGER)
    id, item = begun["inspection"]["id"], begun["inspection"]["items"][0]["id"]
    seen = ev.ItemMarked(id, item, Side.SELF, Verdict.BROKEN, "M1")
    staffed.do("mark_item", seen, MANAGER)

    def note(days: int, who: Who, text: str = "") -> None:
        due = (staffed.today + timedelta(days=days)).isoformat()
        staffed.do("note_finding", ev.FindingNoted(id, item, "M1", due, text), who)

    with pytest.raises(Invalid, match="a quarter"):
        note(93, HEAD)
    note(3, MANAGER)
    with pytest.raises(Conflict):
        note(9, MANAGER, "等配件")
    with pytest.raises(Invalid, match="Say why"):
        note(9, HEAD, "。")
    note(9, HEAD, "等配件")
    note(2, MANAGER)


@pytest.mark.parametrize("take_up", ["open", "link"])
def test_no_action_puts_a_finding_off_that_its_owner_may_not_put_off(
    staffed: Staffed, take_up: str
) -> None:
    id, item = staffed.finding("M1")

    def act(days: int, who: Who) -> None:
        due = staffed.today + timedelta(days=days)
        if take_up == "open":
            plan = ActionPlan("x", "M2", due, Source.INSPECTION, id, standard=item)
            staffed.do("open_action", who, plan)
        else:
            action = staffed.do("open_action", who, ActionPlan("x", "M2", due))["action"]["id"]
            staffed.do("link_finding", ev.FindingLinked(id, item, action), who)

    with pytest.raises(Conflict, match="another person puts it off"):
        act(1, MANAGER)
    with pytest.raises(Invalid, match="a quarter"):
        act(93, HEAD)
    act(92, HEAD)
    act(0, MANAGER)


def test_what_takes_up_a_finding_that_nobody_has_is_done_within_a_quarter(staffed: Staffed) -> None:
    id, item = staffed.broken()

    def opened(days: int) -> None:
        due = staffed.today + timedelta(days=days)
        plan = ActionPlan("x", "M1", due, Source.INSPECTION, id, standard=item)
        staffed.do("open_action", MANAGER, plan)

    with pytest.raises(Invalid, match="a quarter"):
        opened(93)
    opened(92)


@pytest.mark.parametrize("verb", ["refuse_action", "reopen_action"])
def test_what_is_to_be_done_again_is_put_off_by_one_rule(staffed: Staffed, verb: str) -> None:
    id = staffed.action("M1")
    proof = ProofGiven(changed_on=staffed.today, words="已清洁")
    staffed.do("prove_action", MANAGER, id, proof)
    if verb == "reopen_action":
        staffed.do("check_action", HEAD, id)

    def again(days: int, who: Who) -> None:
        staffed.do(verb, who, id, "又坏了", staffed.today + timedelta(days=days))

    with pytest.raises(Conflict):
        again(10, MANAGER)
    with pytest.raises(Invalid, match="a quarter"):
        again(93, HEAD)
    again(92, HEAD)


def test_an_owner_says_that_it_did_not_last_and_wins_no_day(staffed: Staffed) -> None:
    id = staffed.action("M1")
    staffed.do("prove_action", MANAGER, id, ProofGiven(changed_on=staffed.today, words="已清洁"))
    staffed.do("check_action", HEAD, id)
    staffed.do("reopen_action", MANAGER, id, "又坏了", staffed.today + timedelta(days=9))
