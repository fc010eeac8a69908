"""Whatever becomes of one row of the journal, the branch opens, its days go on, its commands work, and `lobby check`
names the row."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import CONFIG, MORNING, Clock, Desk, add_event
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli import main
from doctor import data_folder
from lobby.branch.model import Branch
from lobby.engine.runtime import DATABASE, BranchRuntime, open_branch
from lobby.journal import history
from lobby.reports.measures import report
from lobby.reports.reading import reading
from lobby.texts import Readable

TEXTS = ("", "odd", "9999-12-31T23:59:59+00:00", "2026-03-02T09:00:00", "sealed:1:ticket:x:00")
ODD_VALUES = st.sampled_from([None, True, -1, 10**30, 1e300, [], [1], {}, {"a": []}, *TEXTS])
NO_DOCUMENTS = ("", "{", "[]", "null", "5", '"odd"', '{"a": 1', b"\xff")
INSTANTS = (
    *("", "odd", "2026-03-02", "2026-03-02T09:00:00", "0001-01-01T00:00:00+00:00"),
    *("9999-12-31T23:59:59.999999+00:00", "2026-03-02T09:00:00+23:59"),
)
COLUMNS = st.one_of(
    st.tuples(st.just("data"), st.sampled_from(NO_DOCUMENTS)),
    st.tuples(st.just("at"), st.sampled_from(INSTANTS)),
    st.tuples(st.sampled_from(["ticket", "counter"]), st.sampled_from([None, "", "odd", 5])),
    st.tuples(st.sampled_from(["kind", "actor"]), st.sampled_from(["", "Odd", "TicketCalled", 5])),
    st.tuples(st.just("v"), st.sampled_from([0, 99, "odd"])),
)
RESTORED = {"lost": 9, "numbers": {"2026-03-03": {"A": 40}}}


@pytest.fixture(scope="module")
def lived(branch: Branch) -> Iterator[Path]:
    """The data of a branch that lived two days with something of most kinds."""
    with TemporaryDirectory() as folder:
        data = Path(folder)
        clock = Clock()
        runtime = open_branch(branch, data, "http://x", clock, pumped=True)
        _live(runtime, clock)
        runtime.close()
        restored = json.dumps(RESTORED)
        add_event(data / DATABASE, "JournalRestored", restored, clock.now)
        poorer = replace(branch, counters=branch.counters[:-1])
        runtime = open_branch(poorer, data, "http://x", clock, pumped=True)
        clock.forward(days=1)
        _live(runtime, clock)
        runtime.close()
        yield data


def _live(runtime: BranchRuntime, clock: Clock) -> None:
    runtime.writer.notify = runtime.writer.pump
    runtime.writer.pump()
    desk = Desk(runtime)
    at = (clock.now + timedelta(days=1, hours=2)).replace(minute=0)
    desk.book(service="loans", at=at)
    desk.open_counter(counter="1")
    for score in (1, 5):
        ticket = desk.issue()["id"]
        desk.issue(needs=("elderly",))
        desk.retier(ticket=ticket, tier="gold", reason="a regular guest of ours")
        clock.forward(minutes=5)
        desk.call(counter="1", ticket=ticket)
        desk.start(counter="1"), desk.finish(counter="1")
        desk.give_feedback(ticket=ticket, score=score, text="it took much too long today")
    desk.ask_break(counter="1")
    runtime.writer.do("watch", runtime.alert_monitor.look)


def test_a_text_that_is_no_utf_8_is_read_among_others_that_are(lived: Path) -> None:
    texts = "SELECT '好' AS text UNION ALL SELECT CAST(x'41FF' AS TEXT)"
    with closing(history.reader(lived / DATABASE)) as db:
        for _ in range(2):
            assert history.read_all(db, texts, {}) == [{"text": "好"}, {"text": "A\ufffd"}]
        assert list(db.query(texts))[1] == {"text": "A\ufffd"}


@st.composite
def damage(draw: st.DrawFn, rows: list[tuple[int, str]]) -> tuple[int, str, object]:
    """A row's seq, one of its columns, and what stands there instead."""
    seq, data = draw(st.sampled_from(rows))
    if draw(st.booleans()):
        return (seq, *draw(COLUMNS))
    document = json.loads(data)
    if document:
        _damage_within(draw, document)
    return seq, "data", json.dumps(document)


