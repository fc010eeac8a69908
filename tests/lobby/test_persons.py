"""Who serves signs on with a staff number, and every event says who did it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.person import Person, Staff
from lobby.commands.access import record
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.engine.submission import By
from lobby.errors import Conflict, Invalid

LI = Person("10023", "李敏", ("teller",))
WANG = Person("A7", "王强", ("manager",))
CHECKS = Person("900", "赵检", ("inspector",))


class Counter:
    """What tellers do at counters, under their accounts, as the console asks for it."""

    def __init__(self, branch: Branch, folder: Path, clock: Clock) -> None:
        self.branch = branch
        self.folder = folder
        self.clock = clock
        self.open()

    def open(self, *people: Person) -> None:
        self.branch = replace(self.branch, staff=Staff(people=people or (LI, WANG, CHECKS)))
        self.runtime: BranchRuntime = open_branch(self.branch, self.folder, "http://x", self.clock)

    def restart(self, *people: Person) -> None:
        self.runtime.close()
        self.open(*people)

    def do(self, account: str, verb: str, own: str | None = None, **args: Any) -> Any:
        command = getattr(self.runtime.commands, verb)
        return (
            self.runtime.writer.submit(
                By(account, person=own, counter=args.get("counter")), command, **args
            )
            .result()
            .data
        )

    def sign_on(self, account: str, counter: str, number: str, session: str = "") -> None:
        self.do(account, "sign_on", counter=counter, staff_number=number, session=session)

    def serve(
        self, account: str, verb: str, counter: str, own: str | None = None, session: str = ""
    ) -> Any:
        command = self.runtime.commands.attended(
            getattr(self.runtime.commands, verb), account, own, session
        )
        by = By(account, person=own, counter=counter, session=session)
        return self.runtime.writer.submit(by, command, counter).result().data

    def customers(self, n: int) -> None:
        for _ in range(n):
            self.do("kiosk", "issue", service="cash")

    def event(self, event: ev.Event) -> None:
        self.runtime.writer.submit(By("system"), record, event=event).result()

    def persons(self, *kinds: str) -> list[tuple[str, str | None]]:
        rows = self.runtime._journal.db.execute(
            "SELECT kind, data FROM event ORDER BY seq"
        ).fetchall()
        return [(kind, json.loads(data).get("person")) for kind, data in rows if kind in kinds]

    def at(self, counter: str) -> Any:
        with self.runtime.writer.published() as state:
            return self.runtime.views.counter(state, counter)["person"]


@pytest.fixture
def counter(branch: Branch, tmp_path: Path, clock: Clock) -> Iterator[Counter]:
    made = Counter(branch, tmp_path, clock)
    made.customers(4)
    for id in ("1", "2"):
        made.do("manager", "open_counter", counter=id)
    yield made
    made.runtime.close()


def test_every_event_at_a_counter_says_who_did_it(counter: Counter) -> None:
    counter.do("t1", "sign_on", counter="1", staff_number=" 10023 ")
    for verb in ("next", "start", "finish"):
        counter.serve("t1", verb, "1")
    counter.do("t1", "close_counter", counter="1")
    kinds = ("PersonSignedOn", "TicketCalled", "TicketStarted", "TicketFinished", "CounterClosed")
    assert counter.persons(*kinds) == [(kind, "10023") for kind in kinds]
    assert {
        person for _, person in counter.persons("TicketIssued", "CounterOpened", "DayOpened")
    } == {None}
    assert "李敏" not in str(
        list(counter.runtime._journal.db.execute("SELECT data FROM event WHERE seq > 2"))
    )


def test_nobody_calls_before_somebody_signed_on(counter: Counter) -> None:
    with pytest.raises(Conflict, match="Nobody is signed on at Counter 1"):
        counter.serve("t1", "next", "1")
    counter.do("t1", "sign_on", counter="1", staff_number="10023")
    with pytest.raises(Conflict, match="signed on"):
        counter.serve("another account", "next", "1")
    assert counter.serve("t1", "next", "1")["ticket"]["number"] == "A001"


def test_an_account_of_one_person_is_signed_on_by_itself(counter: Counter) -> None:
    counter.do("t1", "sign_on", counter="1", staff_number="10023")
    counter.serve("wang", "next", "1", own="A7")
    assert counter.at("1") == {"number": "A7", "name": "王强", "account": "wang", "session": ""}
    counter.serve("wang", "start", "1", own="A7")
    counter.do("wang", "close_day", own="A7")
    signed = counter.persons("PersonSignedOn", "TicketCalled", "TicketStarted", "DayClosed")
    assert signed == [
        ("PersonSignedOn", "10023"), ("PersonSignedOn", "A7"), ("TicketCalled", "A7"), ("TicketStarted", "A7"),
        ("DayClosed", "A7"),
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["10024", "", "900"])
def test_who_is_not_in_the_register_or_serves_nobody_is_refused(
    counter: Counter, number: str
) -> None:
    with pytest.raises(Invalid) as refused:
        counter.do("t1", "sign_on", counter="1", staff_number=number)
    assert refused.value.field == "staff_number"


def test_a_person_is_at_one_counter_and_a_counter_has_one_person(counter: Counter) -> None:
    counter.do("t1", "sign_on", counter="1", staff_number="10023")
    counter.do("t2", "sign_on", counter="2", staff_number="10023")
    assert (counter.at("1"), counter.at("2")["number"]) == (None, "10023")
    counter.do("t2", "sign_on", counter="2", staff_number="a7")
    assert counter.at("2")["number"] == "A7"


def test_nobody_signs_off_from_a_customer(counter: Counter) -> None:
    counter.do("t1", "sign_on", counter="1", staff_number="10023")
    counter.serve("t1", "next", "1")
    with pytest.raises(Conflict, match="A001"):
        counter.do("t1", "sign_off", counter="1")
    for verb in ("start", "finish"):
        counter.serve("t1", verb, "1")
    counter.do("t1", "sign_off", counter="1")
    assert counter.at("1") is None
    assert counter.persons("PersonSignedOff") == [("PersonSignedOff", "10023")]


def test_what_is_taken_back_signs_nobody_on_again(counter: Counter) -> None:
    counter.do("t1", "sign_on", counter="1", staff_number="10023")
    counter.serve("t1", "next", "1")
    counter.do("t1", "sign_on", counter="1", staff_number="A7")
    counter.do("t1", "undo", counter="1")
    assert counter.at("1")["number"] == "A7"
    assert counter.persons("ActUndone") == [("ActUndone", "A7")]


@pytest.mark.parametrize("end", ["next_day", "signed_out", "left"])
def test_who_comes_next_is_asked_again(counter: Counter, end: str) -> None:
    counter.sign_on("t1", "1", "10023", "s")
    if end == "next_day":
        counter.clock.forward(days=1)
        counter.do("watch", "open_day")
    elif end == "left":
        counter.restart(WANG)
    else:
        counter.event(ev.SignedOut("t1", "s", "signed_out"))
    assert counter.at("1") is None


def test_another_session_of_a_shared_account_is_asked_and_ends_no_service(counter: Counter) -> None:
    counter.sign_on("t1", "1", "10023", "first")
    counter.serve("t1", "next", "1", session="first")
    counter.event(ev.SignedIn("t1", "second", "127.0.0.1"))
    with pytest.raises(Conflict, match="Nobody is signed on at Counter 1"):
        counter.serve("t1", "start", "1", session="second")
    counter.serve("t1", "start", "1", session="first")
    assert counter.persons("TicketStarted") == [("TicketStarted", "10023")]


def test_who_leaves_with_a_customer_at_the_counter_is_signed_off_when_the_customer_has_gone(
    counter: Counter,
) -> None:
    counter.sign_on("t1", "1", "10023", "first")
    counter.serve("t1", "next", "1", session="first")
    counter.event(ev.SignedOut("t1", "first", "signed_out"))
    assert counter.at("1")["number"] == "10023"
    counter.serve("t1", "no_show", "1", session="first")
    assert counter.at("1") is None


def test_a_late_fact_of_a_former_session_undoes_no_newer_sign_on(counter: Counter) -> None:
    counter.sign_on("t1", "1", "10023", "first")
    counter.sign_on("t1", "1", "A7", "second")
    counter.event(ev.SignedOut("t1", "first", "revoked"))
    counter.event(ev.SignedIn("t1", "second", "127.0.0.1"))
    assert counter.at("1")["number"] == "A7"


def test_who_has_a_customer_elsewhere_is_told_where(counter: Counter) -> None:
    counter.sign_on("t1", "1", "10023")
    counter.serve("t1", "next", "1")
    with pytest.raises(Conflict, match="ticket A001 at Counter 1: end it there"):
        counter.sign_on("t2", "2", "10023")
    with pytest.raises(Conflict, match="at Counter 1"):
        counter.serve("li", "next", "2", own="10023")
    assert counter.at("1")["number"] == "10023"
    counter.serve("t1", "no_show", "1")
    counter.sign_on("t2", "2", "10023")
    assert (counter.at("1"), counter.at("2")["number"]) == (None, "10023")


def test_nobody_is_called_back_to_a_counter_without_a_person(counter: Counter) -> None:
    counter.sign_on("t1", "1", "10023")
    for verb in ("next", "start", "finish"):
        counter.serve("t1", verb, "1")
    counter.do("t1", "sign_off", counter="1")
    with pytest.raises(Conflict, match="Nobody is signed on at Counter 1"):
        counter.do("manager", "undo", counter="1")


def test_a_restart_knows_who_is_where_and_a_rebuild_who_did_what(counter: Counter) -> None:
    counter.do("t1", "sign_on", counter="1", staff_number="10023")
    counter.serve("t1", "next", "1")
    counter.restart()
    assert counter.at("1")["name"] == "李敏"
    counter.serve("t1", "start", "1")
    assert [recorded.person for recorded in counter.runtime._journal.events()][-3:] == ["10023"] * 3
    assert not any(counter.runtime._journal.rebuild(counter.branch).values())


def test_last_years_number_has_last_years_name(counter: Counter) -> None:
    counter.do("t1", "sign_on", counter="1", staff_number="10023")
    counter.clock.forward(days=400)
    counter.restart(replace(LI, name="陈新"))
    counter.do("t1", "sign_on", counter="1", staff_number="10023")
    names = {}
    with counter.runtime.writer.published() as state:
        assert state.branch.person["10023"].name == "陈新"
    for recorded in counter.runtime._journal.events():
        if isinstance(recorded.event, ev.BranchConfigured):
            people = recorded.event.configuration["staff"]["people"]
        if isinstance(recorded.event, ev.PersonSignedOn):
            names[recorded.seq] = next(
                one["name"] for one in people if one["number"] == recorded.person
            )
    assert list(names.values()) == ["李敏", "陈新"]


def test_without_a_register_all_is_as_before(runtime: BranchRuntime) -> None:
    runtime.writer.do("t1", runtime.commands.open_counter, counter="1")
    runtime.writer.do("kiosk", runtime.commands.issue, service="cash")
    command = runtime.commands.attended(runtime.commands.next, "t1", None)
    assert runtime.writer.do("t1", command, "1").data["ticket"]["number"] == "A001"
    with pytest.raises(Invalid):
        runtime.writer.do("t1", runtime.commands.sign_on, counter="1", staff_number="10023")


def test_no_kind_has_a_field_with_the_name_of_who_did_it() -> None:
    assert not [kind for kind, fields in ev.DATA_FIELDS.items() if ev.PERSON in fields]
