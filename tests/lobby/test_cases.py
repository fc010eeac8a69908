"""Cases from the first word to the last: who may do what, what is kept, what a low card opens by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk, lived

from lobby import events as ev
from lobby.branch.deadlines import Level, Severity
from lobby.branch.model import Branch
from lobby.commands.base import Who
from lobby.commands.case_access import moves_of
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.engine.submission import By
from lobby.errors import Conflict, Forbidden, Invalid, LobbyError, NotFound
from lobby.journal.case_lists import CaseList
from lobby.state.case import Case, CaseMove, CaseStatus
from lobby.views import case as views_of_cases  # noqa: F401
from lobby.views import case_due
from lobby.views.case_next import next_step

MANAGER = Who("manager", "manager")
ADMIN = Who("admin", "admin")
OFFICE = Who("office", "office")
HEAD = Who("head", "head")
TELLER = Who("teller1", "teller")
INSPECTOR = Who("inspector", "inspector")
TEL = ev.ReplyBy.TELEPHONE
CLASSES = {"cause": "C01", "business": "B01"}


class Cases:
    """The commands of cases, each by somebody."""

    def __init__(self, runtime: BranchRuntime, clock: Clock) -> None:
        self.runtime = runtime
        self.clock = clock
        self.desk = Desk(runtime)

    def do(self, verb: str, who: Who, *args: Any, **more: Any) -> Any:
        command = getattr(self.runtime.commands, verb)
        return self.runtime.writer.submit(By(who.account), command, *args, who=who, **more).result()

    def accept(self, complaints: Sequence[ev.Complaint]) -> tuple[Path, CaseList]:
        lists = self.runtime.lists
        return lists.accept(self.clock(), By(OFFICE.account), OFFICE, complaints)

    def take(self, complaints: Sequence[ev.Complaint]) -> None:
        """As the office's list."""
        _, given = self.accept(complaints)
        for piece in given.pieces():
            self.runtime.writer.do(OFFICE.account, self.runtime.commands.take_cases, piece)

    def open(self, who: Who = MANAGER, ticket: str | None = None, **fields: Any) -> str:
        fields = {"channel": ev.Channel.OPINION_BOOK, "came_at": self.clock().isoformat(), **fields}
        owner = fields.pop("owner", "")
        complaint = ev.Complaint(**fields)
        answer = self.do("open_case", who, complaint=complaint, ticket=ticket, owner=owner)
        id: str = answer.data["case"]["id"]
        return id

    def case(self, id: str) -> Case:
        with self.runtime.writer.published() as state:
            return state.quality.cases[id]

    def all(self) -> list[Case]:
        with self.runtime.writer.published() as state:
            return list(state.quality.cases.values())

    def next_step(self, id: str) -> str | None:
        branch = self.runtime.branch
        return next_step(branch, self.case(id), branch.day_of(self.clock()))

    def day(self, ahead: int) -> date:
        return self.runtime.branch.day_of(self.clock()) + timedelta(days=ahead)

    def due(self, who: Who) -> case_due.DueListView:
        with self.runtime.writer.published() as state:
            at = case_due.standpoint(state.branch, state, self.clock())
        return case_due.due(at, self.all(), who)

    def served(self) -> str:
        """A ticket that teller1 served at counter 1 after 25 minutes."""
        ticket: str = self.desk.issue()["id"]
        self.clock.forward(minutes=25)
        self.runtime.writer.do("teller1", self.runtime.commands.open_counter, counter="1")
        for verb in ("next", "start", "finish"):
            self.runtime.writer.do("teller1", getattr(self.runtime.commands, verb), counter="1")
        return ticket

    def answered(self, who: Who = MANAGER) -> str:
        id = self.open(owner=who.id)
        self.do("answer_case", who, id, by=TEL, text="已退款")
        return id

    def rows(self, query: str, *values: object) -> list[Any]:
        return self.runtime._journal.db.execute(query, list(values)).fetchall()


@pytest.fixture
def cases(branch: Branch, tmp_path: Path, clock: Clock) -> Iterator[Cases]:
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    yield Cases(runtime, clock)
    assert not any(runtime._journal.rebuild(branch).values())
    runtime.close()


def test_a_low_card_opens_a_case_with_the_visits_facts_in_the_same_commit(cases: Cases) -> None:
    early = cases.desk.issue(customer="6226180000000000", service="cash")["id"]
    ticket = cases.served()
    cases.desk.give_feedback(ticket=ticket, score=1, reasons=("queue",), text="等了很久")
    (case,) = cases.all()
    assert (case.channel, case.ticket, case.happened_on) == (ev.Channel.CARD, ticket, "2026-03-02")
    (opened,) = [
        e.event for e in cases.runtime._journal.events(0) if isinstance(e.event, ev.CaseOpened)
    ]
    visit = opened.visit
    assert visit
    assert (visit.waited_s, visit.target_wait_s, visit.counter) == (1500, 1200, "1")
    assert case.barred == ("teller1",)
    with cases.runtime.writer.published() as state:
        alerts = cases.runtime.views.hall(state, cases.clock())["alerts"]
    assert "feedback" in {alert["kind"] for alert in alerts}
    assert early
    assert "等了很久" not in str(cases.rows("SELECT data FROM event"))


def test_a_good_card_opens_none(cases: Cases) -> None:
    cases.desk.give_feedback(ticket=cases.served(), score=4)
    assert cases.all() == []


