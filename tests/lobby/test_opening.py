"""When the branch is open: hours on the calendar, numbers and bookings only where somebody will serve."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import CONFIG, Clock, Computer, Desk
from hypothesis import given
from hypothesis import strategies as st

from doctor.settings import findings
from lobby.branch.calendar import Calendar
from lobby.branch.config import ConfigError, read_branch
from lobby.branch.hours import Hours, Span
from lobby.branch.model import Branch
from lobby.branch.opening import Opening, next_served
from lobby.branch.record import from_json, to_json
from lobby.branch.serving import always_open
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict, Invalid

ZONE = ZoneInfo("Asia/Shanghai")
LUNCH = (Span(time(9), time(12)), Span(time(13, 30), time(17)))
SHORT = (Span(time(10), time(15)),)
HOURS = Hours(weekdays=LUNCH, saturday=SHORT, on={date(2026, 3, 3): ()})
OPENING = Opening(HOURS, Calendar(), ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("2026-03-02 08:59", "2026-03-02 09:00"),  # a Monday
        ("2026-03-02 12:00", "2026-03-02 13:30"),  # the lunch break
        ("2026-03-02 17:00", "2026-03-04 09:00"),  # the Tuesday is closed by a correction
        ("2026-03-07 15:00", "2026-03-09 09:00"),  # a Saturday has its own hours, a Sunday none
        ("2026-02-13 17:00", "2026-02-14 09:00"),  # a make-up Saturday is as a weekday
        ("2026-02-14 17:00", "2026-02-24 09:00"),  # the Spring Festival
        ("2026-02-27 17:00", "2026-02-28 09:00"),
    ],
)
def test_the_next_opening_counts_breaks_corrections_holidays_and_make_up_days(
    when: str, opens: str
) -> None:
    assert not OPENING.serves(at(when))
    assert next_served(OPENING, (), at(when)) == at(opens)


@st.composite
def of_a_day(draw: st.DrawFn) -> tuple[Span, ...]:
    instants = draw(st.sets(st.times(time(1), time(22)), max_size=4))
    whole = sorted({one.replace(second=0, microsecond=0) for one in instants})
    return tuple(Span(a, b) for a, b in zip(whole[::2], whole[1::2], strict=False))


@given(
    st.builds(Hours, weekdays=of_a_day(), saturday=of_a_day(), holidays=of_a_day()),
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 1)),
)
def test_the_branch_is_closed_until_the_next_opening_and_open_then(
    hours: Hours, now: datetime
) -> None:
    opening = Opening(hours, Calendar(), ZONE)
    now = now.replace(tzinfo=ZONE)
    opens = next_served(opening, (), now)
    if opens is None:
        assert not any((hours.weekdays, hours.saturday, hours.holidays))
        return
    assert opens > now
    assert opening.serves(opens)
    if not opening.serves(now):
        just_before = opens - timedelta(seconds=1)
        assert not opening.serves(just_before)
        assert not opening.serves(now + (just_before - now) / 2)


def test_hours_survive_the_journal() -> None:
    branch = replace(read_branch(CONFIG), hours=HOURS)
    assert from_json(to_json(branch)).hours == HOURS


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('[hours]\nweekdays = ["09:00-12:00", "11:00-17:00"]', "hours.weekdays"),
        ('[hours]\nweekdays = ["17:00-09:00"]', "hours.weekdays"),
        ("[hours]\nearly_min = 5", "weekdays ="),
        ('[hours]\nweekday = ["09:00-12:00"]', "no such key"),
        ("[[counters]]\nhours = { early_min = 5 }", "counters.hours"),
    ],
)
def test_hours_that_make_no_sense_are_told(tmp_path: Path, table: str, told: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.read_text().replace('slides = "slides"', "") + "\n" + table)
    with pytest.raises(ConfigError, match=told):
        read_branch(file)


# -- numbers ------------------------------------------------------------------------------------------
@pytest.fixture
def branch() -> Branch:
    """Open on weekdays, with a corporate counter that ends earlier. The tests begin on a Monday at nine."""
    plain = read_branch(CONFIG)
    early = Hours(weekdays=(Span(time(9), time(16)),))
    counters = [replace(c, hours=early) if c.id in ("7", "8") else c for c in plain.counters]
    return replace(plain, hours=HOURS, counters=tuple(counters))


def wind(clock: Clock, text: str) -> None:
    clock.now = at(text)


def test_numbers_are_given_in_the_hours_alone_and_the_refusal_says_when_again(
    desk: Desk, clock: Clock
) -> None:
    wind(clock, "2026-03-02 11:59")
    waiting = desk.issue("cash")
    wind(clock, "2026-03-02 12:10")
    with pytest.raises(Conflict) as refused:
        desk.issue("cash")
    assert refused.value.text("en") == "The branch is closed now. It opens today at 13:30."
    assert refused.value.text("zh") == "本网点现在不营业，下次营业：今天 13:30。"
    wind(clock, "2026-03-02 16:59")
    last = desk.issue("cash")
    wind(clock, "2026-03-02 17:05")
    with pytest.raises(Conflict, match="on Wednesday, 2026-03-04, at 09:00"):
        desk.issue("cash")
    desk.open_counter(counter="1")
    assert desk.next(counter="1")["ticket"]["id"] == waiting["id"]
    desk.start(counter="1"), desk.finish(counter="1")
    assert desk.next(counter="1")["ticket"]["id"] == last["id"]


def test_in_the_last_minutes_who_has_a_number_is_told_to_be_served(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    """The branch is open still: numbers alone are over."""
    early = replace(branch, hours=replace(HOURS, last_min=30))
    runtime = open_branch(early, tmp_path / "early", "http://lobby.test", clock)
    desk = Desk(runtime)
    wind(clock, "2026-03-02 16:40")
    with pytest.raises(Conflict) as refused:
        desk.issue("cash")
    assert refused.value.code == "numbers_over"
    assert refused.value.text("en") == (
        "No more numbers for now; whoever has one is served. "
        "Numbers are given again on Wednesday, 2026-03-04, at 09:00."
    )
    assert "照常办理" in refused.value.text("zh")
    wind(clock, "2026-03-02 17:00")
    with pytest.raises(Conflict, match="closed now"):
        desk.issue("cash")
    runtime.close()


def test_numbers_before_the_doors_open_are_told_of_and_given(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    early = replace(branch, hours=replace(HOURS, early_min=15, last_min=30))
    runtime = open_branch(early, tmp_path / "early", "http://lobby.test", clock)
    desk = Desk(runtime)
    told = {}
    for when in ("2026-03-02 12:10", "2026-03-02 11:40"):
        wind(clock, when)
        with pytest.raises(Conflict) as refused:
            desk.issue("cash")
        told[refused.value.code] = refused.value.text("en")
    assert told["closed_now"].endswith("It opens today at 13:30 (numbers from 13:15).")
    assert told["numbers_over"].endswith("Numbers are given again today at 13:15.")
    wind(clock, "2026-03-02 13:15")
    assert desk.issue("cash")
    runtime.close()


def test_a_service_ends_with_its_last_counter(desk: Desk, clock: Clock) -> None:
    wind(clock, "2026-03-02 15:59")
    desk.issue("corporate")
    wind(clock, "2026-03-02 16:01")
    desk.issue("cash")
    with pytest.raises(Conflict, match="Corporate is served again on Wednesday"):
        desk.issue("corporate")
    with pytest.raises(Conflict, match="Corporate"):
        desk.issue("cash", then=["corporate"])


def test_the_manager_opens_by_hand_with_a_reason_until_the_day_is_closed(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    wind(clock, "2026-03-02 18:00")
    with pytest.raises(Invalid):
        desk.open_day()
    desk.open_day(reason="延长营业")
    desk.issue("corporate")
    desk.close_day()
    with pytest.raises(Conflict, match="no more numbers today"):
        desk.issue("cash")
    desk.open_day(reason="延长营业")
    wind(clock, "2026-03-03 10:00")
    with pytest.raises(Conflict, match="closed now"):
        desk.issue("cash")


def test_closed_by_the_manager_the_afternoon_does_not_open_by_itself(
    desk: Desk, clock: Clock
) -> None:
    wind(clock, "2026-03-02 11:00")
    desk.close_day()
    wind(clock, "2026-03-02 14:00")
    with pytest.raises(Conflict, match="on Wednesday"):
        desk.issue("cash")
    desk.open_day()
    desk.issue("cash")


def test_a_missed_customer_draws_again_after_closing(desk: Desk, clock: Clock) -> None:
    wind(clock, "2026-03-02 16:50")
    missed = desk.issue("cash")
    desk.open_counter(counter="1")
    desk.next(counter="1")
    clock.forward(minutes=15)
    desk.no_show(counter="1")
    assert desk.redraw(ticket=missed["id"])["ticket"]["state"] == "waiting"


def test_a_clock_that_was_set_wrong_closes_nothing(branch: Branch, tmp_path: Path) -> None:
    computer = Computer(at("2026-03-02 10:00"))
    runtime = open_branch(branch, tmp_path, "http://lobby.test", computer, steady=computer.steady)
    desk = Desk(runtime)
    desk.issue("cash")
    computer.set(hours=9)
    desk.issue("cash")
    runtime.close()


def test_bookings_are_for_times_at_which_somebody_serves(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    wind(clock, "2026-03-02 09:00")

    def times(service: str, day: str) -> list[str]:
        with runtime.writer.published() as state:
            slots = runtime.commands.slots(state, clock(), service, date.fromisoformat(day))
        return [f"{at:%H:%M}" for at, _ in slots]

    assert times("loans", "2026-03-03") == []
    assert times("loans", "2026-03-04")[4:7] == ["11:30", "13:30", "14:00"]
    assert times("loans", "2026-03-04")[-1] == "16:00"
    assert times("corporate", "2026-03-04")[-1] == "15:30"
    with pytest.raises(Conflict, match="closed at 2026-03-03 10:00"):
        desk.book(service="loans", at=at("2026-03-03 10:00"))


def test_the_check_tells_of_missing_hours_and_of_years_nobody_announced(
    branch: Branch, tmp_path: Path
) -> None:
    def told(branch: Branch) -> str:
        return str(list(findings(branch, tmp_path, lambda name: name.in_("en"))))

    assert "day and night" in told(always_open(branch))
    assert "day and night" not in told(branch)
    unknown = Calendar()
    assert unknown.knows(2026)
    assert not unknown.knows(2060)
    assert Calendar(closed=(date(2060, 1, 1),)).knows(2060)
