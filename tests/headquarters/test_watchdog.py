"""What systemd is told by real processes over a real socket: that they have begun, that they go on, and nothing more
once one hangs."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from awaited import awaited
from conftest import Server, free_port, until
from test_sharing import LONG_S, Headquarters, headquarters_of, journal, rows, said

from headquarters.engines.engines import NatsServer, Postgres
from headquarters.journal import store
from headquarters.journal.patience import Patient
from headquarters.journal.store import Store
from headquarters.journal.tables import migrate
from integrations.watchdog import LOOKS, Progress, Watchdog
from lobby.engine.runtime import DATABASE

ASKED_S = 10.0
"""`WatchdogSec`: who hangs for half of it is silent."""
LIMITS = 3 * LOOKS
"""Signs of life within three times the time in which a process that hangs falls silent."""


class Manager:
    """systemd's end of the socket."""

    def __init__(self, folder: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(folder / "notify"))
        self.environment = {
            "NOTIFY_SOCKET": str(folder / "notify"),
            "WATCHDOG_USEC": str(int(ASKED_S * 1e6)),
        }

    def close(self) -> None:
        self._socket.close()

    def hear(self, count: int = 1) -> list[str]:
        self._socket.settimeout(LONG_S)
        return [self._socket.recv(100).decode() for _ in range(count)]

    def must_hear_nothing(self) -> None:
        """After what it said before."""
        self._socket.setblocking(False)
        with suppress(BlockingIOError):
            while self._socket.recv(100):
                pass
        self._socket.settimeout(ASKED_S / 2)
        with pytest.raises(TimeoutError):
            self._socket.recv(100)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    with closing(Manager(tmp_path)) as made:
        yield made


