"""Whatever stands in a journal, headquarters goes on: what is not understood is parked, the rest is derived."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from random import Random
from typing import Any

import psycopg
import pytest
from month import Month
from raw_rows import Row, journal_of, take_in

from headquarters.config import Engines, Headquarters
from headquarters.deriving.deriver import Deriver
from headquarters.deriving.figures import FigureMaker
from headquarters.journal.tables import migrate
from headquarters.reports.reports import report
from lobby.events.envelope import COLUMNS

DAYS = 2
AT = COLUMNS.index("at")
KIND = COLUMNS.index("kind")
V = COLUMNS.index("v")
DATA = COLUMNS.index("data")
DAMAGED = 0.02
NONSENSE: tuple[Any, ...] = (
    None, "", "nonsense", -1, 2**63 - 1, 1e300, [], {}, True, "2026-13-45", "a\0b", "\N{PILE OF POO}", "9" * 5000,
)  # fmt: skip


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    month = Month(tmp_path_factory.mktemp("branch") / "var", 5, DAYS, (), "A1")
    return journal_of(month.data)


@pytest.fixture
def deriver(database: str) -> Iterator[Deriver]:
    migrate(database)
    with closing(Deriver(Headquarters(engines=Engines(database=database)))) as deriver:
        deriver.figures.pause_s = 0
        yield deriver


def damaged(row: Row, random: Random) -> Row:
    """The row with another value in one place."""
    values = list(row)
    place = random.choice((AT, KIND, V, DATA, DATA, DATA, DATA))
    if place == AT:
        values[AT] = random.choice(
            ("nonsense", "", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00")
        )
    elif place == V:
        values[V] = random.choice((0, 99, 2**31 - 1))
    elif place == KIND:
        values[KIND] = random.choice(
            ("DayOpened", "TicketIssued", "BranchConfigured", "Unheard", "")
        )
    else:
        values[DATA] = json.dumps(_other(json.loads(row[DATA]), random))
    return tuple(values)


def _other(data: Any, random: Random) -> Any:
    if not isinstance(data, dict) or not data or random.random() < 0.1:
        return random.choice(NONSENSE)
    key = random.choice(sorted(data))
    return {**data, key: random.choice(NONSENSE)}


@pytest.mark.parametrize("seed", range(6))
def test_damaged_rows_stop_nothing(
    seed: int, journal: list[Row], deriver: Deriver, database: str
) -> None:
    random = Random(seed)
    rows = [damaged(row, random) if random.random() < DAMAGED else row for row in journal]
    take_in(database, rows)
    while deriver.round(60):
        pass
    with psycopg.connect(database) as db:
        derived = db.execute("SELECT derived_seq, seq FROM branch").fetchone()
        assert derived == (len(rows), len(rows))
        (tickets,) = db.execute("SELECT count(*) FROM ticket").fetchone() or (0,)
        (parked,) = db.execute("SELECT count(*) FROM parked").fetchone() or (0,)
        (days,) = db.execute("SELECT count(*) FROM figures").fetchone() or (0,)
    issued = sum(row[KIND] == "TicketIssued" for row in journal)
    assert tickets > issued * 0.9
    assert parked > 0
    assert days >= DAYS
    assert set(deriver.rebuild("A1").values()) == {0}


def test_a_day_whose_figures_cannot_be_made_stays_due(
    journal: list[Row], deriver: Deriver, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report says that it is missing, where its events are all here and its figures are not."""
    take_in(database, journal)
    monkeypatch.setattr(FigureMaker, "_make_day", _fails)
    while deriver.round(60):
        pass
    hq = Headquarters(engines=Engines(database=database))
    with psycopg.connect(database) as db:
        last = db.execute("SELECT max(period) FROM figures_due").fetchone() or ("",)
        day = date.fromisoformat(last[0])
        made = report(db, hq, "day", day)
    assert [branch["branch"] for branch in made["completeness"]["missing"]] == ["A1"]


def test_a_configuration_that_is_nested_too_deep_is_none(
    journal: list[Row], deriver: Deriver, database: str
) -> None:
    configured = next(n for n, row in enumerate(journal) if row[KIND] == "BranchConfigured")
    deep = f'{{"configuration":{"[" * 3000}{"]" * 3000}}}'
    rows = [*journal]
    rows[configured] = (*journal[configured][:DATA], deep, *journal[configured][DATA + 1 :])
    take_in(database, rows)
    while deriver.round(60):
        pass
    with psycopg.connect(database) as db:
        derived = db.execute("SELECT derived_seq FROM branch").fetchone()
    assert derived == (len(rows),)


def _fails(*_: object) -> None:
    raise ZeroDivisionError
