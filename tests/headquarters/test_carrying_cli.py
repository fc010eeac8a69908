"""What `lobby ship` and `lobby hq ingest` refuse, in one line that says what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from conftest import Server, midday_config, until
from forked import Forked, run

from headquarters.engines.engines import NatsServer
from headquarters.journal.judging import Alarm, AlarmKind
from headquarters.journal.store import Store
from headquarters.journal.tables import migrate

LOCAL = "nats://127.0.0.1:4222"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["ship", "--data", "var"], "Missing option '--to'"),
        (["ship", "--to", "nats://hq.bank.example:4222"], "another machine: --certificates DIR"),
        (["ship", "--to", LOCAL, "--data", "nowhere"], "there is no"),
        (["ship", "--to", LOCAL, "--rate", "0"], "--rate"),
        (["hq", "ingest", "--config", "nowhere.toml"], "a configuration file that can be read"),
        (["hq", "ingest", "--config", "hq.toml", "--part", "5/4"], "no part such as 1/4"),
        (["hq", "ingest", "--config", "hq.toml"], "NATS_URL and DATABASE_URL"),
    ],
)
def test_what_cannot_work_is_told_in_one_line(words: list[str], says: str, tmp_path: Path) -> None:
    (tmp_path / "hq.toml").touch()
    env = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    done = run(*words, env=env, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_a_branch_without_a_code_cannot_be_carried(tmp_path: Path, nats: NatsServer) -> None:
    server = Server(tmp_path / "var", midday_config(tmp_path, ('code = "4403"', "")))
    server.start()
    server.stop()
    done = run("ship", "--to", nats.url, "--data", server.data)
    assert done.returncode == 2
    assert "give it one in [branch] of config.toml" in done.stderr


def test_a_shipper_ends_in_good_order(tmp_path: Path, nats: NatsServer) -> None:
    server = Server(tmp_path / "var").start()
    server.stop()
    log = tmp_path / "ship.log"
    shipper = Forked(["ship", "--to", nats.url, "--data", str(server.data)], log)
    until(lambda: "connected to headquarters" in log.read_text(), "a line", 30)
    shipper.send_signal(15)
    assert shipper.wait(10) == 0
    assert "Traceback" not in log.read_text()


def test_a_shipper_says_that_nobody_is_there_and_finds_the_server_that_comes(
    tmp_path: Path,
) -> None:
    server = Server(tmp_path / "var").start()
    server.stop()
    late = NatsServer(tmp_path / "nats")
    log = tmp_path / "ship.log"
    shipper = Forked(["ship", "--to", late.url, "--data", str(server.data)], log)
    until(lambda: "no servers available" in log.read_text(), "nobody is there", 20)
    with late:
        until(lambda: "connected to headquarters" in log.read_text(), "a line", 30)
        shipper.kill()


def test_an_alarm_is_listed_until_somebody_looked_into_it(tmp_path: Path, database: str) -> None:
    migrate(database)
    store = Store(database)
    store.take([], [Alarm("4403", AlarmKind.ALTERED, {"epoch": 1, "seq": 7})])
    store.close()
    (tmp_path / "hq.toml").touch()
    env = {**os.environ, "DATABASE_URL": database}
    listed = run("hq", "alarm", "list", "--json", env=env, cwd=tmp_path)
    (alarm,) = json.loads(listed.stdout)
    assert (alarm["branch"], alarm["kind"], alarm["detail"]["seq"]) == ("4403", "altered", 7)
    assert run("hq", "alarm", "clear", "4403", env=env, cwd=tmp_path).returncode == 0
    assert "no alarm stands" in run("hq", "alarm", "list", env=env, cwd=tmp_path).stdout
    again = run("hq", "alarm", "clear", "4403", env=env, cwd=tmp_path)
    assert again.returncode == 2
    assert "lobby hq alarm list" in again.stderr
