"""Journals that a branch can still open: whatever is wrong with a row, the events after it reach headquarters, and it
is told."""

from __future__ import annotations

import json
import os
import random
import string
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from conftest import until
from forked import Forked
from sqlite_utils.db import sqlite3

from headquarters.engines.engines import NatsServer
from headquarters.journal.judging import AlarmKind
from lobby.engine.runtime import DATABASE
from lobby.events.envelope import BEGINNING, Row, chained
from lobby.journal.assembling import Assembly

AT = "2026-03-02T01:00:00.000000+00:00"
LAST = 9
DAMAGES = {
    "H1": "DELETE FROM event WHERE seq = 5",
    "H2": "UPDATE event SET data = x'ff00fe' WHERE seq = 5",
    "H3": "UPDATE event SET v = 'first', actor = 5 WHERE seq = 5",
    "H4": "UPDATE event SET data = (SELECT text FROM large) WHERE seq = 5",
    "H5": "DELETE FROM event WHERE seq = 1",
}


def damaged(folder: Path, branch: str) -> Path:
    folder.mkdir()
    rows: list[Row] = [
        (branch, 100, seq, AT, "TicketCalled", 1, None, None, "teller", "{}")
        for seq in range(1, LAST + 1)
    ]
    with closing(Assembly(folder / DATABASE)) as journal:
        journal.add([*chained(rows, BEGINNING.hash)])
    letters = random.Random(1).choices(string.ascii_letters, k=3_000_000)
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in db.execute(triggers).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("CREATE TABLE large (text TEXT)")
        db.execute("INSERT INTO large VALUES (?)", [json.dumps("".join(letters))])
        db.execute(DAMAGES[branch])
        db.execute("DROP TABLE large")
        db.commit()
    return folder


def test_the_events_after_a_damaged_one_arrive(
    tmp_path: Path, bus: NatsServer, database: str, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "hq.toml").touch()
    environment = {**os.environ, "NATS_URL": bus.url, "DATABASE_URL": database}
    ingest = ["hq", "ingest", "--config", str(tmp_path / "hq.toml")]
    ships = [
        ["ship", "--to", bus.url, "--data", str(damaged(tmp_path / branch, branch))]
        for branch in DAMAGES
    ]
    for n, args in enumerate([ingest, *ships]):
        process = Forked(args, tmp_path / f"{n}.log", env=environment)
        request.addfinalizer(lambda process=process: (process.kill(), process.wait(10)))
    until(_arrived(database), "the last event of each branch", 90)


def _arrived(database: str) -> Callable[[], bool]:
    def arrived() -> bool:
        try:
            with psycopg.connect(database) as db:
                branches = db.execute("SELECT code, seq FROM branch ORDER BY code").fetchall()
                alarms = db.execute("SELECT branch, kind FROM alarm ORDER BY branch").fetchall()
        except psycopg.errors.UndefinedTable:
            return False
        told = [(branch, AlarmKind.ALTERED) for branch in DAMAGES]
        return branches == [(branch, LAST) for branch in DAMAGES] and alarms == told

    return arrived
