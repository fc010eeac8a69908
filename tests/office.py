"""Headquarters' web server over a real PostgreSQL, with branches whose words a test speaks."""

from __future__ import annotations

import json
import re
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import requests
from conftest import free_port, until
from forked import Forked

from headquarters.config import read_headquarters
from headquarters.deriving.nouns import create_tables
from headquarters.engines.engines import Postgres
from headquarters.instruction import instructions
from headquarters.instruction.signing import Signer
from headquarters.journal.tables import migrate
from lobby.events.down import (
    ActionAsked,
    Announcement,
    Configuration,
    Order,
    OrderChannel,
    contents_of,
)
from web.access import Access

LONG_AGO = date(2026, 1, 5)
CITIES = (("南城市分行", "Nancheng"), ("怀州市分行", "Huaizhou"), ("临溪市分行", "Linxi"))
STREETS = (("解放路支行", "Jiefang Road"), ("人民路支行", "Renmin Road"), ("中山支行", "Zhongshan"))
BUSY = {"waiting": 7, "longest_wait_s": 600, "counters_open": 3, "counters": 5, "served": 90}
BURNING = {**BUSY, "waiting": 26, "late": 9, "longest_wait_s": 2500, "alerts": 3}


def province(branches: int) -> str:
    """hq.toml of so many branches below three cities."""
    lines = ['name = { zh = "东海省分行", en = "Donghai" }', "units = ["]
    lines += ['{ id = "p", name = { zh = "东海省分行", en = "Donghai" } },']
    lines += [
        f'{{ id = "c{n}", parent = "p", name = {{ zh = "{zh}", en = "{en}" }} }},'
        for n, (zh, en) in enumerate(CITIES)
    ]
    lines += ["]", "branches = ["]
    for n in range(branches):
        zh, en = STREETS[n % 3]
        city = n * 3 // branches
        lines.append(
            f'{{ code = "{4400 + n}", unit = "c{city}", name = {{ zh = "{zh}", en = "{en}" }} }},'
        )
    return "\n".join([*lines, "]\n"])


def snapshot(at: datetime, **figures: int) -> dict[str, Any]:
    """As lobby/views/snapshot.py makes it."""
    then = (at - timedelta(minutes=7)).isoformat()
    name = {"zh": "现金", "en": "Cash", "ko": "현금"}
    late = bool(figures.get("late"))
    return {
        "schema": 1,
        "name": name,
        "epoch": 1,
        "seq": 40,
        "at": at.isoformat(),
        "open": True,
        "figures": figures,
        "areas": [
            {"id": "a", "name": name, "waiting": 1, "late": int(late), "longest_wait_s": 420}
        ],
        "counters": [
            {"id": "1", "name": name, "state": "open", "number": "A001", "since": then},
            {"id": "2", "name": name, "state": "closed", "number": None, "since": None},
        ],
        "queue": [
            {
                "number": "A002",
                "tier": name,
                "service": name,
                "area": "a",
                "issued_at": then,
                "target_wait_s": 300,
                "late": late,
            }
        ],
        "alerts": [{"kind": "late", "at": then, "number": "A002", "counter": None, "area": "a"}],
    }