def _damage_within(draw: st.DrawFn, document: Any) -> None:
    """One value, at any depth, is gone or another."""
    keys = list(document) if isinstance(document, dict) else list(range(len(document)))
    key = draw(st.sampled_from(keys))
    value = document[key]
    if isinstance(value, dict | list) and value and draw(st.booleans()):
        _damage_within(draw, value)
    elif draw(st.booleans()):
        del document[key]
    else:
        document[key] = draw(ODD_VALUES)


def rows_of(data: Path) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        return db.execute("SELECT seq, data FROM event ORDER BY seq").fetchall()


def edit(data: Path, seq: int, column: str, value: object) -> bool:
    """Whether it is another row now."""
    with closing(sqlite3.connect(data / DATABASE)) as db:
        db.execute("DROP TRIGGER IF EXISTS event_no_update")
        known = db.execute(f"SELECT {column} FROM event WHERE seq = ?", [seq]).fetchone()[0]
        given = "?" if column == "v" else "CAST(? AS TEXT)"
        db.execute(f"UPDATE event SET {column} = {given} WHERE seq = ?", [value, seq])
        db.commit()
        return bool(known != value)


def told(branch: Branch, data: Path) -> list[str]:
    """What `lobby check` says of the data folder. The rest of the command would read the catalogues each time."""
    return [finding.text for finding in data_folder.findings(branch, data, in_english)]


def in_english(text: Readable) -> str:
    return text.in_("en")


def goes_on(branch: Branch, data: Path) -> None:
    """The branch opens, and the next day begins with its numbers and bulletins."""
    clock = Clock(MORNING + timedelta(days=1, hours=3))
    runtime = open_branch(branch, data, "http://x", clock, pumped=True)
    runtime.writer.notify = runtime.writer.pump
    desk = Desk(runtime)
    assert desk.issue()["number"]
    clock.forward(days=1)
    runtime.writer.pump()
    assert desk.issue()["number"] == "A001"
    with runtime.writer.published() as state:
        runtime.views.hall(state, clock())
    assert not runtime.writer.faults
    runtime.close()
    for days in range(3):
        day = (MORNING + timedelta(days=days)).date()
        report(branch, data / DATABASE, day, day, clock())


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_one_row(
    branch: Branch, lived: Path, data: st.DataObject, capsys: pytest.CaptureFixture[str]
) -> None:
    seq, column, value = data.draw(damage(rows_of(lived)))
    with TemporaryDirectory() as folder:
        here = Path(folder, "var")
        shutil.copytree(lived, here)
        if not edit(here, seq, column, value):
            return
        where = ("--data", str(here), "--config", str(CONFIG))
        assert f"event {seq} " in " ".join(told(branch, here))
        goes_on(branch, here)
        assert main(["rebuild", *where]) == 0, capsys.readouterr().err
        assert main(["erase", "--yes", "--older-than", "1", *where]) != 2, capsys.readouterr().err


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59.999999+00:00", "odd"])
def test_a_last_row_without_a_time_of_this_world_keeps_no_figures_back(
    branch: Branch, lived: Path, tmp_path: Path, at: str
) -> None:
    here = tmp_path / "var"
    shutil.copytree(lived, here)
    for seq, _ in rows_of(here):
        edit(here, seq, "at", at)
    day = MORNING.date()
    told_then = report(branch, here / DATABASE, day, day, MORNING + timedelta(days=3))
    assert told_then["completeness"]["until"] is None


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE day SET zone = 'odd'",
        "UPDATE ticket SET issued_at = 'odd'",
        "UPDATE ticket SET services = '{'",
        "UPDATE moment SET detail = 'odd' WHERE kind = 'FeedbackGiven'",
    ],
)
def test_a_bulletin_of_damaged_tables_names_the_command_that_repairs_them(
    branch: Branch, lived: Path, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here = tmp_path / "var"
    shutil.copytree(lived, here)
    where = ("--data", str(here), "--config", str(CONFIG))
    with closing(sqlite3.connect(here / DATABASE)) as db:
        db.execute(damage)
        db.commit()
    day = ("--from", MORNING.date().isoformat(), "--to", MORNING.date().isoformat())
    assert main(["report", *day, *where]) == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert "lobby rebuild" in told
    assert main(["rebuild", *where]) == 0
    assert main(["report", *day, *where]) == 0


def test_an_error_of_the_program_is_no_damage(lived: Path) -> None:
    with pytest.raises(KeyError), reading(lived / DATABASE):
        raise KeyError("a fault")
