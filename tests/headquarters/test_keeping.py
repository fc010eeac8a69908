"""The process that derives beside the ingest: one that hangs is ended, and another goes on where it was."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from awaited import awaited
from month import Month
from raw_rows import journal_of, take_in

from headquarters.deriving import keeping
from headquarters.deriving.keeping import beside
from headquarters.journal.tables import migrate

LONG_S = 120.0
LINES = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
AT_REST = """
    SELECT derived_seq FROM branch WHERE derived_seq = seq AND EXISTS (SELECT FROM figures_month)
    AND NOT EXISTS (SELECT FROM figures_due)
"""
"""Nothing is due: whoever is frozen now holds nothing that another would have to wait for."""


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    return Month(tmp_path_factory.mktemp("branch") / "var", 1, 1, (), "A1")


@pytest.fixture
def file(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    migrate(database)
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setattr(keeping, "SILENT_S", 8.0)
    monkeypatch.setattr(keeping, "LOOK_S", 0.5)
    monkeypatch.setattr(keeping, "STACKS_S", 1.0)
    (tmp_path / "hq.toml").touch()
    return tmp_path / "hq.toml"


def children() -> list[int]:
    """The processes that derive, of this one."""
    asked = ["pgrep", "-P", str(os.getpid()), "-f", "headquarters.deriving"]
    return [int(pid) for pid in subprocess.run(asked, capture_output=True).stdout.split()]


def asked(database: str, query: str) -> list[int]:
    with psycopg.connect(database) as db:
        return [int(found) for (found,) in db.execute(query.encode()).fetchall()]


async def comes(found: Callable[[], bool], what: str) -> None:
    async with asyncio.timeout(LONG_S):
        while not found():
            await asyncio.sleep(0.1)
    assert found(), what


@pytest.mark.parametrize("frozen", ["the process", "its line in the server"])
def test_one_that_hangs_is_followed_by_another(
    frozen: str, file: Path, database: str, month: Month, caplog: pytest.LogCaptureFixture
) -> None:
    rows = journal_of(month.data)
    take_in(database, rows[:100])

    def lines() -> list[int]:
        return asked(database, LINES)

    async def run() -> None:
        occupied = asyncio.Event()
        occupied.set()
        keeps = asyncio.ensure_future(beside(file, 1, 1, occupied))
        stopped: list[int] = []
        try:
            await comes(lambda: asked(database, AT_REST) == [100], "it derives")
            (first,) = children()
            stopped = children() if frozen == "the process" else lines()
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
            take_in(database, rows)
            await comes(
                lambda: asked(database, "SELECT derived_seq FROM branch") == [len(rows)],
                "another one derives",
            )
            assert first not in children()
            assert "hangs: no word of it for" in caplog.text
        finally:
            keeps.cancel()
            for pid in stopped:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
            with suppress(asyncio.CancelledError):
                await keeps
        assert children() == []

    awaited(run())


def test_a_database_that_is_away_is_no_hang(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It says that it tries again, more often than it may be silent."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/nothing")
    looks: list[bool] = []
    any_new = keeping.Words.any_new

    def looked(words: keeping.Words) -> bool:
        looks.append(any_new(words))
        return looks[-1]

    monkeypatch.setattr(keeping.Words, "any_new", looked)

    async def run() -> None:
        occupied = asyncio.Event()
        occupied.set()
        keeps = asyncio.ensure_future(beside(file, 1, 1, occupied))
        await comes(lambda: sum(looks) >= 4, "it speaks again and again")
        keeps.cancel()
        with suppress(asyncio.CancelledError):
            await keeps

    awaited(run())
    assert "hangs" not in caplog.text


def test_one_that_is_frozen_ends_with_the_ingest(file: Path, database: str) -> None:
    """It would not hear that it is to end."""

    async def run() -> None:
        occupied = asyncio.Event()
        occupied.set()
        keeps = asyncio.ensure_future(beside(file, 1, 1, occupied))
        await comes(lambda: bool(asked(database, LINES)), "it is connected")
        (frozen,) = children()
        os.kill(frozen, signal.SIGSTOP)
        keeps.cancel()
        with suppress(asyncio.CancelledError):
            async with asyncio.timeout(LONG_S):
                await keeps
        assert children() == []

    awaited(run())
