"""Derived tables are never migrated: one of another version is made again from the journal, whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG, Clock, Desk
from sqlite_utils import Database

import doctor
from cli import main
from lobby.branch.model import Branch
from lobby.engine.runtime import DATABASE, open_branch
from lobby.journal.past import Past
from lobby.journal.tables import TABLES

NOBODY: dict[str, int] = {table.name: 0 for table in TABLES}


@pytest.fixture
def data(branch: Branch, tmp_path: Path, clock: Clock) -> Path:
    """A branch that was closed after two days."""
    for days in (0, 1):
        clock.forward(days=days)
        runtime = open_branch(branch, tmp_path, "http://x", clock)
        desk = Desk(runtime)
        desk.open_counter(counter="1")
        judged = desk.issue()["id"]
        desk.issue("fx", needs=("elderly",))
        for verb in ("next", "start", "finish"):
            getattr(desk, verb)(counter="1")
        desk.give_feedback(ticket=judged, score=2, reasons=("queue",), text="等得太久")
        runtime.close()
    return tmp_path


def rows(data: Path) -> dict[str, set[Any]]:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        return {t.name: set(db.execute(f"SELECT {t.column_list} FROM {t.name}")) for t in TABLES}


def changed(data: Path, *statements: str) -> None:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def started(branch: Branch, data: Path, clock: Clock) -> dict[str, int]:
    """Open the branch, and say what a rebuild then would change."""
    runtime = open_branch(branch, data, "http://x", clock)
    differing = runtime._journal.rebuild(branch)
    runtime.close()
    return differing


STALE = {
    "a table with another column": (
        "ALTER TABLE ticket ADD COLUMN mood TEXT",
        "UPDATE derived SET version = 0 WHERE name = 'ticket'",
    ),
    "a table that lacks a column": (
        "ALTER TABLE feedback DROP COLUMN visit",
        "UPDATE derived SET version = 0 WHERE name = 'feedback'",
    ),
    "columns in another order": (
        "DROP TABLE slip",
        "CREATE TABLE slip (state TEXT, id TEXT PRIMARY KEY, error TEXT, ticket TEXT, attempts INTEGER, copy INTEGER,"
        " printer TEXT)",
        "DELETE FROM derived WHERE name = 'slip'",
    ),
    "what was reckoned otherwise": (
        "UPDATE ticket SET target_wait_s = NULL, tier = 'x'",
        "UPDATE derived SET version = 99 WHERE name = 'ticket'",
    ),
    "a table that is missing": ("DROP TABLE day", "DELETE FROM derived WHERE name = 'day'"),
    "tables that are lost": ("DROP TABLE ticket", "DROP TABLE slip"),
    "a database without versions": ("DROP TABLE derived",),
}


@pytest.mark.parametrize("older", STALE.values(), ids=STALE)
def test_a_branch_with_older_tables_makes_them_again(
    branch: Branch, data: Path, clock: Clock, older: Any
) -> None:
    before = rows(data)
    changed(data, *older)
    assert started(branch, data, clock) == NOBODY
    after = rows(data)
    for table in ("day", "ticket", "slip", "feedback"):
        assert before[table] <= after[table]


@pytest.mark.parametrize("lost", ["DELETE FROM ticket", "DROP TABLE ticket"])
def test_the_check_says_that_tickets_are_lacking(
    branch: Branch, data: Path, clock: Clock, lost: str
) -> None:
    changed(data, lost)
    ((grade, text),) = tables_findings(data)
    assert grade == "warn"
    assert "ticket" in text
    assert main(["rebuild", "--config", str(CONFIG), "--data", str(data)]) == 0
    assert tables_findings(data) == []


def tables_findings(data: Path) -> list[tuple[str, str]]:
    findings = doctor.examine(CONFIG, data, "en")
    return [(finding.grade, finding.text) for finding in findings if finding.topic == "tables"]


def test_tables_of_this_version_are_not_read_through_at_the_start(
    branch: Branch, data: Path, clock: Clock
) -> None:
    changed(data, "UPDATE ticket SET tier = 'tampered'")
    assert started(branch, data, clock)["ticket"] > 0


def test_an_index_is_there_again(branch: Branch, data: Path, clock: Clock) -> None:
    def indexes() -> set[Any]:
        with closing(sqlite3.connect(data / DATABASE)) as db:
            return set(
                db.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'idx_%'"
                )
            )

    before = indexes()
    changed(data, "UPDATE derived SET version = 0")
    started(branch, data, clock)
    assert ("idx_ticket_day",) in before == indexes()


def killed_while_rebuilding(data: Path) -> None:
    """`lobby rebuild` in a process of its own, killed when it has filled some of the fresh tables."""
    code = (
        "import os, signal, sys, cli, lobby.journal.rebuild as r\n"
        "take_over = r._take_over\n"
        "def die(db, table):\n"
        "    if table.name == 'slip':\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return take_over(db, table)\n"
        "r._take_over = die\n"
        "sys.exit(cli.main(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", code, "rebuild", "--config", str(CONFIG), "--data", str(data)]
    died = subprocess.run(command, env={**os.environ}, check=False, capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr


def test_a_crash_in_the_middle_leaves_what_was_before(
    branch: Branch, data: Path, clock: Clock
) -> None:
    changed(data, "UPDATE derived SET version = 0", "UPDATE ticket SET tier = 'of before'")
    before = rows(data)
    killed_while_rebuilding(data)
    assert rows(data) == before
    with closing(sqlite3.connect(data / DATABASE)) as db:
        assert not db.execute("SELECT name FROM sqlite_master WHERE name LIKE 'fresh_%'").fetchall()
        assert set(db.execute("SELECT version FROM derived")) == {(0,)}
    assert started(branch, data, clock) == NOBODY
    assert {"of before"}.isdisjoint(str(rows(data)["ticket"]).split("'"))


def test_the_command_line_rebuilds_older_tables(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(data, "DROP TABLE derived", "ALTER TABLE ticket DROP COLUMN lang")
    again = ["rebuild", "--config", str(CONFIG), "--data", str(data), "--json"]
    said: Iterator[int] = (main(again) for _ in range(2))
    assert list(said) == [0, 0]
    first, second = (json.loads(line)["differing"] for line in capsys.readouterr().out.splitlines())
    assert (first["ticket"], second) == (4, NOBODY)


def test_the_opening_of_a_day_asks_for_restores_by_an_index(data: Path) -> None:
    """Reading years of events each morning would keep everybody waiting."""
    asked: list[str] = []
    with closing(Database(sqlite3.connect(data / DATABASE))) as db:
        db.conn.set_trace_callback(asked.append)
        Past(db).numbers("2026-03-03")
        db.conn.set_trace_callback(None)
        plans = [
            str(db.execute(f"EXPLAIN QUERY PLAN {query}").fetchall())
            for query in asked
            if "FROM event" in query
        ]
    assert plans
    assert all("event_restored" in plan for plan in plans)


def test_every_column_of_every_table_has_a_name_and_a_type() -> None:
    for table in TABLES:
        assert set(table.columns.values()) <= {"TEXT", "INTEGER", "REAL"}, table.name
