"""Journals of earlier versions open: two days that each of these versions wrote with its own code.

tests/journals/COMMIT.sql is the database as the commit's code left it: 0d7b496 is 0.1.0, 7da8020 lies in the middle,
3ad0655 is the last one before events had an epoch and a hash.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import CONFIG, MORNING, ROOT, Clock, Desk

import doctor
from cli import main
from lobby.branch.model import Branch
from lobby.engine.runtime import DATABASE, open_branch
from lobby.journal.tables import TABLES

JOURNALS = sorted(ROOT.glob("tests/journals/*.sql"))
NONE = {table.name: 0 for table in TABLES}


@pytest.fixture(params=JOURNALS, ids=lambda path: path.stem)
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / DATABASE)) as db:
        db.executescript(request.param.read_text())
    return tmp_path


def rows(data: Path) -> list[tuple[object, ...]]:
    query = "SELECT seq, at, kind, ticket, counter, actor, data FROM event ORDER BY seq"
    with closing(sqlite3.connect(data / DATABASE)) as db:
        return db.execute(query).fetchall()


def findings(data: Path) -> list[str]:
    return [
        one.grade
        for one in doctor.examine(CONFIG, data, "en")
        if one.topic in ("database", "chain", "journal")
    ]


def test_there_are_three() -> None:
    assert len(JOURNALS) == 3


def test_it_opens_is_rebuilt_and_goes_on(branch: Branch, data: Path) -> None:
    before = rows(data)
    assert findings(data) == ["ok", "warn", "warn"]
    clock = Clock(MORNING + timedelta(days=1, hours=2))
    runtime = open_branch(branch, data, "http://x", clock)
    assert Desk(runtime).issue()["number"] == "A006"  # of five that day before
    assert runtime._journal.misfits == []
    runtime._journal.rebuild(branch)
    assert runtime._journal.rebuild(branch) == NONE
    runtime.close()
    assert rows(data)[: len(before)] == before
    assert findings(data) == ["ok", "ok"]


def test_its_events_are_of_the_first_epoch_and_the_next_ones_of_another(
    branch: Branch, data: Path
) -> None:
    before = len(rows(data))
    open_branch(branch, data, "http://x", Clock(MORNING + timedelta(days=1, hours=2))).close()
    with closing(sqlite3.connect(data / DATABASE)) as db:
        envelopes = db.execute("SELECT branch, epoch, v, kind FROM event ORDER BY seq").fetchall()
    assert set(envelopes[:before]) == {("4403", 1, 1, kind) for _, _, _, kind in envelopes[:before]}
    assert envelopes[before][3] == "JournalForked"
    assert envelopes[before][1] > 1


def branches(data: Path) -> set[str]:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        return {code for (code,) in db.execute("SELECT DISTINCT branch FROM event")}


def test_a_rebuild_gives_its_events_the_code_of_the_branch(data: Path) -> None:
    assert main(["rebuild", "--data", str(data), "--config", str(CONFIG)]) == 0
    assert branches(data) == {"4403"}


def test_a_restore_gives_its_events_the_code_of_the_branch(data: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    where = ("--data", str(there), "--config", str(CONFIG))
    assert main(["restore", str(data / DATABASE), "--yes", *where]) == 0
    assert branches(there) == {"4403"}


def test_a_restore_of_a_journal_with_a_code_needs_no_configuration(
    branch: Branch, tmp_path: Path
) -> None:
    open_branch(branch, tmp_path / "here", "http://x", Clock()).close()
    where = ("--data", str(tmp_path / "there"), "--config", str(tmp_path / "none.toml"))
    assert main(["restore", str(tmp_path / "here" / DATABASE), "--yes", *where]) == 0
    assert branches(tmp_path / "there") == {"4403"}


def test_what_is_not_checked_is_told(branch: Branch, data: Path) -> None:
    """Nothing of a journal that the next start upgrades; of one with an earlier day, that day's events."""
    unchecked = {
        one.topic: one.text
        for one in doctor.examine(CONFIG, data, "en")
        if one.text.startswith("not checked: the journal is of an earlier version")
    }
    assert set(unchecked) == {"chain", "journal"}
    open_branch(branch, data, "http://x", Clock(MORNING + timedelta(days=1, hours=2))).close()
    (earlier,) = [one for one in doctor.examine(CONFIG, data, "en") if one.topic == "earlier"]
    assert "events of earlier days" in earlier.text


def test_what_the_upgrade_passes_over_is_logged(
    branch: Branch, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Also in a day of before, which a start does not read otherwise; each event once."""
    with closing(sqlite3.connect(data / DATABASE)) as db:
        db.execute("DROP TRIGGER event_no_update")
        db.execute("UPDATE event SET data = '{' WHERE seq = 3")
        db.commit()
    open_branch(branch, data, "http://x", Clock(MORNING + timedelta(days=1, hours=2))).close()
    assert caplog.text.count("the journal's event 3 (") == 1


def test_an_intervention_of_before_is_one_still(branch: Branch, tmp_path: Path) -> None:
    """Earlier versions wrote it as `RescueTaken`, and its effect as `RescueMeasured` with `rescue`."""
    with closing(sqlite3.connect(tmp_path / DATABASE)) as db:
        db.executescript((ROOT / "tests/journals/3ad0655.sql").read_text())
        last, at = db.execute("SELECT seq, at FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        figures = {"waiting": 3, "late": 1, "wait_p90_s": 600}
        facts = [
            ("RescueTaken", {"act": "divert", "area": "hall", **figures}),
            ("RescueMeasured", {"rescue": last + 1, **figures, "waiting": 2}),
        ]
        for n, (kind, fact) in enumerate(facts, last + 1):
            row = [n, at, kind, "manager", json.dumps(fact)]
            db.execute("INSERT INTO event(seq, at, kind, actor, data) VALUES (?, ?, ?, ?, ?)", row)
        db.commit()
    runtime = open_branch(branch, tmp_path, "http://x", Clock(datetime.fromisoformat(at)))
    with runtime.writer.published() as state:
        interventions = runtime.views.today(state)["rescues"]
    assert runtime._journal.misfits == []
    assert [(act["act"], act["after"]["waiting"]) for act in interventions if act["after"]] == [
        ("divert", 2)
    ]
    runtime.close()
