"""From a ticket to PostgreSQL with certificates, by the commands that an operator types."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import requests
from conftest import free_port, serving, until
from forked import Forked, run

from headquarters.engines.engines import NatsServer
from integrations.nats_line import OTHER, REFUSED

CODE = "4403"


class Configured(NatsServer):
    """By the file that `lobby hq certificate nats` wrote."""

    def __init__(self, folder: Path, file: Path, port: int, monitor: int) -> None:
        super().__init__(folder, port, monitor=monitor)
        self.config = file

    def _write(self) -> None:
        assert self.config.exists()


@contextmanager
def lobby(log: Path, *words: object, **env: str) -> Iterator[None]:
    process = Forked([*map(str, words)], log, env={"PATH": "/usr/bin", **env})
    try:
        yield
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def certificate(*words: object) -> None:
    done = run("hq", "certificate", *words)
    assert done.returncode == 0, done.stderr


def test_a_ticket_reaches_headquarters_until_the_branch_is_revoked(
    tmp_path: Path, database: str
) -> None:
    hq = tmp_path / "hq.toml"
    hq.write_text('[engines]\ncertificates = "certificates"\n')
    port = free_port()
    monitor = free_port()
    url = f"nats://localhost:{port}"
    branch_folder = tmp_path / "carried"
    certificate("init", "--config", hq, "--host", "localhost")
    certificate("make", CODE, "--config", hq, "--out", branch_folder)
    words = ["--store", tmp_path / "store", "--port", port, "--monitor-port", monitor]
    certificate("nats", "--config", hq, "--listen", "127.0.0.1", *words)
    file = tmp_path / "certificates" / "nats.conf"
    engines = {"NATS_URL": url, "DATABASE_URL": database}
    ship = ["ship", "--to", url, "--certificates", branch_folder, "--data", tmp_path / "var"]
    with (
        Configured(tmp_path / "nats", file, port, monitor),
        serving(tmp_path / "var") as branch,
        lobby(tmp_path / "ingest.log", "hq", "ingest", "--config", hq, **engines),
        lobby(tmp_path / "ship.log", *ship),
        psycopg.connect(database, autocommit=True) as db,
    ):
        _take_a_ticket(branch.url)
        until(lambda: _tickets(db) == 1, f"the ticket: {tmp_path}", 30)
        heard = "SELECT count(*) FROM snapshot"
        until(lambda: db.execute(heard).fetchone() == (1,), "the branch's word", 30)
        asked = ["hq", "check", "--config", hq, "--monitor", f"127.0.0.1:{monitor}", "--json"]
        checked = run(*asked, env={"PATH": "/usr/bin", **engines})
        wrong = [found for found in json.loads(checked.stdout) if found["grade"] != "ok"]
        assert [found["topic"] for found in wrong] == ["config"], wrong  # no branches are listed
        certificate("make", "4404", "--config", hq, "--out", tmp_path / "other")
        others = [tmp_path / "other" if word == branch_folder else word for word in ship]
        with lobby(tmp_path / "other.log", *others):
            until(lambda: OTHER in (tmp_path / "other.log").read_text(), "what is wrong", 20)
        certificate("revoke", CODE, "--config", hq)
        until(lambda: REFUSED in (tmp_path / "ship.log").read_text(), "the cut", 20)
        _take_a_ticket(branch.url)
        assert _tickets(db) == 1
        certificate("make", CODE, "--config", hq, "--out", branch_folder)
        until(lambda: _tickets(db) == 2, "the ticket of meanwhile", 90)


def _take_a_ticket(url: str) -> None:
    requests.post(f"{url}/api/v1/tickets", json={"service": "cash"}, timeout=30).raise_for_status()


def _tickets(db: psycopg.Connection) -> int:
    try:
        row = db.execute("SELECT count(*) FROM journal WHERE kind = 'TicketIssued'").fetchone()
    except psycopg.errors.UndefinedTable:
        return 0
    return int(row[0]) if row else 0
