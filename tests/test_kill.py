"""kill -9 at random points under load. What was acknowledged is there, exactly once, whatever happened.

`LOBBY_KILLS=200 pytest tests/test_kill.py` runs the long form.
"""

from __future__ import annotations

import json
import os
import random
import re
import sqlite3
import threading
import uuid
from collections import Counter
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import forked
import pytest
import requests
from conftest import Server, TcpPrinter, until

KILLS = int(os.environ.get("LOBBY_KILLS", "8"))
CUSTOMERS = 6
COUNTERS = ("1", "2", "3")


class Load:
    """Customers and tellers who never give up: a request that got no answer is sent again under its key."""

    def __init__(self, server: Server) -> None:
        self.url = f"{server.url}/api/v1"
        self.staff = {"Authorization": f"Bearer {server.token('manager')}"}
        self.stopping = threading.Event()
        self.issued: list[str] = []
        self.called: list[tuple[str, str]] = []
        self.trouble: list[str] = []
        workers = [self.customer] * CUSTOMERS + [lambda c=c: self.teller(c) for c in COUNTERS]
        self.threads = [threading.Thread(target=work, daemon=True) for work in workers]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join(timeout=60)
            assert not thread.is_alive(), "a request never got its answer"

    def post(
        self, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        key = {"Idempotency-Key": uuid.uuid4().hex, **(headers or {})}
        while True:
            try:
                return requests.post(self.url + path, json=body, headers=key, timeout=30)
            except requests.RequestException:
                self.stopping.wait(0.05)

    def customer(self) -> None:
        while not self.stopping.is_set():
            answer = self.post("/tickets", {"service": random.choice(("cash", "cards", "fx"))})
            if answer.status_code == 201:
                self.issued.append(answer.json()["id"])
            else:
                self.trouble.append(answer.text)
            self.stopping.wait(random.uniform(0, 0.3))

    def teller(self, counter: str) -> None:
        self.post(f"/counters/{counter}/open", headers=self.staff)
        while not self.stopping.is_set():
            answer = self.post(f"/counters/{counter}/next", headers=self.staff)
            if answer.status_code == 200:
                self.called.append((answer.json()["id"], counter))
                self.post(f"/counters/{counter}/start", headers=self.staff)
                self.stopping.wait(random.uniform(0, 0.3))
                self.post(f"/counters/{counter}/finish", headers=self.staff)
            elif answer.status_code != 204:
                self.trouble.append(answer.text)
            self.stopping.wait(random.uniform(0.05, 0.2))


@pytest.mark.timeout(60 + KILLS * 20)
def test_nothing_acknowledged_is_lost(tmp_path: Path, tcp_printer: TcpPrinter) -> None:
    server = Server(tmp_path / "var", printer=tcp_printer.url)
    server.start()
    load = Load(server)
    load.start()
    for _ in range(KILLS):
        load.stopping.wait(random.uniform(0.05, 0.8))
        server.kill()
        server.start()
    load.stopping.wait(0.5)
    load.stop()
    database = server.data / "lobby.db"
    until(lambda: not unprinted(database), "every slip printed", 60 + len(load.issued) / 5)
    assert server.stop() == 0

    assert load.trouble == []
    rows = events(database)
    nothing_lost_and_nothing_twice(rows, load)
    numbers_are_gapless(rows)
    every_slip_came_out(rows, tcp_printer)
    assert derived_tables_equal_the_replay(server) == {}


def events(database: Path) -> list[dict[str, Any]]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row
        rows = [dict(row) for row in db.execute("SELECT * FROM event ORDER BY seq")]
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    return [{**row, "data": json.loads(row["data"])} for row in rows]


def unprinted(database: Path) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        count: int = db.execute(
            "SELECT count(*) FROM slip WHERE state IN ('queued', 'sending')"
        ).fetchone()[0]
        return count


def nothing_lost_and_nothing_twice(rows: list[dict[str, Any]], load: Load) -> None:
    """Every request was sent until it was answered, so the journal has exactly the answered ones."""
    issued = [row["ticket"] for row in rows if row["kind"] == "TicketIssued"]
    assert sorted(issued) == sorted(load.issued)
    assert len(set(issued)) == len(issued) > KILLS
    called = [(row["ticket"], row["counter"]) for row in rows if row["kind"] == "TicketCalled"]
    assert sorted(called) == sorted(load.called)
    assert max(Counter(ticket for ticket, _ in called).values()) == 1


def numbers_are_gapless(rows: list[dict[str, Any]]) -> None:
    numbers: dict[str, list[int]] = {}
    for row in rows:
        if row["kind"] == "TicketIssued":
            series = row["data"]["series"]
            number = row["data"]["number"]
            numbers.setdefault(series, []).append(int(number.removeprefix(series)))
    for given in numbers.values():
        assert given == list(range(1, len(given) + 1))


def every_slip_came_out(rows: list[dict[str, Any]], printer: TcpPrinter) -> None:
    """A whole slip for every ticket whose customer was still there; a second one only with the mark."""
    whole = [slip for slip in printer.slips if b"\x1dV" in slip]
    plain = Counter[str]()
    marked = Counter[str]()
    for slip in whole:
        numbers = re.findall(rb"[ACE]\d{3,}", slip)
        (marked if "补打".encode("gb18030") in slip else plain)[numbers[0].decode()] += 1
    ended = {row["ticket"] for row in rows if row["kind"] == "SlipFailed" and row["data"]["final"]}
    for row in rows:
        if row["kind"] == "TicketIssued":
            number = row["data"]["number"]
            assert plain[number] <= 1, f"{number} came out twice without a mark"
            assert plain[number] + marked[number] or row["ticket"] in ended, (
                f"{number} never came out"
            )


def derived_tables_equal_the_replay(server: Server) -> dict[str, int]:
    answer = forked.run(
        "rebuild", "--json", "--config", server.config, "--data", server.data
    ).stdout
    return {table: rows for table, rows in json.loads(answer)["differing"].items() if rows}


# -- a list of cases ----------------------------------------------------------------------------------------
ROWS = 3000


def a_list() -> bytes:
    rows = [f"R{n},2026-03-01 09:05,柜员说话很不耐烦，等了五十分钟" for n in range(ROWS)]
    return "\n".join(["工单号,受理时间,投诉内容", *rows]).encode()


def cases_of(data: Path) -> int:
    with closing(sqlite3.connect(f"file:{data / 'lobby.db'}?mode=ro", uri=True)) as db:
        count: int = db.execute("SELECT count(*) FROM event WHERE kind = 'CaseOpened'").fetchone()[
            0
        ]
        return count


def test_a_list_of_cases_is_taken_whole_or_not_at_all(tmp_path: Path) -> None:
    """Killed when a megabyte of it is in the journal: the next start takes the rest; sent again it takes nothing."""
    server = Server(tmp_path / "var").start()
    office = server.as_("office")
    send = partial(
        office.post, f"{server.url}/api/v1/cases/import?channel=hotline", data=a_list(), timeout=60
    )

    def send_in_vain() -> None:
        with suppress(requests.RequestException):
            send()

    log = server.data / "lobby.db-wal"
    before = log.stat().st_size
    sending = threading.Thread(target=send_in_vain)
    sending.start()
    until(lambda: log.stat().st_size > before + 2**20, "the list is being written", 60)
    server.kill()
    sending.join(timeout=60)
    server.start()
    assert cases_of(server.data) == ROWS
    assert send().json()["known"] == ROWS
    server.stop()
