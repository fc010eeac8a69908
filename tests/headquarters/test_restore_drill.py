"""The drill of docs/province.md, by its own lines: a lost database is back with every event that was archived."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg
from conftest import ROOT, until

from headquarters.engines.engines import Postgres, program
from headquarters.engines.unprivileged import give_away, unprivileged
from headquarters.journal.tables import migrate

ROWS = """
    INSERT INTO journal SELECT '4401', 1, seq, '2026-11-28T01:00:00+00:00', 'TicketIssued', 1, NULL, NULL,
    'kiosk', '{}', md5(seq::text) FROM generate_series(%s::int, %s::int) seq
"""
DOCUMENT = (ROOT / "docs/province.md").read_text()


def block(name: str) -> str:
    found = re.search(rf"```\n# {name}\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found, name
    return found[1]


def setting(name: str) -> str:
    found = re.search(rf"^{name} = '?(.*?)'?$", DOCUMENT, re.MULTILINE)
    assert found, name
    return found[1]


class Drill:
    """What an operator types, with the programs beside the embedded server."""

    def __init__(self, server: Postgres, backup: Path) -> None:
        self._server = server
        self._backup = backup

    def run(self, name: str, url: str = "") -> str:
        path = f"{Path(program('initdb')).parent}:{os.environ['PATH']}"
        named = {"PATH": path, "BACKUP": str(self._backup), "PGDATA": str(self._server.data)}
        connection = {"PGHOST": "127.0.0.1", "PGPORT": str(self._server.port), "PGUSER": "lobby"}
        secret = {"PGPASSWORD": (self._server.folder / "password").read_text(), "DATABASE_URL": url}
        done = subprocess.run(
            [*unprivileged(), "bash", "-euc", block(name)],
            env={**os.environ, **named, **connection, **secret},
            cwd=self._backup,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def test_a_lost_database_is_back_with_all_that_was_archived(tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    (backup / "wal").mkdir(parents=True)
    for folder in (backup, backup / "wal"):
        give_away(folder)
    archive = setting("archive_command").replace("/backup", str(backup))
    settings = {"archive_mode": setting("archive_mode"), "archive_command": archive}
    with Postgres(tmp_path / "postgres", settings=settings) as server:
        drill = Drill(server, backup)
        migrate(server.url)
        _insert(server, 1, 1000)
        drill.run("backup")
        _insert(server, 1001, 5000)
        _archived(server)
        server.kill()
        shutil.rmtree(server.data)
        drill.run("restore")
        server.start()
        until(
            lambda: _value(server, "SELECT NOT pg_is_in_recovery()"), "the end of the archive", 30
        )
        assert drill.run("count", server.url) == "5000"
        _insert(server, 5001, 5001)  # it has opened for writing
        assert drill.run("count", server.url) == "5001"


def _insert(server: Postgres, first: int, last: int) -> None:
    with psycopg.connect(server.url) as db:
        db.execute(ROWS, [first, last])


def _value(server: Postgres, question: str) -> bool:
    with psycopg.connect(server.url) as db:
        return db.execute(question.encode()).fetchone() == (True,)


def _archived(server: Postgres) -> None:
    """Until the piece of the log with the last row is in the archive, as `archive_timeout` does it in a minute."""
    with psycopg.connect(server.url, autocommit=True) as db:
        row = db.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert row
        asked = "SELECT last_archived_wal >= %s FROM pg_stat_archiver"
        until(lambda: db.execute(asked, row).fetchone() == (True,), "the archive", 30)