def test_who_came_later_and_was_called_before_is_named(cases: Cases) -> None:
    ticket = cases.desk.issue()["id"]
    cases.clock.forward(minutes=1)
    later = cases.desk.issue(customer="6225880000000000")
    cases.clock.forward(minutes=1)
    for counter in ("3", "1"):
        cases.desk.open_counter(counter=counter)
        cases.desk.next(counter=counter)
        cases.clock.forward(seconds=1)
    id = cases.open(ticket=ticket)
    data = cases.rows("SELECT data FROM complaint_step WHERE case_id = ?", id)[0][0]
    assert f'"overtaken":1,"overtakers":[{{"number":"{later["number"]}","tier":"gold"' in data


def test_who_is_handed_on_waited_until_the_first_call(cases: Cases) -> None:
    """Nobody who was called while the customer was served at the first counter was called before."""
    ticket = cases.desk.issue(service="cash")["id"]
    cases.clock.forward(minutes=5)
    cases.desk.open_counter(counter="1")
    cases.desk.next(counter="1")
    cases.desk.start(counter="1")
    later = cases.desk.issue(service="cash")
    cases.clock.forward(minutes=20)
    cases.desk.transfer(ticket=ticket, service="non_cash")
    cases.desk.next(counter="1")
    assert later
    cases.desk.open_counter(counter="2")
    cases.desk.next(counter="2")
    data = json.loads(
        cases.rows("SELECT data FROM complaint_step WHERE case_id = ?", cases.open(ticket=ticket))[
            0
        ][0]
    )
    assert (data["visit"]["waited_s"], data["visit"]["overtaken"]) == (300, 0)


def test_cases_are_counted_by_the_year(cases: Cases) -> None:
    assert cases.case(cases.open()).number == "2026-0001"
    assert cases.case(cases.open()).number == "2026-0002"
    cases.clock.forward(days=330)
    assert cases.case(cases.open()).number == "2027-0001"


# -- never one's own matter -----------------------------------------------------------------------------
VERBS: list[tuple[str, dict[str, Any]]] = [
    ("pause_case", {"reason": "误记", "until": date(2026, 3, 20)}),
    ("contact_customer", {"by": TEL}),
    ("promise_customer", {"due": date(2026, 3, 9), "text": "x"}),
    ("answer_case", {"by": TEL, "text": "x"}),
    ("extend_case", {"reason": "误记", "told": TEL}),
    ("note_case", {"text": "x"}),
    ("assign_case", {"owner": "office"}),
    ("correct_case", {"reason": "误记", "changes": {"cause": "C01"}}),
    ("close_case", {"result": ev.Result.WITHDRAWN}),
]


@pytest.mark.parametrize(("verb", "args"), VERBS, ids=[verb for verb, _ in VERBS])
def test_nobody_handles_a_case_about_the_own_work(
    cases: Cases, verb: str, args: dict[str, Any]
) -> None:
    server = Who("teller1", "head")  # whatever role: it served the customer
    served = cases.open(ticket=cases.served())
    against = cases.open(against=("office",))
    for id, who in ((served, server), (against, replace(OFFICE))):
        with pytest.raises(Forbidden, match="own work"):
            cases.do(verb, who, id, **args)


def test_nobody_is_made_owner_of_the_own_matter(cases: Cases) -> None:
    id = cases.open(ticket=cases.served())
    with pytest.raises(Invalid):
        cases.do("assign_case", MANAGER, id, owner="teller1")
    with pytest.raises(Invalid):
        cases.open(against=("office",), owner="office")
    cases.do("assign_case", MANAGER, id, owner="office")
    with pytest.raises(Conflict):
        cases.do("correct_case", MANAGER, id, reason="误记", changes={"against": ("office",)})


def test_a_number_is_known_as_the_account_too(cases: Cases) -> None:
    id = cases.open(against=("10023",))
    with pytest.raises(Forbidden):
        cases.do("note_case", Who("manager", "manager", "10023"), id, text="x")


# -- who sees what ---------------------------------------------------------------------------------------
def test_tellers_see_what_they_own_and_nothing_else(cases: Cases) -> None:
    id = cases.open()
    with pytest.raises(NotFound):
        cases.do("note_case", TELLER, id, text="x")
    cases.do("assign_case", MANAGER, id, owner="teller1")
    cases.do("note_case", TELLER, id, text="x")


def test_a_confidential_case_is_there_for_named_persons_alone(cases: Cases) -> None:
    id = cases.open(confidential=True, readers=("office",))
    assert cases.case(id).readers == ("office", "manager")
    for who in (HEAD, INSPECTOR, Who("admin", "admin")):
        with pytest.raises(NotFound):
            cases.do("look_at_case", who, id, what="words")
    cases.do("note_case", OFFICE, id, text="x")
    with pytest.raises(Invalid):
        cases.do("correct_case", OFFICE, id, reason="误记", changes={"readers": ()})


def test_an_inspector_reads_and_changes_nothing(cases: Cases) -> None:
    id = cases.open()
    cases.do("look_at_case", INSPECTOR, id, what="words")
    assert cases.rows("SELECT actor FROM event WHERE kind = 'CaseSeen'") == [("inspector",)]
    with pytest.raises(Forbidden):
        cases.do("note_case", INSPECTOR, id, text="x")
    with pytest.raises(Forbidden):
        cases.open(INSPECTOR)


