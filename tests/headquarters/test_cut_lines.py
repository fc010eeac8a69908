"""Branches under load send their journals while everything on the way is cut and killed. In the end headquarters has
each event once, without a gap, and no branch noticed.

`LOBBY_CUTS_S=600 LOBBY_BRANCHES=5 pytest tests/headquarters/test_cut_lines.py` runs the long form.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from conftest import Server, midday_config, until
from cutting import CuttingProxy
from forked import Forked, run
from test_kill import Load

from headquarters.engines.engines import NatsServer, Postgres

CUTS_S = float(os.environ.get("LOBBY_CUTS_S", "20"))
BRANCHES = int(os.environ.get("LOBBY_BRANCHES", "2"))
PATIENCE_S = 180.0
"""For what a busy machine does in seconds: the others go on meanwhile."""
COLUMNS = "branch, epoch, seq, at, kind, v, ticket, counter, actor, data, hash"


@dataclass
class Outlet:
    """A branch with its load, its line and its shipper."""

    server: Server
    proxy: CuttingProxy
    code: str
    load: Load | None = None
    shipper: Forked | None = None

    def ship(self) -> None:
        to = f"nats://127.0.0.1:{self.proxy.port}"
        data = str(self.server.data)
        log = self.server.data.parent / "ship.log"
        self.shipper = Forked(["ship", "--to", to, "--data", data], log)

    def journal(self) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.server.data}/lobby.db?mode=ro", uri=True)) as db:
            rows = db.execute(f"SELECT {COLUMNS} FROM event ORDER BY seq").fetchall()
        return [(*row[:9], json.loads(row[9]), row[10]) for row in rows]

    def tickets(self) -> list[tuple[str, str]]:
        """As the branch's own derived table has them."""
        with closing(sqlite3.connect(f"file:{self.server.data}/lobby.db?mode=ro", uri=True)) as db:
            return db.execute("SELECT id, state FROM ticket ORDER BY id").fetchall()


def end(process: Any) -> None:
    if process and process.poll() is None:
        process.kill()
        process.wait(10)


def is_derived(database: str) -> bool:
    with psycopg.connect(database) as db:
        query = "SELECT bool_and((derived_epoch, derived_seq) = (epoch, seq)) FROM branch"
        return bool((db.execute(query).fetchone() or (False,))[0])


def derived_tickets(database: str, branch: str) -> list[tuple[str, str]]:
    with psycopg.connect(database) as db:
        query = "SELECT id, state FROM ticket WHERE branch = %s ORDER BY id"
        return db.execute(query, [branch]).fetchall()


class Scene:
    """Two branches or more, NATS, PostgreSQL and ingest, and what may happen to them."""

    def __init__(self, folder: Path, nats: NatsServer, postgres: Postgres, database: str) -> None:
        self.folder = folder
        self.nats = nats
        self.postgres = postgres
        self.database = database
        self.outlets: list[Outlet] = []
        self.ingest: Forked | None = None

    def open(self, closing: ExitStack) -> None:
        (self.folder / "hq.toml").touch()
        self.start_ingest()
        closing.callback(lambda: end(self.ingest))
        for n in range(BRANCHES):
            self._open_branch(f"44{n:02}", closing)

    def _open_branch(self, code: str, closing: ExitStack) -> None:
        folder = self.folder / code
        folder.mkdir()
        config = midday_config(folder, ('code = "4403"', f'code = "{code}"'))
        server = Server(folder / "var", config).start()
        outlet = Outlet(server, closing.enter_context(CuttingProxy(self.nats.port)), code)
        outlet.ship()
        outlet.load = Load(server)
        outlet.load.start()
        closing.callback(lambda: end(outlet.shipper))
        closing.callback(lambda: end(server.process))
        self.outlets.append(outlet)

    def start_ingest(self) -> None:
        env = {**os.environ, "NATS_URL": self.nats.url, "DATABASE_URL": self.database}
        args = ["hq", "ingest", "--config", str(self.folder / "hq.toml")]
        self.ingest = Forked(args, self.folder / "ingest.log", env=env)

    # -- what happens -----------------------------------------------------------------------------------
    def kill_ingest(self) -> None:
        assert self.ingest
        self.ingest.kill()
        self.ingest.wait(10)
        self.start_ingest()

    def kill_nats(self) -> None:
        self.nats.kill()
        self.nats.start()

    def lose_nats(self) -> None:
        """Its disk is lost too."""
        self.nats.kill()
        shutil.rmtree(self.nats.store)
        self.nats.start()

    def kill_postgres(self) -> None:
        self.postgres.kill()
        self.postgres.start()

    def kill_shipper(self) -> None:
        outlet = random.choice(self.outlets)
        assert outlet.shipper
        outlet.shipper.kill()
        outlet.shipper.wait(10)
        outlet.ship()

    def kill_branch(self) -> None:
        outlet = random.choice(self.outlets)
        outlet.server.kill()
        outlet.server.start()

    def cut(self) -> None:
        random.choice(self.outlets).proxy.cut()

    def half_open(self) -> None:
        random.choice(self.outlets).proxy.half_open()

    def mend(self) -> None:
        for outlet in self.outlets:
            outlet.proxy.mend()

    def acts(self) -> Iterator[Callable[[], None]]:
        """Each of them once, in any order, then any."""
        once = [
            self.kill_ingest,
            self.kill_nats,
            self.lose_nats,
            self.kill_postgres,
            self.kill_shipper,
            self.kill_branch,
            self.cut,
            self.half_open,
        ]
        random.shuffle(once)
        yield from once
        while True:
            yield random.choice([act for act in once if act != self.lose_nats])