@pytest.fixture
def asked(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> Manager:
    """Processes of the test are asked for signs of life."""
    for name, value in manager.environment.items():
        monkeypatch.setenv(name, value)
    return manager


@contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def lines_of_the_ingest(hq: Headquarters) -> list[int]:
    query = (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    with psycopg.connect(hq.database) as db:
        return [pid for (pid,) in db.execute(query).fetchall()]


def test_an_ingest_tells_that_it_goes_on_until_it_hangs(
    tmp_path: Path, bus: NatsServer, database: str, asked: Manager
) -> None:
    with headquarters_of(tmp_path, bus, database) as hq:
        process, log = hq.ingest()
        assert set(asked.hear(2)) == {"READY=1", "WATCHDOG=1"}
        assert asked.hear(LIMITS) == ["WATCHDOG=1"] * LIMITS, "nobody sends anything: that is rest"
        until(said(log, "taking in"), "it takes in", LONG_S)
        with stopped(lines_of_the_ingest(hq)):
            until(said(log, "hangs for"), "a question is never answered", LONG_S)
            asked.must_hear_nothing()
        assert asked.hear() == ["WATCHDOG=1"]
        with stopped([process.pid]):
            asked.must_hear_nothing()
            process.send_signal(signal.SIGABRT)
        until(lambda: process.poll() is not None, "as systemd ends it", LONG_S)
        assert said(log, "most recent call first")(), "where its threads stood"


def test_an_ingest_without_engines_is_no_hang(tmp_path: Path, asked: Manager) -> None:
    with Postgres(tmp_path / "postgres") as postgres, NatsServer(tmp_path / "nats") as nats:
        postgres.stop()
        with headquarters_of(tmp_path, nats, postgres.url) as hq:
            _, log = hq.ingest()
            until(said(log, "PostgreSQL: "), "it waits for the database", LONG_S)
            assert set(asked.hear(2)) == {"READY=1", "WATCHDOG=1"}
            assert asked.hear(LIMITS) == ["WATCHDOG=1"] * LIMITS
            postgres.start()
            until(said(log, "taking in"), "it goes on", LONG_S)
            nats.kill()
            until(said(log, "NATS: "), "it waits for the server", LONG_S)
            assert asked.hear(LIMITS) == ["WATCHDOG=1"] * LIMITS


def test_a_shipper_tells_that_it_goes_on_without_headquarters_too(
    tmp_path: Path, bus: NatsServer, database: str, asked: Manager
) -> None:
    with headquarters_of(tmp_path, bus, database) as hq:
        log = hq.ship(journal(tmp_path / "4401", rows("4401", 5)))
        until(said(log, "connected to headquarters"), "a line, and nobody who answers", LONG_S)
        assert set(asked.hear(2)) == {"READY=1", "WATCHDOG=1"}
        assert asked.hear(LIMITS) == ["WATCHDOG=1"] * LIMITS


def test_a_shipper_whose_journal_went_away_waits_and_is_no_hang(
    tmp_path: Path, database: str, asked: Manager
) -> None:
    """It sent snapshots before: none are due while there is no journal."""
    with NatsServer(tmp_path / "nats") as nats, headquarters_of(tmp_path, nats, database) as hq:
        data = journal(tmp_path / "4401", rows("4401", 5))
        log = hq.ship(data)
        until(said(log, "connected to headquarters"), "a line", LONG_S)
        nats.kill()
        for file in data.glob(f"{DATABASE}*"):
            file.unlink()
        until(said(log, "no journal yet"), "it waits for a journal", LONG_S)
        assert set(asked.hear(2 * LIMITS)) <= {"READY=1", "WATCHDOG=1"}
        assert not said(log, "hangs for")()


def test_the_pages_of_headquarters_tell_it_whether_the_database_is_there_or_not(
    tmp_path: Path, bus: NatsServer, asked: Manager
) -> None:
    with (
        Postgres(tmp_path / "postgres") as postgres,
        headquarters_of(tmp_path, bus, postgres.url) as hq,
    ):
        words = ["--config", str(tmp_path / "hq.toml"), "--data", str(tmp_path / "var-hq")]
        process, log = hq.start("hq", "serve", *words, "--port", str(free_port()))
        heard = asked.hear(LOOKS)
        assert (heard.count("READY=1"), heard.count("WATCHDOG=1")) == (1, LOOKS - 1)
        postgres.stop()
        until(said(log, "the database does not answer"), "it is told", LONG_S)
        assert asked.hear(LIMITS) == ["WATCHDOG=1"] * LIMITS
        with stopped([process.pid]):
            asked.must_hear_nothing()


@pytest.mark.process
def test_a_branch_tells_it_too(
    tmp_path: Path, asked: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes nothing for five seconds at a time."""
    monkeypatch.setenv("WATCHDOG_USEC", "24000000")
    server = Server(tmp_path / "var").start()
    assert server.process
    try:
        heard = asked.hear(LOOKS + 2)
        assert (heard.count("READY=1"), heard.count("WATCHDOG=1")) == (1, LOOKS + 1)
        with stopped([server.process.pid]):
            asked.must_hear_nothing()
    finally:
        server.process.kill()
        server.process.wait(10)


def test_a_table_that_somebody_locked_is_waited_for_and_told(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    migrate(database)
    progress = Progress()
    assert "lock_timeout=30s" in store.LINE["options"]
    monkeypatch.setattr(store, "LINE", {**store.LINE, "options": "-c lock_timeout=100ms"})
    patient = Patient(database, progress=progress)

    async def wait() -> list[str]:
        asking = asyncio.ensure_future(patient.do(Store.branches))
        while "lock timeout" not in caplog.text:
            await asyncio.sleep(0.02)
        _, age_s = progress.oldest()
        assert age_s < LONG_S
        assert not asking.done()
        locking.rollback()
        found = await asyncio.wait_for(asking, LONG_S)
        await patient.do(Store.close)
        return found

    with psycopg.connect(database) as locking:
        locking.execute("LOCK TABLE branch")
        assert awaited(wait()) == []


def test_new_tables_may_take_their_time(manager: Manager) -> None:
    progress = Progress()
    watchdog = Watchdog(progress, manager.environment)
    watchdog.look()
    assert manager.hear() == ["WATCHDOG=1"], "nothing came round yet"
    progress.came_round("taking in", rest_s=-ASKED_S)
    with progress.asking("answering", rest_s=float("inf")):
        watchdog.look()
        assert manager.hear() == ["READY=1"], "another loop hangs"
        progress.came_round("taking in")
        watchdog.look()
        assert manager.hear() == ["WATCHDOG=1"]
    with progress.asking("answering", rest_s=-ASKED_S):
        assert progress.oldest()[0] in ("answering", "answering: a question")
        watchdog.look()
        manager.must_hear_nothing()


def test_who_is_asked_for_nothing_tells_nothing() -> None:
    watchdog = Watchdog(Progress(), {})
    watchdog.look()
    assert watchdog.every_s > 1


@pytest.mark.parametrize("asked", ["abc", "-5", "1", "12.5", "1e9", "9" * 5000, " ", "²"])
def test_a_time_that_is_none_is_told_and_ends_nothing(
    asked: str, manager: Manager, caplog: pytest.LogCaptureFixture
) -> None:
    watchdog = Watchdog(Progress(), {**manager.environment, "WATCHDOG_USEC": asked})
    assert "there is no watchdog" in caplog.text
    assert len(caplog.text) < 300
    assert watchdog.every_s == Watchdog(Progress(), {}).every_s
    watchdog.look()
    assert manager.hear() == ["WATCHDOG=1"], "who started it may hear that it goes on all the same"


@pytest.mark.parametrize("asked", ["", "0"])
def test_no_time_is_nothing_to_tell(asked: str, caplog: pytest.LogCaptureFixture) -> None:
    Watchdog(Progress(), {"WATCHDOG_USEC": asked})
    assert caplog.text == ""
