"""Appointments: booked from afar, kept at the kiosk, promised a short wait."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import Clock, Desk

from lobby.branch.model import Branch
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict, Invalid, NotFound
from lobby.journal.history import reader


def at(desk: Desk, hour: int, minute: int = 0, days: int = 0) -> datetime:
    zone = desk.runtime.branch.zone
    now = desk.runtime.clock()
    return now.astimezone(zone).replace(hour=hour, minute=minute, second=0) + timedelta(days=days)


def left_at(desk: Desk, when: datetime) -> int | None:
    with desk.runtime.writer.published() as state:
        return dict(
            desk.runtime.commands.slots(state, desk.runtime.clock(), "loans", when.date())
        ).get(when)


def test_a_slot_takes_as_many_as_it_has_places(desk: Desk) -> None:
    ten = at(desk, 10)
    assert left_at(desk, ten) == 2
    first = desk.book(service="loans", at=ten)["appointment"]
    desk.book(service="cards", at=ten)
    with pytest.raises(Conflict, match="10:00"):
        desk.book(service="loans", at=ten)
    desk.cancel_appointment(appointment=first["id"])
    assert left_at(desk, ten) == 1


@pytest.mark.parametrize(
    ("hour", "minute", "days"), [(8, 0, 1), (10, 7, 0), (16, 30, 0), (10, 0, 8), (10, 0, -1)]
)
def test_what_is_no_slot_cannot_be_booked(desk: Desk, hour: int, minute: int, days: int) -> None:
    with pytest.raises(Invalid):
        desk.book(service="loans", at=at(desk, hour, minute, days))


def test_business_without_appointments_is_told_to_just_come(desk: Desk) -> None:
    with pytest.raises(Conflict, match="just come"):
        desk.book(service="cash", at=at(desk, 10))


def test_who_comes_in_time_is_promised_a_short_wait(desk: Desk, clock: Clock) -> None:
    booked = desk.book(service="loans", at=at(desk, 10))["appointment"]
    with pytest.raises(Conflict, match="15 min before"):
        desk.check_in(appointment=booked["id"])
    clock.forward(minutes=30)
    walk_in = desk.issue("loans")
    clock.forward(minutes=20)
    ticket = desk.check_in(appointment=booked["id"])["ticket"]
    assert ticket["appointment"] == booked["id"]
    with desk.runtime.writer.published() as state:
        waits = state.due(state.tickets[ticket["id"]]) - clock()
        assert waits.total_seconds() == desk.runtime.branch.appointments.target_wait_s
    clock.forward(minutes=4)
    desk.open_counter(counter="4")
    assert {desk.next(counter="4")["ticket"]["id"]} <= {ticket["id"], walk_in["id"]}
    with pytest.raises(Conflict, match="checked in"):
        desk.check_in(appointment=booked["id"])


def test_who_comes_too_late_takes_a_number(desk: Desk, clock: Clock) -> None:
    booked = desk.book(service="loans", at=at(desk, 10))["appointment"]
    clock.forward(minutes=76)
    with pytest.raises(Conflict, match="take a number"):
        desk.check_in(appointment=booked["id"])


def test_tomorrows_appointment_is_there_tomorrow_and_after_a_restart(
    branch: Branch, tmp_path: Path, clock: Clock, runtime: BranchRuntime, desk: Desk
) -> None:
    booked = desk.book(service="loans", at=at(desk, 10, days=1))["appointment"]
    desk.book(service="loans", at=at(desk, 11))
    clock.forward(days=1)
    runtime.writer.do("test", runtime.commands.open_day)
    runtime.close()
    again = open_branch(branch, tmp_path, "http://lobby.test", clock)
    with again.writer.published() as state:
        assert list(state.appointments) == [booked["id"]]
    clock.forward(minutes=50)
    assert Desk(again).check_in(appointment=booked["id"])["ticket"]["number"] == "D001"
    again.close()


def test_an_unknown_appointment_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.check_in(appointment="b260302p9")


def test_no_appointment_gets_the_id_or_the_code_of_another(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    """Also of one that was cancelled, of an earlier day, or after a restart: a link or a code is its owner's alone."""
    eleven = at(desk, 11, days=1)
    kept, given_up = (desk.book(service="loans", at=eleven)["appointment"] for _ in range(2))
    desk.cancel_appointment(appointment=given_up["id"])
    fresh = desk.book(service="loans", at=eleven)["appointment"]
    clock.forward(days=1)
    runtime.writer.do("test", runtime.commands.open_day)
    later = desk.book(service="cards", at=at(desk, 10))["appointment"]
    four = [kept, given_up, fresh, later]
    assert len({one["id"] for one in four}) == 4
    assert len({runtime.links.check_in_code(one["id"]) for one in four}) == 4
    with runtime.writer.published() as state:
        assert {kept["id"], fresh["id"]} <= set(state.appointments), (
            "the midnight overwrote neither"
        )


def test_an_appointment_that_nobody_keeps_ends_by_itself(desk: Desk, clock: Clock) -> None:
    booked = desk.book(service="loans", at=at(desk, 10))["appointment"]["id"]
    later = desk.book(service="loans", at=at(desk, 15))["appointment"]["id"]

    def states() -> list[str]:
        with desk.runtime.writer.published() as state:
            return [state.appointments[id].state.value for id in (booked, later)]

    clock.forward(minutes=90)
    desk.end_missed()
    assert states() == ["booked", "booked"]
    clock.forward(minutes=1)
    desk.end_missed()
    assert states() == ["missed", "booked"]
    with pytest.raises(Conflict, match="take a number"):
        desk.check_in(appointment=booked)


def test_the_night_ends_the_appointments_of_the_day_and_keeps_tomorrows(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    today = desk.book(service="loans", at=at(desk, 16))["appointment"]["id"]
    tomorrow = desk.book(service="loans", at=at(desk, 10, days=1))["appointment"]["id"]
    clock.forward(days=1)
    desk.end_missed()
    with runtime.writer.published() as state:
        assert list(state.appointments) == [tomorrow]
    assert kinds(runtime, today) == ["AppointmentBooked", "AppointmentMissed"]


def kinds(runtime: BranchRuntime, appointment: str) -> list[str]:
    """What the journal has of the appointment."""
    with closing(reader(runtime.database)) as db:
        rows = db.conn.execute(
            "SELECT kind FROM event WHERE json_extract(data, '$.appointment') = ? ORDER BY seq",
            (appointment,),
        )
        return [kind for (kind,) in rows]