# -- the way of a case -----------------------------------------------------------------------------------
def test_a_case_is_answered_reviewed_by_a_superior_and_closed(cases: Cases) -> None:
    id = cases.answered()
    with pytest.raises(Conflict):
        cases.do("close_case", MANAGER, id, result=ev.Result.SETTLED, **CLASSES)
    for who in (MANAGER, Who("admin", "admin"), INSPECTOR):
        with pytest.raises(Forbidden, match=r"superior|role"):
            cases.do("review_case", who, id, accepted=True)
    cases.do("review_case", OFFICE, id, accepted=True)
    cases.do("close_case", MANAGER, id, result=ev.Result.SETTLED, **CLASSES)
    assert cases.case(id).status is CaseStatus.CLOSED


def test_the_next_step_leads_a_case_from_its_owner_to_its_end(cases: Cases) -> None:
    id = cases.open()
    steps = [
        ("assign", "assign_case", MANAGER, {"owner": "manager"}),
        ("contact", "contact_customer", MANAGER, {"by": TEL}),
        ("classify", "correct_case", MANAGER, {"reason": "", "changes": CLASSES}),
        ("answer", "answer_case", MANAGER, {"by": TEL, "text": "已退款"}),
        ("review", "review_case", OFFICE, {"accepted": True}),
        ("close", "close_case", MANAGER, {"result": ev.Result.SETTLED}),
    ]
    for expected, verb, who, fields in steps:
        assert cases.next_step(id) == expected
        cases.do(verb, who, id, **fields)
    assert cases.next_step(id) is None


def test_a_case_whose_owner_has_left_needs_another_one_first(cases: Cases) -> None:
    id = cases.open(owner="manager")
    branch, today = cases.runtime.branch, cases.day(0)
    assert next_step(branch, cases.case(id), today, {"manager"}) == "assign"


def test_what_a_customer_waits_for_comes_before_the_way_of_the_case(cases: Cases) -> None:
    id = cases.open(owner="manager", **CLASSES)
    cases.do("promise_customer", MANAGER, id, due=cases.day(1), text="回电")
    assert cases.next_step(id) == "answer", "a promise for tomorrow"
    cases.clock.forward(days=1)
    assert cases.next_step(id) == "keep", "its day has come"
    cases.do("keep_promise", MANAGER, id, promise=1)
    cases.do("pause_case", MANAGER, id, reason="等待合同", until=cases.day(3))
    assert cases.next_step(id) == "resume"


def test_a_class_that_is_named_for_the_first_time_needs_no_reason_and_another_one_does(
    cases: Cases,
) -> None:
    id = cases.open(cause="C01")
    cases.do("correct_case", MANAGER, id, reason="", changes={"business": "B01"})
    for changes in ({"business": "B02"}, {"cause": "C02"}, {"severity": Severity.MAJOR}):
        with pytest.raises(Invalid, match="Say why"):
            cases.do("correct_case", MANAGER, id, reason="", changes=changes)


def test_what_the_head_answered_the_office_reviews(cases: Cases) -> None:
    id = cases.answered(HEAD)
    with pytest.raises(Forbidden):
        cases.do("review_case", MANAGER, id, accepted=True)
    cases.do("review_case", OFFICE, id, accepted=False, text="没有说明原因")
    assert cases.case(id).status is CaseStatus.OPEN


def test_it_is_answered_as_the_customer_chose(cases: Cases) -> None:
    id = cases.open(reply_by=ev.ReplyBy.LETTER)
    with pytest.raises(Conflict, match="by letter"):
        cases.do("answer_case", MANAGER, id, by=TEL, text="x")
    cases.do("correct_case", MANAGER, id, reason="改电话", changes={"reply_by": TEL})
    cases.do("answer_case", MANAGER, id, by=TEL, text="x")


def test_more_time_is_given_by_another_in_the_office_once_and_told(cases: Cases) -> None:
    id = cases.open(severity=Severity.COMPLEX, owner="office")
    for who in (MANAGER, OFFICE):
        with pytest.raises(Forbidden, match="More time"):
            cases.do("extend_case", who, id, reason="误记", told=TEL)
    with pytest.raises(Invalid):
        cases.do("extend_case", HEAD, id, reason="误记", told=ev.ReplyBy.NONE)
    cases.do("extend_case", HEAD, id, reason="误记", told=TEL)
    with pytest.raises(Conflict):
        cases.do("extend_case", HEAD, id, reason="误记", told=TEL)


def test_a_reopened_case_has_a_clock_of_its_own(cases: Cases) -> None:
    id = cases.open()
    cases.do("close_case", MANAGER, id, result=ev.Result.WITHDRAWN, text="撤诉")
    cases.clock.forward(days=40)
    cases.do("reopen_case", MANAGER, id, reason="来电再次投诉")
    due = cases.case(id).answer_due(cases.runtime.branch)
    assert due
    assert due.at
    assert due.at - cases.clock() > timedelta(days=15)


def test_promises_are_kept_or_stay_due(cases: Cases) -> None:
    id = cases.open()
    cases.do("promise_customer", MANAGER, id, due=date(2026, 3, 9), text="回电")
    assert cases.case(id).first_word_at
    assert cases.case(id).promises_due() == [date(2026, 3, 9)]
    cases.do("keep_promise", MANAGER, id, promise=1)
    assert cases.case(id).promises_due() == []
    with pytest.raises(NotFound):
        cases.do("keep_promise", MANAGER, id, promise=1)
    with pytest.raises(Invalid):
        cases.do("promise_customer", MANAGER, id, due=date(2026, 3, 1), text="x")


