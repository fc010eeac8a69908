"""On which days the branch works: holidays, make-up days, weekends, and the branch's own corrections."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import CONFIG
from hypothesis import given
from hypothesis import strategies as st

from lobby.branch.calendar import Calendar, NoWorkingDay
from lobby.branch.config import ConfigError, read_branch
from lobby.branch.record import from_json, to_json

CHINA = Calendar()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-13", True),
        ("2026-02-14", True),  # a Saturday, made up for the Spring Festival
        ("2026-02-15", False),
        ("2026-02-17", False),
        ("2026-02-23", False),  # a Monday off, made up on the 28th
        ("2026-02-28", True),
        ("2026-03-01", False),
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2011-12-31", True),  # made up for the New Year of 2012
    ],
)
def test_china_works_on_make_up_days_and_rests_on_days_in_lieu(day: str, works: bool) -> None:
    assert CHINA.is_working_day(date.fromisoformat(day)) is works


def test_the_branchs_own_corrections_count_before_all_else() -> None:
    calendar = Calendar(closed=(date(2026, 2, 13),), open=(date(2026, 2, 17),))
    assert calendar.add_working_days(date(2026, 2, 12), 3) == date(2026, 2, 24)


def test_a_branch_that_works_on_saturdays() -> None:
    calendar = Calendar("none", weekend=("sunday",))
    assert calendar.next_working_day(date(2026, 3, 6)) == date(2026, 3, 7)


def test_a_calendar_without_a_working_day_says_so() -> None:
    week = (*CHINA.weekend, "monday", "tuesday", "wednesday", "thursday", "friday")
    with pytest.raises(NoWorkingDay):
        Calendar("none", week).next_working_day(date(2026, 3, 6))


@given(
    st.dates(date(2020, 1, 1), date(2027, 6, 1)),
    st.integers(0, 40),
    st.sets(st.dates(date(2020, 1, 1), date(2027, 12, 31)), max_size=5),
)
def test_working_days_are_added_as_people_count_them(
    day: date, days: int, closed: set[date]
) -> None:
    calendar = Calendar(closed=tuple(closed))
    end = calendar.add_working_days(day, days)
    between = [day + timedelta(days=n + 1) for n in range((end - day).days)]
    assert sum(map(calendar.is_working_day, between)) == days
    assert not days or calendar.is_working_day(end)


def configured(folder: Path, table: str) -> Calendar:
    config = folder / "config.toml"
    config.write_text(CONFIG.read_text() + table)
    return read_branch(config).calendar


def test_the_configuration_corrects_it_and_the_journal_keeps_it(tmp_path: Path) -> None:
    table = '[calendar]\nclosed = [2026-03-03]\nopen = ["2026-03-07"]\nweekend = ["sunday"]\n'
    calendar = configured(tmp_path, table)
    assert calendar == Calendar("CN", ("sunday",), (date(2026, 3, 3),), (date(2026, 3, 7),))
    branch = read_branch(tmp_path / "config.toml")
    assert from_json(to_json(branch)).calendar == calendar


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ('[calendar]\nclosed = ["soon"]\n', "calendar.closed"),
        ('[calendar]\nweekend = ["caturday"]\n', "calendar.weekend"),
        ("[calendar]\nclosed = [2026-03-03]\nopen = [2026-03-03]\n", "calendar.open"),
        (
            '[calendar]\nweekend = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]\n',
            "calendar.weekend",
        ),
        ('[hours]\nsaturday = ["9-12"]\n', r'hours\.saturday \(#1\): found "9-12"'),
        ('[hours]\nsunday = ["09:00-12:00-17:00"]\n', r"hours\.sunday \(#1\)"),
    ],
)
def test_a_calendar_that_cannot_be_is_named(tmp_path: Path, table: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        configured(tmp_path, table)
