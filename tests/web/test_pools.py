"""Blocking work has pools of its own: one kind keeps no other waiting."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import gevent
import pytest
from conftest import serving

from lobby.engine.runtime import BranchRuntime
from lobby.engine.submission import By
from web.loop import COMMIT, WORK, Full, Pool, Pump, in_background, in_thread, wait


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """What keeps a thread until it is set."""
    released = threading.Event()
    yield released
    released.set()


def fill(pool: Pool, held: threading.Event) -> list[Any]:
    waiting = [gevent.spawn(pool.run, held.wait) for _ in range(pool.capacity)]
    gevent.sleep(0)
    return waiting


def test_a_full_pool_refuses_before_anything_is_done(held: threading.Event) -> None:
    pool = Pool("test", threads=1, queue=1)
    waiting = fill(pool, held)
    done: list[int] = []
    with pytest.raises(Full, match="test"):
        pool.run(done.append, 1)
    with pytest.raises(Full):
        pool.start(done.append, 2)
    held.set()
    gevent.joinall(waiting, timeout=10)
    assert done == []
    pool.run(done.append, 3)
    assert done == [3]


def test_a_failure_gives_its_place_back() -> None:
    pool = Pool("failing", threads=1, queue=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            pool.run(lambda: 1 // 0)
    assert pool.run(lambda: 4) == 4


def test_work_in_all_threads_delays_no_commit(
    runtime: BranchRuntime, held: threading.Event
) -> None:
    """A report in each thread, more that wait, and gevent's own pool busy: a number is issued all the same."""
    waiting = fill(WORK, held)
    hubs = [gevent.get_hub().threadpool.spawn(held.wait) for _ in range(10)]
    pump = Pump(runtime.writer)
    with pytest.raises(Full):
        in_thread(int)
    in_background(int)
    issued: list[Any] = []
    asked = gevent.spawn(lambda: issued.append(wait(_issue(runtime))))
    asked.join(timeout=10)
    held.set()
    gevent.joinall([*waiting, *hubs], timeout=10)
    pump.stop()
    assert issued[0].data["ticket"]["number"] == "A001"


def _issue(runtime: BranchRuntime) -> Any:
    found = runtime.recognise("")
    return runtime.writer.submit(
        By("test"), runtime.commands.issue, service="cash", assignment=found
    )


def test_hashing_leaves_the_processor_to_the_loop() -> None:
    def nice() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert Pool("polite", threads=1, queue=0, yields=True).run(nice) > nice()
    assert COMMIT.run(nice) == nice()


def test_requests_by_token_leave_the_threads_to_reports(tmp_path: Path) -> None:
    """While another process holds the access store, 200 uses of a token take no thread that a report needs."""
    with serving(tmp_path / "var") as server:
        board = server.as_("board", "--board", "main")
        manager = server.as_("manager")
        with closing(sqlite3.connect(server.data / "access.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with ThreadPoolExecutor(16) as many:
                asked = [
                    many.submit(board.get, f"{server.url}/api/v1/boards/main", timeout=20)
                    for _ in range(200)
                ]
                assert {one.result().status_code for one in asked} == {200}
            reports = [
                manager.get(f"{server.url}/api/v1/reports/day/2026-03-02", timeout=20)
                for _ in range(3)
            ]
            assert [one.status_code for one in reports] == [200, 200, 200]
            other.execute("ROLLBACK")