def test_repeated_complaints_are_joined_and_five_are_a_group(cases: Cases) -> None:
    first = cases.open()
    for _ in range(4):
        cases.do("join_case", MANAGER, cases.open(), into=first)
    answer = cases.do("note_case", MANAGER, first, text="x")
    assert answer.data["case"]["group"]
    joined = cases.case(first).joined[0]
    assert cases.case(joined).answer_due(cases.runtime.branch) is None
    with pytest.raises(Conflict):
        cases.do("join_case", MANAGER, joined, into=first)
    with pytest.raises(Invalid):
        cases.do("join_case", MANAGER, first, into=cases.open())


def test_a_joined_complaint_brings_its_clock_promises_and_people_along(cases: Cases) -> None:
    old = cases.open(people=3, against=("office",), channel=ev.Channel.REGULATOR)
    due = cases.case(old).answer_due(cases.runtime.branch)
    cases.do("promise_customer", MANAGER, old, due=date(2026, 3, 20), text="回电")
    cases.clock.forward(days=9)
    into = cases.open(people=2, severity=Severity.COMPLEX)
    answer = cases.do("join_case", MANAGER, old, into=into)
    assert cases.case(into).answer_due(cases.runtime.branch) == due
    assert cases.case(into).promises_due() == [date(2026, 3, 20)]
    with pytest.raises(Forbidden, match="own work"):
        cases.do("note_case", OFFICE, into, text="x")
    with pytest.raises(Forbidden):
        cases.do("pause_case", MANAGER, into, reason="误记", until=cases.day(3))
    answer = cases.do("note_case", MANAGER, into, text="x")
    assert answer.data["case"]["group"]


def test_a_confidential_complaint_stays_so_where_it_is_joined(cases: Cases) -> None:
    hidden = cases.open(confidential=True, readers=("office",))
    into = cases.open()
    cases.do("join_case", OFFICE, hidden, into=into)
    with pytest.raises(NotFound):
        cases.do("look_at_case", HEAD, into, what="words")


def test_who_is_found_to_be_concerned_later_is_so_where_it_was_joined(cases: Cases) -> None:
    joined, into = cases.open(), cases.open(owner="office")
    cases.do("join_case", MANAGER, joined, into=into)
    with pytest.raises(Conflict):
        cases.do("correct_case", MANAGER, joined, reason="误记", changes={"against": ("office",)})
    cases.do("correct_case", MANAGER, joined, reason="误记", changes={"against": ("head",)})
    with pytest.raises(Forbidden, match="own work"):
        cases.do("note_case", HEAD, into, text="x")


def test_nothing_is_joined_to_what_was_answered(cases: Cases) -> None:
    with pytest.raises(Conflict):
        cases.do("join_case", MANAGER, cases.open(), into=cases.answered())


def test_a_joined_complaint_ends_as_the_other_does(cases: Cases) -> None:
    joined, into = cases.open(), cases.open()
    cases.do("join_case", MANAGER, joined, into=into)
    assert cases.case(joined).closed_at is None
    cases.do("answer_case", MANAGER, into, by=TEL, text="已退款")
    cases.do("review_case", OFFICE, into, accepted=True)
    cases.do("close_case", MANAGER, into, result=ev.Result.SETTLED, **CLASSES)
    assert cases.case(joined).result is ev.Result.SETTLED
    assert cases.rows("SELECT result FROM complaint WHERE id = ?", joined) == [("settled",)]


def test_what_was_joined_by_mistake_is_separated_under_its_own_clock(cases: Cases) -> None:
    joined, into = cases.open(against=("office",)), cases.open()
    for day in (9, 10):
        cases.do("promise_customer", MANAGER, joined, due=date(2026, 3, day), text="回电")
    due = cases.case(joined).answer_due(cases.runtime.branch)
    cases.do("join_case", MANAGER, joined, into=into)
    cases.do("keep_promise", MANAGER, into, promise=2)
    cases.do("separate_case", MANAGER, joined, reason="不是同一件事")
    assert cases.case(joined).answer_due(cases.runtime.branch) == due
    assert cases.case(joined).promises_due() == [date(2026, 3, 9)]
    assert cases.case(into).promises_due() == []
    cases.do("note_case", OFFICE, into, text="x")
    with pytest.raises(Conflict):
        cases.do("separate_case", MANAGER, joined, reason="误记")


def test_a_case_that_is_separated_during_a_pause_has_its_clock_running(cases: Cases) -> None:
    joined, into = cases.open(), cases.open()
    due = cases.case(joined).answer_due(cases.runtime.branch)
    cases.do("join_case", MANAGER, joined, into=into)
    cases.do("pause_case", MANAGER, into, reason="等客户补材料", until=cases.day(30))
    cases.do("separate_case", MANAGER, joined, reason="不是同一件事")
    assert cases.case(joined).status is CaseStatus.OPEN
    assert cases.case(joined).answer_due(cases.runtime.branch) == due
    assert cases.case(into).status is CaseStatus.PAUSED


def test_what_is_joined_ends_with_the_classes_of_the_matter(cases: Cases) -> None:
    joined, other, into = cases.open(), cases.open(cause="C02"), cases.open(owner="manager")
    for id in (joined, other):
        cases.do("join_case", MANAGER, id, into=into)
    cases.do("answer_case", MANAGER, into, text="已答复", by=TEL)
    cases.do("review_case", OFFICE, into, accepted=True)
    cases.do("close_case", MANAGER, into, result=ev.Result.SETTLED, **CLASSES)
    rows = cases.rows("SELECT cause, business FROM complaint ORDER BY number")
    assert rows == [("C01", "B01"), ("C02", "B01"), ("C01", "B01")]


