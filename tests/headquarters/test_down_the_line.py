"""The whole way down and up again, with the real engines and programs: an announcement and a work order from
headquarters to a branch, and the branch's proof back."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from browser import Browser
from cast import Caller
from conftest import Server, midday_config, until
from forked import Forked, run
from office import Office

from headquarters.engines.engines import NatsServer
from headquarters.journal.tables import migrate
from web.access import DEMO_PASSWORD

pytestmark = pytest.mark.process
WORDS = "王女士 13800138000 在柜台等了两个小时"
CODE = "4403"
STANDARDS = (
    "id,module,column,every,proof,points,risk,methods,"
    "item_zh,item_en,content_zh,content_en,evidence_zh,evidence_en\n"
    "smile,teller,manner,daily,,5,1,peer,微笑,Smile,微笑服务,Smiles,看见,Seen\n"
)


class Head(Caller):
    """The head of the branch, signed in: an action is given to a person, and a token is none."""

    def __init__(self, server: Server) -> None:
        browser = Browser(server)
        browser.sign_in("head", DEMO_PASSWORD)
        token = re.search(r'csrf-token" content="([^"]*)"', browser.get("/account").text)
        assert token
        self.url = server.url
        self.session = browser.session
        self.session.headers.update({"X-CSRFToken": token[1], "Accept": "application/json"})


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
        way.ask("withdraw", str(announced), "--json")
        until(lambda: _announced(manager) == [], "it is gone from the screens", 30)
        until(lambda: way.listed(announced)["taken_back"] == 1, "that is proven too", 30)


def test_an_action_goes_down_and_what_is_done_comes_up(way: Way) -> None:
    with way.running() as manager:
        until(lambda: "known" in _known(way), "headquarters knows the branch", 60)
        due = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
        asked = ("action", "--title", "开放弹性窗口", "--due", due, "--measure", "late_share")
        id = way.ask(*asked, "--json")["id"]

        def standing() -> list[dict[str, Any]]:
            return list(way.listed(id)["action"]["actions"])

        until(lambda: [one["state"] for one in standing()] == ["open"], "it is opened", 60)
        (action,) = manager.get("/actions")
        assert (action["source"], action["source_id"], action["due"]) == (
            "headquarters",
            str(id),
            due,
        )
        head = Head(way.server)
        today = datetime.fromisoformat(action["opened_at"]).date().isoformat()
        proof = {"changed_on": today, "words": "三号柜台延长一小时"}
        head.post(f"/actions/{action['id']}/prove", **proof)
        until(lambda: standing()[0]["state"] == "proved", "its step is seen", 60)
    assert [*(way.server.data / "inbox").glob("*")] == []


def test_a_withdrawn_announcement_leaves_nothing_behind(way: Way) -> None:
    with way.running() as manager:
        until(lambda: "known" in _known(way), "headquarters knows the branch", 60)
        news = ("announce", "--zh", "好", "--en", "Good", "--until", "2100-01-01", "--json")
        first = way.ask(*news)["id"]
        way.ask("withdraw", str(first), "--json")
        second = way.ask(*news)["id"]
        until(lambda: way.listed(second)["taken"] == 1, "the second one came", 60)
        assert len(_announced(manager)) == 1
    assert [*(way.server.data / "inbox").glob("*")] == []


CATALOGUE = """
version = "2026-12"
slides = "wall"

[rules]
recall_max = 5

[standards]
file = "standards.csv"
extends = true
"""


def test_a_configuration_is_wanted_waits_is_in_force_and_differs(way: Way) -> None:
    catalogue = way.folder / "province.toml"
    catalogue.write_text(CATALOGUE)
    (way.folder / "wall").mkdir()
    (way.folder / "wall" / "10-year.txt").write_text("春节安排\n\nNew Year")
    (way.folder / "standards.csv").write_text(STANDARDS)
    with way.running() as manager:
        until(lambda: "known" in _known(way), "headquarters knows the branch", 60)
        manager.post("/counters/1/open")
        id = way.ask("configure", str(catalogue), "--json")["id"]
        until(lambda: _state(way, id)["waiting"], "the branch has it, and goes on", 60)
        assert [one["branch"] for one in _state(way, id)["waiting"]] == [CODE]
        assert _state(way, id)["in_force"] == 0
        assert way.server.alive()
        manager.post("/counters/1/close")
        until(lambda: _state(way, id)["in_force"] == 1, "it starts again, and proves it", 60)
        until(way.server.alive, "it serves again", 60)
        assert "starting again" in way.server.log.read_text()
        until(lambda: "New Year" in _slides(manager), "the wall shows headquarters' slide", 60)

        own = way.server.config
        assert "recall_max = 3" in own.read_text()
        own.write_text(own.read_text().replace("recall_max = 3", "recall_max = 2"))
        way.server.stop()
        way.server.start()
        until(lambda: _state(way, id)["differing"], "the edit is seen", 60)
        (differing,) = _state(way, id)["differing"]
        assert (differing["branch"], differing["edited"]) == (CODE, ["rules"])

        wrong = way.folder / "wrong.toml"
        wrong.write_text(
            'version = "2"\n[[tiers]]\nid = "one"\nname = { zh = "一", en = "One" }\n'
            "target_wait_s = 600\n"
        )
        refused = way.ask("configure", str(wrong), "--json")["id"]
        until(lambda: way.listed(refused)["refused"], "it is refused", 60)
        (why,) = way.listed(refused)["refused"]
        assert why["why"] == "not_fitting"
        assert "counters.prefers (3)" in why["detail"]
        assert _state(way, id)["superseded"]


def _state(way: Way, id: int) -> Any:
    return way.listed(id)["configuration"]


def _slides(manager: Caller) -> str:
    return json.dumps(manager.get("/boards/main/slides"), ensure_ascii=False)


def _known(way: Way) -> str:
    with psycopg.connect(way.database) as db:
        there = db.execute("SELECT to_regclass('received_instruction')").fetchone()
        if not there or not there[0]:
            return ""
        return "known" if db.execute("SELECT 1 FROM branch WHERE seq > 0").fetchone() else ""


def _announced(manager: Caller) -> list[str]:
    return [one["en"] for one in manager.get("/hall")["announcements"]]