class Office:
    """`lobby hq serve --demo` as a process of its own."""

    def __init__(self, folder: Path, database: str, config: str, engines: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.data = folder / "var-hq"
        self.database = database
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.cookies: dict[str, list[Any]] = {}
        self.codes = re.findall(r'code = "(\d+)"', config)
        self._scene: Any = None
        self._config = folder / "hq.toml"
        self._config.write_text(f'{config}\n[engines]\ndatabase = "{database}"\n{engines}\n')
        self._log = folder / "hq.log"
        self._process: Forked | None = None

    def start(self) -> Office:
        args = ["hq", "serve", "--demo", "--config", str(self._config)]
        args += ["--data", str(self.data), "--port", str(self.port)]
        self._process = Forked(args, self._log)
        until(self._reads, f"{self.url} reads the database", 60)
        return self

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(20)

    def _reads(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=30).ok
        except requests.RequestException:
            return False

    # -- what branches say ------------------------------------------------------------------------------
    def says(self, code: str, age_s: float = 0.0, **figures: int) -> None:
        """The branch's last word, spoken so long ago."""
        at = datetime.now(UTC) - timedelta(seconds=age_s)
        document = json.dumps(snapshot(at, **figures))
        with psycopg.connect(self.database) as db:
            db.execute(
                "INSERT INTO snapshot VALUES (%s, %s, %s, 0.2, %s) ON CONFLICT (branch) DO UPDATE SET"
                " received_at = excluded.received_at, at = excluded.at, document = excluded.document",
                [code, at, at, document],
            )

    def forgets(self, code: str) -> None:
        """Nothing was ever heard of the branch. The server begins anew: it keeps what it has heard."""
        with psycopg.connect(self.database) as db:
            db.execute("DELETE FROM snapshot WHERE branch = %s", [code])
        self.stop()
        self.start()

    def come_to(self, scene: Any) -> None:
        """As states.Lobby does."""
        if scene is not self._scene and self.codes:
            scene(self)
        self._scene = scene

    def alarm(self, code: str, kind: str) -> None:
        with psycopg.connect(self.database) as db:
            db.execute(
                "INSERT INTO alarm (branch, kind, detail) VALUES (%s, %s, '{}')", [code, kind]
            )

    def sends_down(self) -> None:
        """An announcement to all, a late work order, and one that its branch refused: made once."""
        first, second, third, fourth, *_ = self.codes
        headquarters = read_headquarters(self._config)
        with psycopg.connect(self.database, autocommit=True) as db:
            create_tables(db)
            if instructions.newest(db):
                return
            signer = Signer(headquarters)
            news = Announcement(
                "今晚 22 点至次日 6 点系统升级，期间暂停办理转账。",
                "The system is upgraded from 22:00 to 6:00: no transfers meanwhile.",
                date(2100, 1, 1),
                important=True,
            )
            for_all = instructions.make(db, signer, news, None, "office")
            late = Order("95588-2026-1", OrderChannel.HOTLINE, LONG_AGO, "-", date(2026, 1, 20))
            ordered = instructions.make(db, signer, late, [first], "office")
            other = Order("JG-77", OrderChannel.REGULATOR, LONG_AGO, "-", date(2100, 1, 1))
            refused = instructions.make(db, signer, other, [third], "office")
            answers(db, for_all, [first, second, *self.codes[5:]])
            answers(db, ordered, [first])
            answers(db, for_all, [fourth], "no_key")
            answers(db, refused, [third], "no_key")
            self._sends_more(db, signer)
            db.execute(
                "INSERT INTO complaint (branch, journal, id, number, status)"
                " VALUES (%s, 1, 'C1', '2026-0007', 'open')",
                [first],
            )

    def _sends_more(self, db: Any, signer: Signer) -> None:
        """A configuration that is in force, awaited, edited and refused; an action that helped, and a late one."""
        first, second, third, fourth, *_ = self.codes
        rules = Configuration("2026-12", {"rules": {"recall_max": 2}, "services": []})
        id = instructions.make(db, signer, rules, None, "office")
        answers(db, id, [first, second, fourth])
        answers(db, id, [third], "not_fitting")
        db.execute(
            "UPDATE received_instruction SET detail = %s, detail_zh = %s WHERE why = 'not_fitting'",
            ["counters.serves (3): allowed: cash", "counters.serves (3)：允许 cash"],
        )
        applies(db, first, id, contents_of(rules), left_out="metals")
        applies(db, second, id, "other", edited="rules")
        asked = ActionAsked("开放弹性窗口", LONG_AGO, "late_share", words="学习解放路支行")
        action = instructions.make(db, signer, asked, [first, second], "office")
        answers(db, action, [first, second])
        db.execute(
            "UPDATE received_instruction SET action_id = 'X' || branch WHERE id = %s", [action]
        )
        steps(db, first, ["ActionOpened", "ActionProved", "ActionChecked", "ActionMeasured"])
        steps(db, second, ["ActionOpened"])

    # -- who asks ---------------------------------------------------------------------------------------
    def as_(self, role: str, unit: str | None = None) -> Caller:
        access = Access(self.data)
        token = access.create_token(role, unit=unit, name=f"t{secrets.token_hex(4)}")
        access.close()
        return Caller(self.url, token)


def applies(db: Any, code: str, id: int, hash: str, **values: str) -> None:
    """What the branch runs with, as it says."""
    row = {"edited": "", "left_out": "", "detail": "", "detail_zh": "", **values}
    db.execute(
        "INSERT INTO applied_configuration (branch, journal, seq, at, instruction, version, hash, edited, left_out,"
        " detail, detail_zh) VALUES (%s, 1, 9, %s, %s, '2026-12', %s, %s, %s, %s, %s)",
        [code, LONG_AGO.isoformat(), id, hash, *row.values()],
    )


def steps(db: Any, code: str, kinds: list[str]) -> None:
    """What was done with the branch's action; it helped where it was measured."""
    for seq, kind in enumerate(kinds, start=1):
        figures = ("helped", 0.31, 0.12) if kind == "ActionMeasured" else (None, None, None)
        db.execute(
            "INSERT INTO action (branch, journal, seq, action, day, at, step, due, verdict, value_before, value_after)"
            " VALUES (%s, 1, %s, 'X' || %s, '2026-01-05', %s, %s, %s, %s, %s, %s)",
            [code, seq, code, LONG_AGO.isoformat(), kind, LONG_AGO.isoformat(), *figures],
        )


def answers(db: Any, id: int, codes: list[str], why: str | None = None) -> None:
    """What the branches' journals say of an instruction."""
    for code in codes:
        db.execute(
            "INSERT INTO received_instruction (branch, journal, id, at, kind, hash, outcome, why, detail, case_id)"
            " SELECT %s, 1, id, %s, kind, hash, %s, %s, '', 'C1' FROM instruction WHERE id = %s",
            [code, LONG_AGO.isoformat(), "refused" if why else "taken", why, id],
        )


PLAYED_S = 90.0
"""A busy machine plays a day, or a city's exchange, within."""


class Caller:
    """An integration with a token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers.update({"Authorization": f"Bearer {token}", "Accept-Language": "en"})

    def get(self, path: str) -> requests.Response:
        return self.session.get(f"{self.url}/api/v1{path}", timeout=30)

    def post(self, path: str, **body: Any) -> requests.Response:
        return self.session.post(f"{self.url}/api/v1{path}", json=body, timeout=30)

    def branches(self, query: str = "") -> Any:
        answer = self.get(f"/branches{query}")
        assert answer.ok, answer.text
        return answer.json()


def ready(caller: Caller, path: str) -> Any:
    """The answer, once it is played."""
    answers: list[Any] = []

    def is_ready() -> bool:
        answer = caller.get(path)
        assert answer.ok, answer.text
        answers.append(answer.json())
        return bool(answers[-1]["ready"])

    until(is_ready, path, PLAYED_S)
    return answers[-1]


@contextmanager
def office_of(folder: Path, postgres: Postgres, config: str, engines: str = "") -> Iterator[Office]:
    """One over a new database."""
    name = f"office_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.url, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")
    migrate(postgres.url_of(name))
    office = Office(folder, postgres.url_of(name), config, engines)
    try:
        yield office.start()
    finally:
        office.stop()