# -- nobody judges what the own hands did -------------------------------------------------------------------
def test_who_owned_a_case_once_reviews_it_no_more(cases: Cases) -> None:
    id = cases.open(owner="office")
    cases.do("assign_case", MANAGER, id, owner="manager")
    with pytest.raises(Forbidden):
        cases.do("extend_case", OFFICE, id, reason="误记", told=TEL)
    cases.do("answer_case", MANAGER, id, by=TEL, text="已退款")
    with pytest.raises(Forbidden):
        cases.do("review_case", OFFICE, id, accepted=True)
    cases.do("review_case", HEAD, id, accepted=True)


def test_who_serves_the_customer_after_the_complaint_is_concerned(cases: Cases) -> None:
    ticket: str = cases.desk.issue()["id"]
    id = cases.open(ticket=ticket, owner="manager")
    cases.runtime.writer.do("office", cases.runtime.commands.open_counter, counter="1")
    cases.runtime.writer.do("office", cases.runtime.commands.next, counter="1")
    with pytest.raises(Forbidden, match="own work"):
        cases.do("note_case", OFFICE, id, text="x")


def test_an_answer_that_was_refused_is_none(cases: Cases) -> None:
    id = cases.answered()
    cases.do("review_case", OFFICE, id, accepted=False, text="没有说明原因")
    query = "SELECT answered_at, answered_by FROM complaint WHERE id = ?"
    assert cases.rows(query, id) == [(None, "")]
    assert cases.case(id).answered_at is None


# -- nothing escapes its clock ------------------------------------------------------------------------------
def test_a_later_receipt_is_more_time_and_is_approved_as_such(cases: Cases) -> None:
    id = cases.open(owner="manager")
    cases.clock.forward(days=3)
    later = {"came_at": cases.clock().isoformat()}
    with pytest.raises(Forbidden, match="later receipt"):
        cases.do("correct_case", MANAGER, id, reason="误记", changes=later)
    cases.do("correct_case", OFFICE, id, reason="收到日期登记错误", changes=later)
    earlier = {"came_at": (cases.clock() - timedelta(days=1)).isoformat()}
    cases.do("correct_case", MANAGER, id, reason="误记", changes=earlier)
    old = {"came_at": "2019-03-02T09:00:00+08:00"}
    with pytest.raises(Invalid, match="No rule"):
        cases.do("correct_case", MANAGER, id, reason="误记", changes=old)


def test_a_promise_is_kept_before_the_end(cases: Cases) -> None:
    id = cases.answered()
    cases.do("promise_customer", MANAGER, id, due=date(2026, 3, 9), text="回电")
    cases.do("review_case", OFFICE, id, accepted=True)
    with pytest.raises(Conflict, match="promise that is not kept"):
        cases.do("close_case", MANAGER, id, result=ev.Result.SETTLED, **CLASSES)
    cases.do("keep_promise", MANAGER, id, promise=1)
    cases.do("close_case", MANAGER, id, result=ev.Result.SETTLED, **CLASSES)


def test_a_case_of_the_regulator_is_neither_stopped_nor_withdrawn_by_one_alone(
    cases: Cases,
) -> None:
    id = cases.open(channel=ev.Channel.REGULATOR, owner="manager")
    ending: dict[str, Any] = {"result": ev.Result.WITHDRAWN, "text": "撤诉函"}
    with pytest.raises(Forbidden, match="stops its clock"):
        cases.do("pause_case", MANAGER, id, reason="等客户补材料", until=cases.day(3))
    with pytest.raises(Forbidden, match="ends it unanswered"):
        cases.do("close_case", MANAGER, id, **ending)
    with pytest.raises(Invalid):
        cases.do("close_case", OFFICE, id, result=ev.Result.WITHDRAWN)
    cases.do("close_case", OFFICE, id, **ending)