@pytest.fixture
def scene(tmp_path: Path, bus: NatsServer, postgres: Postgres, database: str) -> Iterator[Scene]:
    made = Scene(tmp_path, bus, postgres, database)
    with ExitStack() as closing:
        made.open(closing)
        yield made


def stored(database: str, branch: str) -> dict[tuple[int, int], tuple[Any, ...]]:
    with psycopg.connect(database) as db:
        query = f"SELECT {COLUMNS} FROM journal WHERE branch = %s"
        rows = db.execute(query, [branch]).fetchall()
    return {(row[1], row[2]): row for row in rows}


def is_whole(database: str, outlet: Outlet) -> bool:
    """Whether headquarters has the journal's every event."""
    rows = stored(database, outlet.code)
    return all(rows.get((row[1], row[2])) == row for row in outlet.journal())


def alarms(database: str) -> set[str]:
    with psycopg.connect(database) as db:
        query = "SELECT kind FROM alarm WHERE cleared_at IS NULL"
        return {kind for (kind,) in db.execute(query).fetchall()}


@pytest.mark.timeout(400 + 3 * CUTS_S)
def test_whatever_is_cut_or_killed_each_event_is_there_once(scene: Scene) -> None:
    pause = random.Random(0)
    acts = scene.acts()
    waited = 0.0
    assert scene.outlets[0].load
    while waited < CUTS_S:
        next(acts)()
        wait_s = pause.uniform(1.0, 3.0)
        waited += wait_s
        scene.outlets[0].load.stopping.wait(wait_s)
        if pause.random() < 0.5:
            scene.mend()
    scene.mend()
    for outlet in scene.outlets:
        assert outlet.load
        outlet.load.stop()
        assert outlet.load.trouble == []
        outlet.server.stop()
    for outlet in scene.outlets:
        until(lambda o=outlet: is_whole(scene.database, o), f"{outlet.code} is whole", PATIENCE_S)
        journal = {(row[1], row[2]): row for row in outlet.journal()}
        assert stored(scene.database, outlet.code) == journal
        assert len(journal) > 50
    assert alarms(scene.database) == set()
    until(lambda: is_derived(scene.database), "the tables are derived", PATIENCE_S)
    for outlet in scene.outlets:
        assert derived_tickets(scene.database, outlet.code) == outlet.tickets()


