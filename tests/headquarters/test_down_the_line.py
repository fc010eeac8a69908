"""The whole way down and up again, with the real engines and programs: an announcement and a work order from
headquarters to a branch, and the branch's proof back."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cast import Caller
from conftest import Server, midday_config, until
from forked import Forked, run
from office import Office

from headquarters.engines import NatsServer
from headquarters.tables import migrate

pytestmark = pytest.mark.process
WORDS = "王女士 13800138000 在柜台等了两个小时"
CODE = "4403"


class Way:
    """A branch, its shipper, and headquarters' ingest; `ask` runs `lobby hq instruction`."""

    def __init__(self, folder: Path, bus: NatsServer, database: str) -> None:
        self.folder = folder
        self.bus = bus
        self.database = database
        self.env = {**os.environ, "DATABASE_URL": database, "NATS_URL": bus.url}
        self.office = Office(folder, database, "")
        key = self.ask("key", "--json")["key"]
        config = midday_config(folder)
        config.write_text(f'{config.read_text()}\n[headquarters]\nkey = "{key}"\n')
        self.server = Server(folder / "var", config)

    def ask(self, *words: str, input: str = "") -> Any:
        done = run("hq", "instruction", *words, env=self.env, cwd=self.folder, input=input)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def running(self) -> Iterator[Caller]:
        with ExitStack() as stack:
            self.server.start()
            stack.callback(self.server.stop)
            self.office.start()
            stack.callback(self.office.stop)
            ship = ["ship", "--to", self.bus.url, "--data", str(self.server.data)]
            self._start(stack, "ingest", ["hq", "ingest"])
            self._start(stack, "ship", ship)
            yield Caller(self.server)

    def _start(self, stack: ExitStack, name: str, words: list[str]) -> None:
        log = self.folder / f"{name}.log"
        process = Forked(words, log, env=self.env, cwd=self.folder)
        stack.callback(process.wait, 20)
        stack.callback(process.send_signal, signal.SIGTERM)

    def listed(self, id: int) -> Any:
        return next(one for one in self.ask("list", "--json") if one["id"] == id)

    def holds_the_words(self) -> bool:
        """Whether any table of headquarters has them. The branch's own event is sealed."""
        with psycopg.connect(self.database) as db:
            tables = db.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            ).fetchall()
            return any(
                "13800138000" in row[0]
                for (table,) in tables
                for row in db.execute(f'SELECT t::text FROM "{table}" AS t')
            )


@pytest.fixture
def way(tmp_path: Path, bus: NatsServer, database: str) -> Way:
    migrate(database)
    return Way(tmp_path, bus, database)


def test_what_headquarters_decides_is_there_and_proven(way: Way) -> None:
    with way.running() as manager:
        until(lambda: "known" in _known(way), "headquarters knows the branch", 60)
        office = way.office.as_("office")
        news = {"zh": "今晚停机", "en": "Closed tonight", "until": "2100-01-01"}
        announced = office.post("/instructions", announcement=news).json()["id"]
        until(lambda: _announced(manager) == ["Closed tonight"], "the announcement is shown", 30)
        until(lambda: way.listed(announced)["taken"] == 1, "it is proven", 30)

        today = datetime.now(UTC).date().isoformat()
        order = way.ask(
            *("order", "--branch", CODE, "--number", "95588-7", "--channel", "hotline"),
            *("--came-on", "2026-01-05", "--deadline", today, "--json"),
            input=WORDS,
        )["id"]
        until(lambda: way.listed(order)["taken"] == 1, "the order is proven", 30)
        (case,) = [one for one in manager.get("/cases")["cases"] if one["reference"] == "95588-7"]
        listed = way.listed(order)["order"]
        assert (listed["case"], listed["deadline"]) == (case["number"], today)
        until(lambda: not way.holds_the_words(), "headquarters forgets the words", 60)

        shown = office.get("/instructions").json()
        assert {one["id"]: (one["taken"], one["wanted"]) for one in shown} == {
            announced: (1, 1),
            order: (1, 1),
        }
        manager.post(f"/announcements/{announced}/hide")
        assert _announced(manager) == []
    assert [*(way.server.data / "inbox").glob("*")] == []


def _known(way: Way) -> str:
    with psycopg.connect(way.database) as db:
        there = db.execute("SELECT to_regclass('received_instruction')").fetchone()
        if not there or not there[0]:
            return ""
        return "known" if db.execute("SELECT 1 FROM branch WHERE seq > 0").fetchone() else ""


def _announced(manager: Caller) -> list[str]:
    return [one["en"] for one in manager.get("/hall")["announcements"]]