@pytest.mark.parametrize(
    "fields",
    [
        {"cause": "C77"},
        {"came_at": "2019-03-02T10:00:00+08:00"},
        {"happened_on": "2026-03-03"},
        {"came_at": "2026-03-02T10:00:00+08:00"},
        {"came_at": "2026-02-27T10:00:00+08:00", "happened_on": "2026-02-28"},
    ],
    ids=["code", "before any rule", "tomorrow", "in an hour", "before it happened"],
)
def test_what_cannot_be_is_refused(cases: Cases, fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        cases.open(**fields)


def test_a_list_is_taken_in_once(cases: Cases) -> None:
    rows = [
        ev.Complaint(ev.Channel.HOTLINE, cases.clock().isoformat(), reference=f"GD{n}", text="x")
        for n in range(3)
    ]
    for _ in range(2):
        cases.take(rows)
    assert [case.number for case in cases.all()] == ["2026-0001", "2026-0002", "2026-0003"]


def rows_of_a_list(clock: Clock, rows: int) -> list[ev.Complaint]:
    came_at = clock().isoformat()
    return [
        ev.Complaint(ev.Channel.HOTLINE, came_at, reference=f"GD{n}", text="王小明等了很久")
        for n in range(rows)
    ]


def test_a_start_takes_what_a_former_one_left_of_a_list(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    """One list that was begun, one that was not, and a file that is no list."""
    first = Cases(open_branch(branch, tmp_path, "http://x", clock), clock)
    rows = rows_of_a_list(clock, 130)
    begun, given = first.accept(rows[:120])
    first.runtime.writer.do("office", first.runtime.commands.take_cases, next(given.pieces()))
    first.accept(rows[110:])
    damaged = begun.with_name("damaged")
    damaged.write_bytes(begun.read_bytes()[:-9])
    assert "王小明".encode() not in b"".join(file.read_bytes() for file in begun.parent.iterdir())
    first.runtime.close()
    again = Cases(open_branch(branch, tmp_path, "http://x", clock), clock)
    assert [case.number for case in again.all()] == [f"2026-{n:04}" for n in range(1, 131)]
    assert {case.reference for case in again.all()} == {row.reference for row in rows}
    (last,) = again.rows("SELECT data FROM complaint_step ORDER BY seq DESC LIMIT 1")
    token = json.loads(last[0])["text"]
    assert again.runtime.subject_keys.reveal(token) == "王小明等了很久"
    assert list(begun.parent.iterdir()) == [damaged]
    again.runtime.close()


def test_other_commands_run_between_the_pieces_of_a_list(cases: Cases) -> None:
    _, given = cases.accept(rows_of_a_list(cases.clock, 250))
    pieces = list(given.pieces())
    assert max(len(piece) for piece in pieces) <= 100
    taken = []
    for piece in pieces:
        cases.runtime.writer.do("office", cases.runtime.commands.take_cases, piece)
        taken.append(cases.open())
    numbers = {case.id: case.number for case in cases.all()}
    assert [numbers[id] for id in taken] == ["2026-0101", "2026-0202", "2026-0253"]


def test_words_in_clear_are_not_taken_for_sealed_ones(cases: Cases) -> None:
    now = cases.clock()
    unsealed = cases.runtime.commands.cases_of_list(now, OFFICE, rows_of_a_list(cases.clock, 1))
    with pytest.raises(ValueError, match="clear"):
        cases.runtime.writer.do("office", cases.runtime.commands.take_cases, unsealed)
    assert cases.all() == []


@pytest.mark.parametrize("changes", [{"channel": ev.Channel.TELEPHONE}, {"reference": "GD-1"}])
def test_a_list_is_known_by_what_its_cases_were_before_a_correction(
    cases: Cases, changes: dict[str, Any]
) -> None:
    rows = rows_of_a_list(cases.clock, 2)
    cases.take(rows)
    id = cases.all()[0].id
    cases.do("correct_case", MANAGER, id, reason="录错", changes=changes)
    corrected = replace(rows[0], **changes)
    cases.take([*rows, corrected])
    assert len(cases.all()) == 2


def test_a_list_is_known_by_every_reference_however_often_it_was_corrected(cases: Cases) -> None:
    first = rows_of_a_list(cases.clock, 1)
    cases.take(first)
    id = cases.all()[0].id
    submit = cases.runtime.writer.submit
    correct = cases.runtime.commands.correct_case
    given = [
        submit(By("manager"), correct, id, MANAGER, reason="录错", changes=changes)
        for changes in (
            {"reference": "GD-1"},
            {"channel": ev.Channel.REGULATOR},
            {"reference": "GD-2"},
        )
    ]
    for one in given:
        one.result()
    sent = [replace(first[0], reference=one) for one in (first[0].reference, "GD-1", "GD-2")]
    cases.take(sent)
    assert [case.reference for case in cases.all()] == ["GD-2"]
    assert not any(cases.runtime._journal.rebuild(cases.runtime.branch).values())


def test_words_are_sealed_under_the_case_and_a_correction_leaves_a_trace(cases: Cases) -> None:
    id = cases.open(complainant="王小明", contact="13800000000", text="柜员态度不好")
    cases.do("correct_case", MANAGER, id, reason="名字写错", changes={"complainant": "王晓明"})
    steps = cases.rows("SELECT data FROM complaint_step WHERE case_id = ? ORDER BY seq", id)
    assert "王" not in str(steps)
    assert f"sealed:1:case:{id}:" in steps[0][0]
    assert "correct" not in str(cases.case(id))


def test_a_restart_in_another_year_has_open_cases_and_forgets_old_closed_ones(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    first = Cases(open_branch(branch, tmp_path, "http://x", clock), clock)
    gone, here = first.open(), first.open()
    first.do("close_case", MANAGER, gone, result=ev.Result.WITHDRAWN, text="撤诉")
    first.runtime.close()
    clock.forward(days=366)
    again = Cases(open_branch(branch, tmp_path, "http://x", clock), clock)
    assert [case.id for case in again.all()] == [here]
    with pytest.raises(LobbyError):
        again.do("reopen_case", MANAGER, gone, reason="误记")
    again.runtime.close()


def test_a_case_that_was_closed_long_ago_is_known(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    first = Cases(open_branch(branch, tmp_path, "http://x", clock), clock)
    row = ev.Complaint(ev.Channel.HOTLINE, clock().isoformat(), reference="GD1", text="x")
    first.take([row])
    (old,) = first.all()
    hidden = first.open(confidential=True, readers=("office",))
    for id, who in ((old.id, MANAGER), (hidden, OFFICE)):
        first.do("close_case", who, id, result=ev.Result.WITHDRAWN, text="撤诉")
    first.runtime.close()
    clock.forward(days=366)
    again = Cases(open_branch(branch, tmp_path, "http://x", clock), clock)
    again.take([row])
    assert again.all() == []
    repeated = again.open(owner="teller1")
    for known_as in (old.id, old.number):
        with pytest.raises(Conflict, match=f"{old.number} was closed more than a year ago"):
            again.do("join_case", MANAGER, repeated, into=known_as)
    for who, unseen in ((HEAD, hidden), (TELLER, old.id)):
        with pytest.raises(NotFound):
            again.do("join_case", who, repeated, into=unseen)
        with pytest.raises(NotFound):
            again.do("look_at_case", who, unseen, what="words")
    for who, seen in ((INSPECTOR, old.id), (MANAGER, hidden), (OFFICE, hidden)):
        again.do("look_at_case", who, seen, what="words")
    again.runtime.close()


def test_the_words_of_a_card_stay_while_its_case_is_open(cases: Cases) -> None:
    cases.desk.give_feedback(ticket=cases.served(), score=1, reasons=("queue",), text="等了很久")
    (case,) = cases.all()
    query = "SELECT json_extract(data, '$.text') FROM event WHERE kind = 'FeedbackGiven'"
    ((token,),) = cases.rows(query)
    lived(cases.runtime, cases.clock, 4 * 365)
    cases.runtime.erase_aged()
    assert cases.runtime.subject_keys.reveal(token) == "等了很久"
    cases.do("close_case", MANAGER, case.id, result=ev.Result.WITHDRAWN, text="撤诉")
    cases.runtime.erase_aged()
    assert cases.runtime.subject_keys.reveal(token) == "erased"


def test_the_first_step_of_a_cards_case_takes_its_alert_on(cases: Cases) -> None:
    cases.desk.give_feedback(ticket=cases.served(), score=1, reasons=("queue",))
    (case,) = cases.all()
    for _ in range(2):
        cases.do("contact_customer", MANAGER, case.id, by=TEL)
    with cases.runtime.writer.published() as state:
        assert not state.quality.low_cards
        assert "feedback" not in {alert.kind for alert in state.alerts.values()}
    acknowledged = "SELECT actor FROM event WHERE kind = 'AlertAcknowledged'"
    assert cases.rows(acknowledged) == [("manager",)]


def test_what_is_due_tells_how_many_and_shows_the_own_ones_and_the_most_urgent(
    cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_due, "DUE_MAX", 2)
    paused = cases.open(owner="manager")
    cases.do("pause_case", MANAGER, paused, reason="等客户补材料", until=cases.day(3))
    unowned, owned = cases.open(), cases.open(owner="manager")
    cases.do("promise_customer", MANAGER, unowned, due=date(2026, 3, 2), text="回电")
    cases.do("promise_customer", MANAGER, owned, due=date(2026, 3, 2), text="回电")
    seen = cases.due(MANAGER)
    assert seen["total"] == 3
    shown = [(entry["case"]["id"], entry["mine"]) for entry in seen["entries"]]
    assert shown == [(owned, True), (unowned, False)], "no late one stands behind the own that wait"
    seen = cases.due(ADMIN)
    assert [entry["case"]["id"] for entry in seen["entries"]] == [unowned, paused]
    assert "unowned" in seen["entries"][0]["why"]


def test_a_promise_a_review_and_an_end_that_nobody_sees_to_rise(cases: Cases) -> None:
    branch = cases.runtime.branch
    promised, answered = cases.open(owner="manager"), cases.answered()
    cases.do("promise_customer", MANAGER, promised, due=date(2026, 3, 3), text="回电")
    cases.clock.forward(days=2)
    assert cases.case(promised).level(branch, cases.clock()) is Level.MANAGER
    assert cases.case(answered).level(branch, cases.clock()) is Level.OWNER
    cases.clock.forward(days=4)
    assert cases.case(promised).level(branch, cases.clock()) is Level.HEAD
    assert cases.case(answered).level(branch, cases.clock()) is Level.HEAD
    cases.do("review_case", OFFICE, answered, accepted=True)
    assert cases.case(answered).level(branch, cases.clock()) is Level.OWNER
    cases.clock.forward(days=4)
    seen = cases.due(OFFICE)["entries"]
    why = {entry["case"]["id"]: entry["why"] for entry in seen}
    assert why[answered] == ["risen", "close"]


def test_the_words_of_a_case_outlast_those_of_a_card(cases: Cases) -> None:
    cases.open(text="柜员态度不好")
    (token,) = cases.rows("SELECT json_extract(data, '$.text') FROM complaint_step")[0]
    lived(cases.runtime, cases.clock, 4 * 365)
    cases.runtime.erase_aged()
    assert cases.runtime.subject_keys.reveal(token) == "柜员态度不好"
    lived(cases.runtime, cases.clock, 366)
    cases.runtime.erase_aged()
    assert cases.runtime.subject_keys.reveal(token) == "erased"


def test_who_takes_the_alert_of_a_low_card_answers_for_its_case(cases: Cases) -> None:
    cases.desk.give_feedback(ticket=cases.served(), score=1, reasons=("queue",))
    cases.desk.give_feedback(ticket=cases.served(), score=1, reasons=("queue",))
    (first, second) = cases.all()
    with cases.runtime.writer.published() as state:
        alert, other = sorted(state.quality.low_cards)
    cases.do("acknowledge", TELLER, alert=alert)
    assert cases.case(first.id).owner == "", "the teller served the customer"
    hidden = {"channel": ev.Channel.CARD, "confidential": True, "readers": ("head",)}
    unseen = cases.open(HEAD, ticket=second.ticket, **hidden)
    cases.do("acknowledge", MANAGER, alert=other)
    assert cases.case(second.id).owner == "manager"
    assert cases.case(unseen).owner == "", "the manager may not know of it"


def test_an_administrator_who_takes_the_alert_answers_for_no_case(cases: Cases) -> None:
    cases.desk.give_feedback(ticket=cases.served(), score=1, reasons=("queue",))
    (case,) = cases.all()
    with cases.runtime.writer.published() as state:
        (alert,) = state.quality.low_cards
    cases.do("acknowledge", Who("admin", "admin"), alert=alert)
    assert cases.case(case.id).owner == ""


def test_a_case_closes_with_its_cause_and_its_business(cases: Cases) -> None:
    id = cases.answered()
    cases.do("review_case", OFFICE, id, accepted=True)
    for given, missing in (
        ({}, "cause and its kind of business"),
        ({"cause": "C01"}, "kind of business"),
        ({"business": "B01"}, "cause: enter"),
    ):
        with pytest.raises(Invalid, match=missing):
            cases.do("close_case", MANAGER, id, result=ev.Result.SETTLED, **given)
    with pytest.raises(Invalid, match="no code"):
        cases.do("close_case", MANAGER, id, result=ev.Result.SETTLED, cause="C77", business="B01")
    cases.do("close_case", MANAGER, id, result=ev.Result.SETTLED, **CLASSES)
    case = cases.case(id)
    assert (case.status, case.cause, case.business) == (CaseStatus.CLOSED, "C01", "B01")
    assert cases.rows("SELECT cause, business FROM complaint") == [("C01", "B01")]


def test_a_pause_has_a_reason_and_a_last_day_after_which_the_clock_runs(cases: Cases) -> None:
    id = cases.open(owner="manager")
    runtime = cases.runtime
    before = cases.case(id).answer_due(runtime.branch)
    for reason, days in ((".", 3), ("等", 3), ("等客户补材料", -1), ("等客户补材料", 31)):
        with pytest.raises(Invalid):
            cases.do("pause_case", MANAGER, id, reason=reason, until=cases.day(days))
    cases.do("pause_case", MANAGER, id, reason="等客户补材料", until=cases.day(2))
    cases.clock.forward(days=2)
    runtime.writer.do("watch", runtime.alert_monitor.look)
    assert cases.case(id).status is CaseStatus.PAUSED
    cases.clock.forward(days=1)
    runtime.writer.do("watch", runtime.alert_monitor.look)
    case = cases.case(id)
    after = case.answer_due(runtime.branch)
    assert case.status is CaseStatus.OPEN
    assert before
    assert before.at
    assert after
    assert after.at
    assert after.at - before.at == timedelta(days=2), "the day of receipt counts for nothing"
    cases.do("pause_case", OFFICE, id, reason="等鉴定意见", until=cases.day(0))


def test_a_pause_that_is_over_ends_after_a_restart_in_a_later_day_too(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    """The opening of a day keeps what lasts: who starts from there knows when each pause ends."""
    first = Cases(open_branch(branch, tmp_path, "http://x", clock), clock)
    id = first.open(owner="manager")
    first.do("pause_case", MANAGER, id, reason="等客户补材料", until=first.day(2))
    clock.forward(days=1)
    first.open()
    first.runtime.close()
    clock.forward(days=2)
    again = Cases(open_branch(branch, tmp_path, "http://x", clock), clock)
    assert again.case(id).status is CaseStatus.PAUSED
    again.runtime.writer.do("watch", again.runtime.alert_monitor.look)
    assert again.case(id).status is CaseStatus.OPEN
    again.runtime.close()


def test_each_pause_after_the_first_is_approved_as_more_time_is(cases: Cases) -> None:
    id = cases.open(owner="manager")
    pause = {"reason": "等客户补材料", "until": cases.day(1)}
    cases.do("pause_case", MANAGER, id, **pause)
    cases.do("resume_case", MANAGER, id)
    case = cases.case(id)
    assert CaseMove.PAUSE not in moves_of(case, MANAGER)
    assert CaseMove.PAUSE in moves_of(case, OFFICE)
    with pytest.raises(Forbidden, match="stopped before"):
        cases.do("pause_case", MANAGER, id, **pause)
    cases.do("pause_case", OFFICE, id, **pause)


def test_a_late_promise_is_not_withdrawn_by_whose_it_is(cases: Cases) -> None:
    id = cases.open(owner="manager")
    cases.do("promise_customer", MANAGER, id, due=cases.day(0), text="回电")
    withdrawn = {"promise": 1, "reason": "无法兑现", "told": TEL}
    cases.clock.forward(days=1)
    with pytest.raises(Forbidden, match=r"promise .* is late"):
        cases.do("withdraw_promise", MANAGER, id, **withdrawn)
    cases.do("withdraw_promise", OFFICE, id, **withdrawn)
    assert cases.case(id).promises_due() == []


def test_a_promise_that_was_a_mistake_is_taken_back_as_if_it_had_not_been(cases: Cases) -> None:
    id = cases.open(owner="manager")
    cases.do("promise_customer", MANAGER, id, due=cases.day(1), text="回电")
    cases.clock.forward(hours=2)
    told = cases.clock()
    cases.do("promise_customer", MANAGER, id, due=cases.day(2), text="退款")
    for reason, promise in ((".", 1), ("登记错件", 9)):
        with pytest.raises(LobbyError):
            cases.do("withdraw_promise", MANAGER, id, promise=promise, reason=reason, told=TEL)
    cases.do("withdraw_promise", MANAGER, id, promise=1, reason="登记错件", told=ev.ReplyBy.NONE)
    assert cases.case(id).first_word_at == told, "the customer never heard of the first one"
    cases.do("withdraw_promise", MANAGER, id, promise=2, reason="无法兑现", told=TEL)
    case = cases.case(id)
    assert case.first_word_at == told
    cases.clock.forward(days=5)
    assert case.promises_due() == []
    cases.do("close_case", MANAGER, id, result=ev.Result.WITHDRAWN, text="撤诉")