def test_a_restored_branch_goes_on_and_headquarters_keeps_what_it_lost(scene: Scene) -> None:
    outlet = scene.outlets[0]
    assert outlet.load
    backup = scene.folder / "backup.db"
    until(lambda: len(outlet.journal()) > 40, "a journal", PATIENCE_S)
    assert run("backup", backup, "--data", outlet.server.data).returncode == 0
    until(lambda: len(outlet.journal()) > 120, "more of it", PATIENCE_S)
    outlet.load.stop()
    outlet.server.stop()
    until(lambda: is_whole(scene.database, outlet), "all is there", PATIENCE_S)
    lost = {(row[1], row[2]): row for row in outlet.journal()}
    restored = run(
        "restore", backup, "--yes", "--data", outlet.server.data, "--config", outlet.server.config
    )
    assert restored.returncode == 0, restored.stderr
    outlet.server.start()
    again = Load(outlet.server)
    again.start()
    until(lambda: len(outlet.journal()) > 80, "it goes on", PATIENCE_S)
    again.stop()
    outlet.server.stop()
    until(lambda: is_whole(scene.database, outlet), "what came since is there", PATIENCE_S)
    now = {(row[1], row[2]): row for row in outlet.journal()}
    assert stored(scene.database, outlet.code) == {**lost, **now}
    assert kept(scene.database, outlet.code) == now
    assert alarms(scene.database) == set()


@pytest.mark.parametrize("with_backup", [True, False])
def test_a_burnt_branch_loses_nothing_that_had_reached_headquarters(
    scene: Scene, *, with_backup: bool
) -> None:
    outlet = scene.outlets[0]
    assert outlet.load
    data, config = outlet.server.data, outlet.server.config
    backup = scene.folder / "backup.db"
    until(lambda: len(outlet.journal()) > 40, "a journal", PATIENCE_S)
    assert run("backup", backup, "--data", data).returncode == 0
    until(lambda: len(outlet.journal()) > 120, "more of it", PATIENCE_S)
    outlet.load.stop()
    outlet.server.stop()
    until(lambda: is_whole(scene.database, outlet), "all is there", PATIENCE_S)
    burnt = outlet.journal()
    for file in data.glob("*.*"):
        file.unlink()
    words = ["restore", "--from-hq", scene.nats.url, "--yes", "--data", data, "--config", config]
    restored = run(*words, *([backup] if with_backup else []))
    assert restored.returncode == 0, restored.stderr
    assert "restored from headquarters" in restored.stdout
    outlet.server.start()
    again = outlet.journal()
    assert again[: len(burnt)] == burnt
    assert again[len(burnt)][4] == "JournalForked"
    numbers = [row[9]["number"] for row in burnt if row[4] == "TicketIssued"]
    ticket = requests.post(
        f"{outlet.server.url}/api/v1/tickets", json={"service": "cash"}, timeout=20
    )
    assert ticket.json()["number"] not in numbers
    until(lambda: is_whole(scene.database, outlet), "it goes on", PATIENCE_S)
    assert alarms(scene.database) == set()


def test_a_backup_that_headquarters_does_not_know_is_not_mixed_with_what_it_has(
    scene: Scene,
) -> None:
    outlet, other = scene.outlets[:2]
    backup = scene.folder / "backup.db"
    for one in (outlet, other):
        assert one.load
        one.load.stop()
        one.server.stop()
        until(lambda o=one: is_whole(scene.database, o), "all is there", PATIENCE_S)
    assert run("backup", backup, "--data", other.server.data).returncode == 0
    words = ["--data", outlet.server.data, "--config", outlet.server.config, "--yes"]
    restored = run("restore", backup, "--from-hq", scene.nats.url, *words)
    assert restored.returncode == 2
    refusals = ("an event that headquarters does not have", "the journal of another branch")
    assert any(refusal in restored.stderr for refusal in refusals)
    assert {row[0] for row in outlet.journal()} == {outlet.code}


def kept(database: str, branch: str) -> dict[tuple[int, int], tuple[Any, ...]]:
    """Without the tails that restores took away."""
    with psycopg.connect(database) as db:
        query = "SELECT epoch, kept_until FROM epoch WHERE branch = %s"
        until = dict(db.execute(query, [branch]).fetchall())
    rows = stored(database, branch)
    return {at: row for at, row in rows.items() if until[at[0]] is None or at[1] <= until[at[0]]}
