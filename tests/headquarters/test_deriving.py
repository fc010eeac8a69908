"""From raw rows to the branches' tables: three branches of some days, one restored from a backup, one with events that
this version does not know."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from month import Month
from raw_rows import Row, journal_of, take_in
from sqlite_utils.db import sqlite3

from cli import main
from headquarters.alarms import standing
from headquarters.config import Engines, Headquarters
from headquarters.deriving import process
from headquarters.deriving.deriver import BRANCH_LOCK, Deriver
from headquarters.engines.engines import Postgres
from headquarters.journal.tables import migrate
from lobby.events.envelope import BEGINNING, EPOCH, SEQ, chained
from lobby.journal.tables import TABLES, Table
from lobby.journal.tables.ticket import TICKET

DAYS = 3
KIND = 4


class Restored(Month):
    """Keeps what headquarters had when a backup was made, and before it was restored."""

    kept: list[list[Row]]

    def backup(self) -> None:
        self._keep()
        super().backup()

    def restore(self) -> None:
        self._keep()
        super().restore()

    def _keep(self) -> None:
        self.runtime.writer.pump()
        self.kept = [*getattr(self, "kept", []), journal_of(self.data)]


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Month]:
    folder = tmp_path_factory.mktemp("branches")
    plain = Month(folder / "a" / "var", 1, DAYS, (), "A1")
    restored = Restored(folder / "b" / "var", 2, DAYS, (0, 1), "B2")
    other = Month(folder / "c" / "var", 3, DAYS, (), "C3")
    return {"A1": plain, "B2": restored, "C3": other}


@pytest.fixture
def config(database: str) -> Headquarters:
    migrate(database)
    return Headquarters(engines=Engines(database=database))


@pytest.fixture
def db(config: Headquarters) -> Iterator[psycopg.Connection]:
    with psycopg.connect(config.engines.database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def deriver(config: Headquarters) -> Iterator[Deriver]:
    with closing(Deriver(config)) as deriver:
        deriver.figures.pause_s = 0
        yield deriver


def derive(deriver: Deriver) -> None:
    while deriver.round(60):
        pass


def query(table: Table) -> str:
    columns = ", ".join(f'"{column}"' for column in table.columns)
    return f"SELECT {columns} FROM {table.name}"


def own_rows(month: Month, table: Table) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(str(month.data / "lobby.db"))) as db:
        return sorted(db.execute(query(table)).fetchall(), key=repr)


def derived_rows(db: Any, code: str, table: Table) -> list[tuple[Any, ...]]:
    return sorted(db.execute(f"{query(table)} WHERE branch = %s", [code]).fetchall(), key=repr)


def assert_as_in_the_branch(db: psycopg.Connection, month: Month) -> None:
    for table in TABLES:
        assert derived_rows(db, month.config.code, table) == own_rows(month, table), table.name


def test_the_tables_are_the_branches_own(
    config: Headquarters, db: psycopg.Connection, deriver: Deriver, months: dict[str, Month]
) -> None:
    for month in months.values():
        take_in(config.engines.database, journal_of(month.data))
    derive(deriver)
    assert db.execute("SELECT * FROM parked").fetchall() == []
    for month in months.values():
        assert_as_in_the_branch(db, month)


def test_it_goes_on_where_another_process_stopped(
    config: Headquarters, db: psycopg.Connection, months: dict[str, Month]
) -> None:
    """With each piece a deriver that knows nothing of before."""
    rows = journal_of(months["A1"].data)
    for until in range(0, len(rows), 700):
        take_in(config.engines.database, rows[: until + 700])
        with closing(Deriver(config)) as fresh:
            derive(fresh)
    assert_as_in_the_branch(db, months["A1"])


@pytest.mark.parametrize("moments", [(), (1,), (3,), (0, 1, 2, 3)], ids=str)
def test_what_restores_took_away_goes(
    moments: tuple[int, ...],
    config: Headquarters,
    db: psycopg.Connection,
    deriver: Deriver,
    months: dict[str, Month],
) -> None:
    """Whenever headquarters derived meanwhile: at a backup, before a restore, never. The second restore takes away
    what was written after the first."""
    month = months["B2"]
    assert isinstance(month, Restored)
    tails: set[tuple[Any, ...]] = set()
    for n, rows in enumerate(month.kept):
        take_in(config.engines.database, rows)
        if n in moments:
            derive(deriver)
            tails |= set(derived_rows(db, "B2", TICKET))
    rows = journal_of(month.data)
    take_in(config.engines.database, rows)
    derive(deriver)
    assert len({row[EPOCH] for row in rows}) == 3
    assert bool(tails - set(derived_rows(db, "B2", TICKET))) == bool({1, 3} & {*moments})
    assert_as_in_the_branch(db, month)


def test_what_is_not_known_is_parked_and_stops_nothing(
    config: Headquarters, db: psycopg.Connection, deriver: Deriver, months: dict[str, Month]
) -> None:
    month = months["C3"]
    rows = journal_of(month.data)
    broken = [_unknown(row) if row[SEQ] in (40, 41) else row for row in rows]
    take_in(config.engines.database, broken)
    derive(deriver)
    parked = db.execute("SELECT branch, seq, kind, v, why FROM parked ORDER BY seq").fetchall()
    assert parked[:2] == [
        ("C3", 40, "TicketTeleported", 7, "unknown kind"),
        ("C3", 41, "TicketTeleported", 7, "unknown kind"),
    ]
    days = db.execute("SELECT count(DISTINCT day) FROM ticket WHERE branch = 'C3'").fetchone()
    assert days == (DAYS,)


def test_what_is_parked_repeats_no_value_of_the_event(
    config: Headquarters, db: psycopg.Connection, deriver: Deriver, months: dict[str, Month]
) -> None:
    """A value may be what a customer wrote, and of any length."""
    rows = journal_of(months["C3"].data)
    misfit = [*rows[:60], *(_misfit(row) for row in rows[60:70]), *rows[70:90]]
    take_in(config.engines.database, misfit)
    derive(deriver)
    whys = [why for (why,) in db.execute("SELECT why FROM parked").fetchall()]
    assert whys
    assert [why for why in whys if "secret" in why or "\n" in why or len(why) > 200] == []


def _misfit(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:-2], json.dumps({"number": {"secret": "secret" * 99}}), row[-1])


def _unknown(row: tuple[Any, ...]) -> tuple[Any, ...]:
    data = json.dumps({"to": "elsewhere"})
    return (*row[:KIND], "TicketTeleported", 7, *row[KIND + 2 : -2], data, row[-1])


def test_a_rebuild_differs_in_nothing(
    config: Headquarters, db: psycopg.Connection, deriver: Deriver, months: dict[str, Month]
) -> None:
    take_in(config.engines.database, journal_of(months["A1"].data))
    derive(deriver)
    assert set(deriver.rebuild("A1").values()) == {0}
    db.execute("UPDATE ticket SET wait_s = 1 WHERE branch = 'A1' AND number = 'A001'")
    db.execute("DELETE FROM slip WHERE branch = 'A1'")
    differing = deriver.rebuild("A1")
    assert differing["ticket"] > 0
    assert differing["slip"] > 0
    assert set(deriver.rebuild("A1").values()) == {0}


def test_a_table_of_another_version_is_made_again(
    config: Headquarters, db: psycopg.Connection, deriver: Deriver, months: dict[str, Month]
) -> None:
    take_in(config.engines.database, journal_of(months["A1"].data))
    derive(deriver)
    db.execute("UPDATE derived SET version = 0 WHERE name = 'moment'")
    with closing(Deriver(config)) as fresh:
        derive(fresh)
    assert_as_in_the_branch(db, months["A1"])


def test_the_command_says_what_differed(
    config: Headquarters,
    db: psycopg.Connection,
    deriver: Deriver,
    months: dict[str, Month],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    take_in(config.engines.database, journal_of(months["A1"].data))
    derive(deriver)
    file = tmp_path / "hq.toml"
    file.write_text("")
    monkeypatch.setenv("DATABASE_URL", config.engines.database)
    assert main(["hq", "rebuild", "--config", str(file)]) == 0
    assert capsys.readouterr().out == "A1: no row differed\n"
    db.execute("DELETE FROM feedback WHERE ticket = (SELECT min(ticket) FROM feedback)")
    assert main(["hq", "rebuild", "--config", str(file), "--branch", "A1"]) == 0
    assert capsys.readouterr().out == "A1: feedback 1 differed\n"
    assert main(["hq", "rebuild", "--config", str(file), "--branch", "Z9"]) == 2
    assert capsys.readouterr().err == "lobby hq rebuild: There is no branch Z9\n"
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/nothing")
    assert main(["hq", "rebuild", "--config", str(file)]) == 3
    assert "the database: connection" in capsys.readouterr().err


def test_a_branch_that_does_not_go_on_is_told_and_stops_no_other(
    config: Headquarters,
    db: psycopg.Connection,
    months: dict[str, Month],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for month in months.values():
        take_in(config.engines.database, journal_of(month.data))
    with closing(Deriver(config)) as faulty:
        write = faulty._write
        monkeypatch.setattr(
            faulty,
            "_write",
            lambda line, *rest: 1 / 0 if line.branch == "A1" else write(line, *rest),
        )
        derive(faulty)
    (alarm,) = standing(db)
    assert (alarm.branch, alarm.kind) == ("A1", "not_derived")
    assert "ZeroDivisionError" in alarm.detail["why"]
    assert_as_in_the_branch(db, months["C3"])
    with closing(Deriver(config)) as repaired:
        derive(repaired)
    assert standing(db) == []
    assert_as_in_the_branch(db, months["A1"])


def test_who_rebuilds_keeps_the_others_off(
    config: Headquarters, db: psycopg.Connection, deriver: Deriver, months: dict[str, Month]
) -> None:
    take_in(config.engines.database, journal_of(months["A1"].data))
    with psycopg.connect(config.engines.database) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s, hashtext('A1'))", [BRANCH_LOCK])
        assert deriver.round(1) == 0
    derive(deriver)
    assert_as_in_the_branch(db, months["A1"])


def test_what_a_later_version_knows_is_taken_out_of_the_park(
    config: Headquarters, db: psycopg.Connection, deriver: Deriver, months: dict[str, Month]
) -> None:
    """The former version did not know how a ticket is cancelled."""
    take_in(config.engines.database, journal_of(months["A1"].data))
    derive(deriver)
    db.execute("UPDATE ticket SET state = 'waiting' WHERE state = 'cancelled'")
    db.execute(
        "INSERT INTO parked (branch, epoch, seq, kind, v, why)"
        " SELECT branch, epoch, seq, kind, v, 'unknown kind' FROM journal WHERE kind = 'TicketCancelled'"
    )
    with closing(Deriver(config)) as later:
        derive(later)
    assert db.execute("SELECT * FROM parked").fetchall() == []
    assert_as_in_the_branch(db, months["A1"])


def test_rows_lie_in_the_partition_of_their_month(
    config: Headquarters, db: psycopg.Connection, deriver: Deriver, months: dict[str, Month]
) -> None:
    take_in(config.engines.database, journal_of(months["A1"].data))
    derive(deriver)
    places = db.execute("SELECT DISTINCT tableoid::regclass::text FROM ticket").fetchall()
    assert places == [("ticket_2026_03",)]


def test_processes_share_the_branches(
    config: Headquarters, db: psycopg.Connection, months: dict[str, Month]
) -> None:
    for month in months.values():
        take_in(config.engines.database, journal_of(month.data))
    for part in (1, 2):
        with closing(Deriver(config, part, 2)) as deriver:
            derive(deriver)
    for month in months.values():
        assert_as_in_the_branch(db, month)


def test_the_process_outlives_postgresql_and_ends_when_told(
    config: Headquarters, postgres: Postgres, months: dict[str, Month]
) -> None:
    rows = journal_of(months["A1"].data)
    url = config.engines.database
    take_in(url, rows[:1000])
    told = threading.Event()
    thread = threading.Thread(target=process.run, args=(config, told))
    thread.start()
    try:
        wait_until(lambda: derived_to(url, "A1") == 1000)
        postgres.kill()
        postgres.start()
        take_in(url, rows)
        wait_until(lambda: derived_to(url, "A1") == len(rows))
    finally:
        told.set()
        thread.join(120)
    assert not thread.is_alive()
    with psycopg.connect(url) as db:
        assert_as_in_the_branch(db, months["A1"])


def derived_to(url: str, code: str) -> int:
    with psycopg.connect(url) as db:
        (seq,) = db.execute(
            "SELECT derived_seq FROM branch WHERE code = %s", [code]
        ).fetchone() or (0,)
    return int(seq)


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 240  # each of some thousand events, beside other tests
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.25)


def test_a_branch_that_lost_its_journal_keeps_what_it_told(
    config: Headquarters,
    db: psycopg.Connection,
    deriver: Deriver,
    months: dict[str, Month],
) -> None:
    """Its new journal begins at 1 again, on the same day: nothing of the lost one is written over."""
    lost, anew = (months[code] for code in ("A1", "C3"))
    take_in(config.engines.database, journal_of(lost.data))
    derive(deriver)
    take_in(config.engines.database, as_of("A1", journal_of(anew.data)))
    derive(deriver)
    for table in TABLES:
        both = sorted(own_rows(lost, table) + own_rows(anew, table), key=repr)
        assert derived_rows(db, "A1", table) == both, table.name
    figures = db.execute(
        "SELECT document -> 'tickets' -> '' -> '' ->> 0 FROM figures WHERE branch = 'A1'"
    )
    counted = sum(int(n) for (n,) in figures.fetchall())
    assert counted == len(own_rows(lost, TICKET)) + len(own_rows(anew, TICKET))
    assert set(deriver.rebuild("A1").values()) == {0}
    with closing(Deriver(config)) as fresh:
        assert fresh.round(1) == 0


def as_of(code: str, rows: list[Row]) -> list[Row]:
    """The same events in the journal of another branch, in a later epoch."""
    later = [(code, row[EPOCH] + 10**12, *row[EPOCH + 1 : -1]) for row in rows]
    return list(chained(later, BEGINNING.hash))
