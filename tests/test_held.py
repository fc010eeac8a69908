"""Another program holds or spoils the branch's database."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from conftest import CONFIG, LOBBY, Server, serving, until

from lobby.engine.runtime import Damaged
from lobby.journal.journal import Journal

HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def held(database: Path) -> Iterator[None]:
    """A process of its own has the database to itself."""
    command = [sys.executable, "-c", HOLD, str(database)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdin
        assert other.stdout.readline() == "held\n"
        yield
        other.stdin.write("\n")


def draw(server: Server, timeout: float = 20, lang: str = "en") -> requests.Response:
    return requests.post(
        f"{server.url}/api/v1/tickets",
        json={"service": "cash"},
        headers={"Accept-Language": lang},
        timeout=timeout,
    )


def test_while_another_program_holds_the_database_the_branch_answers(tmp_path: Path) -> None:
    with serving(tmp_path / "var") as server:
        assert draw(server).json()["number"] == "A001"
        with (
            held(server.data / "lobby.db"),
            subprocess.Popen(drawing(server), stdout=subprocess.PIPE) as waiting,
        ):
            slowest_s = 0.0
            while waiting.poll() is None:
                asked = time.monotonic()
                assert requests.get(f"{server.url}/healthz", timeout=30).ok
                slowest_s = max(slowest_s, time.monotonic() - asked)
            assert slowest_s < 1.8  # standing would be the 2 s that a write waits
            refused = draw(server)
            assert (refused.status_code, refused.json()["code"]) == (503, "database_busy")
            assert int(refused.headers["Retry-After"]) > 0
            ready = requests.get(f"{server.url}/readyz", timeout=30)
            assert "Another program" in ready.json()["checks"]["database"]["detail"]
        assert until(lambda: draw(server).ok, "numbers again")
        assert draw(server).json()["number"] == "A003"


def drawing(server: Server) -> list[str]:
    ask = "import requests, sys; requests.post(sys.argv[1], json={'service': 'cash'}, timeout=30)"
    return [sys.executable, "-c", ask, f"{server.url}/api/v1/tickets"]


def spoil(database: Path) -> None:
    """Every page but the first is nonsense. Something is written before, so that who has the pages reads them anew."""
    with sqlite3.connect(database) as db:
        db.execute("PRAGMA user_version = 7")
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = database.read_bytes()
    database.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))


@pytest.mark.parametrize("how", ["pages", "all"])
def test_a_damaged_file_is_told_in_one_sentence_at_the_start(tmp_path: Path, how: str) -> None:
    data = tmp_path / "var"
    with serving(data) as server:
        draw(server)
    if how == "pages":
        spoil(data / "lobby.db")
    else:
        (data / "lobby.db").write_bytes(b"no database at all, " * 1000)
    command = [LOBBY, "serve", "--data", data, "--config", CONFIG, "--port", str(server.port)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert "lobby restore" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(("free", "advised"), [(0, "make room"), (2**30, "lobby check")])
def test_nobody_is_sent_to_restore_what_only_cannot_be_read_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, advised: str
) -> None:
    """SQLite opens nothing on a full disk, and calls that an I/O error: to restore then would lose the day."""
    monkeypatch.setattr(
        "lobby.engine.runtime.shutil.disk_usage", lambda _: SimpleNamespace(free=free)
    )
    told = str(Damaged(tmp_path / "lobby.db", Journal.Error("disk I/O error")))
    assert advised in told
    assert "lobby restore" not in told


def test_a_file_that_is_damaged_while_the_branch_runs_is_told(tmp_path: Path) -> None:
    with serving(tmp_path / "var") as server:
        draw(server)
        spoil(server.data / "lobby.db")
        draw(server)  # or the printer's word that its slip came out: who writes first notices
        told = until(lambda: not_ready(server), "it is noticed")
        assert "damaged" in told
        refused = draw(server)
        assert (refused.status_code, "lobby restore" in refused.json()["detail"]) == (503, True)
        assert requests.get(f"{server.url}/healthz", timeout=30).ok


def not_ready(server: Server) -> str:
    """Why the branch is not ready; empty while it is."""
    answer = requests.get(f"{server.url}/readyz", timeout=30)
    return "" if answer.ok else answer.text


def test_a_file_that_takes_the_databases_place_while_the_branch_runs_is_told(
    tmp_path: Path,
) -> None:
    with serving(tmp_path / "var") as server:
        assert draw(server).json()["number"] == "A001"
        database = server.data / "lobby.db"
        ours = database.rename(tmp_path / "ours.db")
        database.write_bytes(ours.read_bytes())
        for lang, word in (("en", "replaced"), ("zh", "替换"), ("ko", "바뀌었거나")):
            refused = draw(server, lang=lang)
            assert (refused.status_code, refused.json()["code"]) == (503, "database_replaced")
            assert word in refused.json()["detail"]
        assert "replaced" in not_ready(server)
        ours.replace(database)
        assert draw(server).json()["number"] == "A002"
        assert not not_ready(server)
