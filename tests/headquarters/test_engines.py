"""Engines that are killed come back with what they had, and none outlives its owner."""

from __future__ import annotations

import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nats as client
import psycopg
import pytest
from awaited import awaited
from conftest import until

from headquarters.engines import engines
from headquarters.engines.engines import PORTS, EngineFailed, NatsServer, Postgres

OWNER = """
import sys
from pathlib import Path
from headquarters.engines.engines import NatsServer, Postgres
nats = NatsServer(Path(sys.argv[1], "nats")).start()
postgres = Postgres(Path(sys.argv[1], "postgres")).start()
print(nats.pid, postgres.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Postgres]:
    with Postgres(tmp_path / "postgres") as server:
        yield server


async def _publish(url: str, text: bytes) -> None:
    line = await client.connect(url)
    stream = line.jetstream()
    await stream.add_stream(name="KEPT", subjects=["kept"])
    await stream.publish("kept", text)
    await line.close()


async def _kept(url: str) -> Any:
    line = await client.connect(url)
    message = await line.jetstream().get_last_msg("KEPT", "kept")
    await line.close()
    return message.data


def test_nats_keeps_what_it_acknowledged(bus: NatsServer) -> None:
    url = bus.url
    awaited(_publish(bus.url, b"one"))
    bus.kill()
    assert not bus.alive()
    bus.start()
    assert (bus.url, awaited(_kept(bus.url))) == (url, b"one")


def test_nats_forces_each_message_to_the_disk(bus: NatsServer) -> None:
    assert "sync_interval: always" in bus.config.read_text()
    assert bus.port in PORTS


def test_nats_reads_its_configuration_again(bus: NatsServer) -> None:
    bus.more = "max_payload: 4096"
    bus.reload()
    until(lambda: b'"max_payload":4096' in _info(bus.port), "the new limit")


def _info(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as line:
        return line.recv(4096)


def test_postgres_keeps_what_it_committed(own: Postgres) -> None:
    with psycopg.connect(own.url) as db:
        db.execute("CREATE TABLE kept AS SELECT 1 AS one")
    url = own.url
    with psycopg.connect(own.url) as left_open:
        own.kill()
        own.start()
        with pytest.raises(psycopg.OperationalError):
            left_open.execute("SELECT 1")
    assert own.url == url
    with psycopg.connect(url) as db:
        assert db.execute("SELECT one FROM kept").fetchall() == [(1,)]


def test_postgres_wants_its_password_and_writes_to_the_disk(own: Postgres) -> None:
    assert stat.S_IMODE(own.folder.joinpath("password").stat().st_mode) == 0o600
    with psycopg.connect(own.url) as db:
        shown = [db.execute(f"SHOW {name}").fetchone() for name in ("fsync", "password_encryption")]
    assert shown == [("on",), ("scram-sha-256",)]
    password = own.folder.joinpath("password").read_text()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(own.url.replace(password, "guessed"))


def test_each_test_has_a_database_of_its_own(database: str) -> None:
    with psycopg.connect(database) as db:
        assert db.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() == (0,)


def test_engines_die_with_their_owner(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdin=-1, stdout=-1, text=True
    ) as owner:
        assert owner.stdout
        pids = [int(pid) for pid in owner.stdout.readline().split()]
        assert all(Path(f"/proc/{pid}").exists() for pid in pids)
        owner.send_signal(signal.SIGKILL)
    assert len(pids) == 2
    until(lambda: not any(map(_runs, pids)), "the end of both engines")


def _runs(pid: int) -> bool:
    """Whether it is there, and no zombie that waits for its new parent."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def test_an_engine_that_cannot_start_says_why(bus: NatsServer, tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match=f"listens on port {bus.port}"):
        NatsServer(tmp_path / "second", port=bus.port, monitor=bus.monitor).start()
    with pytest.raises(EngineFailed, match="Parse error"):
        NatsServer(tmp_path / "wrong", more="no { such").start()


def test_what_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda _: None)
    for engine in (NatsServer(tmp_path / "nats"), Postgres(tmp_path / "postgres")):
        with pytest.raises(EngineFailed, match="make headquarters"):
            engine.start()
