"""How the load is shared: counted again in a few independent lines, and said with an interval."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk
from openpyxl import load_workbook

from lobby.branch.model import Branch
from lobby.branch.person import Person, Staff
from lobby.commands.base import Who
from lobby.engine.runtime import open_branch
from lobby.events import Care
from lobby.reports.bulletin import bulletin
from lobby.reports.load import fair_load
from lobby.reports.measures import MEASURES, report
from staff.bulletin.sheet import workbook

DAY = date(2026, 3, 2)
PEOPLE = (Person("10001", "李敏", ("teller",)), Person("10002", "王芳", ("teller",)))


class Shift:
    """Two counters of the same business over an hour or two."""

    def __init__(self, branch: Branch, folder: Path, clock: Clock) -> None:
        self.branch = replace(branch, staff=Staff(people=PEOPLE))
        self.clock = clock
        self.folder = folder
        self.runtime = open_branch(self.branch, folder, "http://x", clock)
        self.desk = Desk(self.runtime)
        for counter, person in (("1", "10001"), ("2", "10002")):
            self.desk.sign_on(counter=counter, staff_number=person)
            self.desk.open_counter(counter=counter)

    def serve(self, counter: str, minutes: int) -> None:
        self.desk.issue()
        self.desk.next(counter=counter)
        self.desk.start(counter=counter)
        self.clock.forward(minutes=minutes)
        self.desk.finish(counter=counter)

    def close(self) -> None:
        for counter in "12":
            self.desk.close_counter(counter=counter)

    def load(self, by: Any) -> dict[str, Any]:
        loads = fair_load(self.branch, self.runtime.database, DAY, DAY, by)
        return {one["id"]: one for one in loads}


@pytest.fixture
def shift(branch: Branch, tmp_path: Path, clock: Clock) -> Any:
    made = Shift(branch, tmp_path, clock)
    yield made
    made.runtime.close()


def test_who_serves_three_times_as_many_carries_more_whatever_the_pace(shift: Shift) -> None:
    for n in range(40):
        shift.serve("2" if n % 4 == 0 else "1", 2)
    shift.close()
    load = shift.load("counter")
    assert list(load) == ["1", "2"]
    open_h = 80 / 60
    whole = (30 + 10) / (2 * open_h)
    assert load["1"]["value"] == pytest.approx(30 / open_h / whole, abs=1e-3)
    assert load["2"]["value"] == pytest.approx(10 / open_h / whole, abs=1e-3)
    assert (load["1"]["ordinary"], load["2"]["ordinary"]) == (True, False)
    assert load["1"]["lo"] < load["1"]["value"] < load["1"]["hi"]
    people = shift.load("person")
    assert people["10001"]["value"] == load["1"]["value"]
    assert people["10002"]["services"] == 10


def test_few_services_are_no_figure(shift: Shift) -> None:
    shift.serve("1", 5)
    shift.close()
    assert (
        shift.load("person")["10001"] | {"value": None, "ordinary": True}
        == shift.load("person")["10001"]
    )


def test_a_break_that_was_cut_short_did_not_happen(shift: Shift) -> None:
    for minutes in (15, 3):
        shift.serve("1", 5)
        shift.desk.ask_break(counter="1")
        shift.desk.answer_break(counter="1", granted=True)
        shift.clock.forward(minutes=minutes)
        shift.desk.resume_counter(counter="1")
    shift.desk.ask_break(counter="1")
    shift.close()
    load = shift.load("counter")["1"]
    assert (load["breaks_asked"], load["breaks_kept"]) == (3, 1)
    figures = report(shift.branch, shift.runtime.database, DAY, DAY, shift.clock())["measures"]
    assert figures["breaks_kept_share"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert "breaks_kept_share" in MEASURES


def test_loans_and_incidents_are_counted(shift: Shift) -> None:
    who = Who("x", "teller", "10001")
    colleague = Who("y", "teller", "10002")
    in_new_york = timezone(timedelta(hours=-5))
    later = (shift.clock() + timedelta(hours=2)).astimezone(in_new_york)
    for thing, due in (("box", None), ("glasses", later)):
        shift.desk.lend(thing=thing, borrower="x", due=due)
    incident = shift.desk.report_incident(who=who, what="被辱骂")["incident"]["id"]
    shift.desk.share_incident(who=who, incident=incident, with_whom="10002")
    shift.desk.care_for(who=colleague, incident=incident, care=Care.COMFORT, words="x")
    shift.clock.forward(minutes=45)
    shift.desk.issue()
    figures = report(shift.branch, shift.runtime.database, DAY, DAY, shift.clock())["measures"]
    assert {id: figures[id]["value"] for id in CARE} == CARE


CARE = {
    "loans": 2,
    "loans_overdue_share": 0.5,
    "incidents": 1,
    "incidents_cared_share": 1.0,
    "incidents_followed_share": 0.0,
}


def test_what_compares_persons_is_told_in_no_form_for_few(shift: Shift) -> None:
    """Forty services at one counter, ten at the other: fewer than `reports.compare_min`."""
    for n in range(50):
        shift.serve("2" if n % 5 == 0 else "1", 2)
    shift.close()
    made = bulletin(shift.branch, shift.runtime.database, DAY, DAY, shift.clock())
    figures = made.report["measures"]
    for id in ("services_per_hour", "busy_share", "service_mean_s", "wait_p90_s"):
        values = {key: one["value"] for key, one in figures[id].get("by", {})["counter"].items()}
        assert values["1"] is not None, id
        assert values["2"] is None, id
    counted = figures["services"].get("by", {})["counter"]
    assert counted["2"] == {"value": 10, "n": 10}
    groups = load_workbook(io.BytesIO(workbook(made, "en")))["Groups"]
    rows = [row for row in groups.values if row[3:5] == ("Counter", "Counter 2")]
    assert {row[0] for row in rows if row[1] is not None} == {
        "Tickets",
        "Services",
        "Customers served",
    }


def test_work_after_the_time_to_close_is_overtime(shift: Shift) -> None:
    """The day is not closed, and the counter goes on for an hour after the last customer."""
    closes = replace(shift.branch.care, closes=time(9, 10))
    branch = replace(shift.branch, care=closes)
    shift.runtime.close()
    shift.runtime = open_branch(branch, shift.folder, "http://x", shift.clock)
    shift.desk = Desk(shift.runtime)
    shift.serve("1", 15)
    shift.clock.forward(minutes=60)
    shift.close()
    figures = report(branch, shift.runtime.database, DAY, DAY, shift.clock())["measures"]
    assert figures["overtime_s"]["value"] == 5 * 60
    assert figures["open_after_close_s"]["value"] == 65 * 60
    assert fair_load(branch, shift.runtime.database, DAY, DAY, "counter")[0]["overtime_s"] == 300


def test_uneven_work_is_more_than_chance_or_said_to_be_ordinary(shift: Shift) -> None:
    for n in range(40):
        shift.serve("2" if n % 4 == 0 else "1", 2)
    shift.close()
    uneven = report(shift.branch, shift.runtime.database, DAY, DAY, shift.clock())["measures"][
        "load_uneven_share"
    ]
    # 30 and 10 instead of 20 and 20: a quarter is to move. Chance explains 1.96 * sqrt(30) and 1.96 * sqrt(10) of it.
    assert uneven["value"] == pytest.approx(10 / 40)
    assert uneven.get("lo") == pytest.approx((10 - 1.96 * 10**0.5) / 2 / 40, abs=1e-3)
    assert uneven["n"] == 2
