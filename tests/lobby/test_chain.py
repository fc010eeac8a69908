"""The journal's envelope: the chain of hashes, epochs, and what is told of a journal that is not what was written."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG, MORNING, Clock, Desk, add_event
from sqlite_utils.db import sqlite3

import doctor
from cli import main
from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.names import Lang
from lobby.engine.runtime import DATABASE, open_branch
from lobby.events.envelope import FIRST_EPOCH, link
from lobby.events.upcasters import upcast
from lobby.journal import copies, envelope, fence
from lobby.journal.fence import Machine

COLUMNS = [
    "branch",
    "epoch",
    "seq",
    "at",
    "kind",
    "v",
    "ticket",
    "counter",
    "actor",
    "data",
    "hash",
]


@pytest.fixture
def data(branch: Branch, tmp_path: Path, clock: Clock) -> Path:
    """A branch that was closed with three tickets."""
    work(branch, tmp_path / "var", clock, 3)
    return tmp_path / "var"


def work(branch: Branch, data: Path, clock: Clock, tickets: int = 1) -> None:
    runtime = open_branch(branch, data, "http://x", clock)
    for _ in range(tickets):
        Desk(runtime).issue()
    runtime.close()


def rows(data: Path, query: str = "SELECT * FROM event ORDER BY seq") -> list[Any]:
    with closing(sqlite3.connect(str(data / DATABASE))) as db:
        db.row_factory = sqlite3.Row
        return db.execute(query).fetchall()


def forks(data: Path) -> list[dict[str, Any]]:
    return [json.loads(row["data"]) for row in rows(data) if row["kind"] == "JournalForked"]


def tampered(data: Path, *statements: str) -> None:
    with closing(sqlite3.connect(str(data / DATABASE))) as db:
        for trigger in ("event_no_update", "event_no_delete"):
            db.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            db.execute(statement)
        db.commit()


def told(data: Path, lang: Lang = "en") -> list[tuple[str, str]]:
    return [
        (one.grade, one.text) for one in doctor.examine(CONFIG, data, lang) if one.topic == "chain"
    ]


# -- the chain ----------------------------------------------------------------------------------------------
def test_an_auditor_verifies_the_chain_with_other_tools(data: Path) -> None:
    """As docs/events.md says: SQLite's own JSON and a SHA-256."""
    former = "0" * 64
    array = f"json_array({', '.join(COLUMNS[:-1])})"
    for form, hash in rows(data, f"SELECT {array}, hash FROM event ORDER BY seq"):
        former = hashlib.sha256((former + form).encode()).hexdigest()
        assert former == hash


def test_texts_of_any_kind_are_in_the_hash_as_other_tools_spell_them() -> None:
    texts = 'quote " backslash \\ newline \n tab \t bell \x07 delete \x7f slash / é 号 😀 \u2028'
    row = ("4403", 1, 1, "at", "kind", 1, None, None, texts, "{}")
    with closing(sqlite3.connect(":memory:")) as db:
        form = db.execute(f"SELECT json_array({', '.join('?' * 10)})", row).fetchone()[0]
    assert link("", row) == hashlib.sha256(form.encode()).hexdigest()


def test_the_journal_is_printed_with_its_envelope(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["journal", "--data", str(data)]) == 0
    lines = capsys.readouterr().out.splitlines()
    printed = [json.loads(line) for line in lines]
    assert [*printed[0]] == COLUMNS
    assert [one["hash"] for one in printed] == [row["hash"] for row in rows(data)]
    assert {(one["branch"], one["v"]) for one in printed} == {("4403", 1)}
    assert all(row["data"] in line for line, row in zip(lines, rows(data), strict=True))


def test_a_whole_journal_is_told_so_in_both_languages(data: Path) -> None:
    last = rows(data)[-1]["seq"]
    assert told(data) == [("ok", f"{last} events fit the chain of hashes")]
    assert told(data, "zh") == [("ok", f"{last} 个事件与哈希链相符")]


SWAP = (
    "UPDATE event SET seq = 99 WHERE seq = 3",
    "UPDATE event SET seq = 3 WHERE seq = 4",
    "UPDATE event SET seq = 4 WHERE seq = 99",
)
TAMPERED = {
    "edited data": (3, ["UPDATE event SET data = json_set(data, '$.x', 1) WHERE seq = 3"]),
    "edited actor": (4, ["UPDATE event SET actor = 'nobody' WHERE seq = 4"]),
    "edited branch": (2, ["UPDATE event SET branch = '4404' WHERE seq = 2"]),
    "a configuration that is none": (1, ["UPDATE event SET data = '{' WHERE seq = 1"]),
    "an end without an instant": (5, ["UPDATE event SET at = 'noon' WHERE seq = 5"]),
    "an instant without its offset": (5, ["UPDATE event SET at = substr(at, 1, 26) WHERE seq = 5"]),
    "no text": (2, ["UPDATE event SET data = x'ff' WHERE seq = 2"]),
    "a row removed": (3, ["DELETE FROM event WHERE seq = 3"]),
    "the head removed": (1, ["DELETE FROM event WHERE seq <= 2"]),
    "reordered": (3, SWAP),
    "cut": (4, ["DELETE FROM event WHERE seq >= 4"]),
    "emptied": (1, ["DELETE FROM event"]),
}


@pytest.mark.parametrize(("first", "statements"), TAMPERED.values(), ids=TAMPERED.keys())
def test_a_journal_that_was_tampered_with_is_told_with_its_first_wrong_event(
    branch: Branch, data: Path, clock: Clock, first: int, statements: list[str]
) -> None:
    tampered(data, *statements)
    ((grade, text),) = told(data)
    assert (grade, text.startswith(f"event {first} is the first")) == ("fail", True)
    assert told(data, "zh")[0][1].startswith(f"从第 {first} 号事件起")
    work(branch, data, clock)  # it opens all the same


@pytest.mark.parametrize(
    "lose", [lambda data: tampered(data, "DELETE FROM event"), lambda data: _lose_database(data)]
)
def test_a_journal_that_is_gone_is_told_by_the_next_one(
    branch: Branch, data: Path, clock: Clock, lose: Callable[[Path], None]
) -> None:
    written = rows(data)[-1]["seq"]
    lose(data)
    work(branch, data, clock)
    (fork,) = forks(data)
    assert (fork["reason"], fork["parent_seq"], fork["written_seq"]) == ("altered", 0, written)


def _lose_database(data: Path) -> None:
    for file in data.glob(f"{DATABASE}*"):
        file.unlink()


def test_a_cut_end_is_still_told_after_the_branch_went_on(
    branch: Branch, data: Path, clock: Clock
) -> None:
    written = rows(data)[-1]["seq"]
    tampered(data, "DELETE FROM event WHERE seq >= 4")
    work(branch, data, clock)
    (fork,) = forks(data)
    assert (fork["reason"], fork["parent_seq"], fork["written_seq"]) == ("altered", 3, written)
    assert [grade for grade, _ in told(data)] == ["ok", "warn"]


def test_an_edited_last_event_opens_an_epoch_and_is_told_for_ever(
    branch: Branch, data: Path, clock: Clock
) -> None:
    last = rows(data)[-1]["seq"]
    tampered(data, f"UPDATE event SET actor = 'nobody' WHERE seq = {last}")
    work(branch, data, clock)
    (fork,) = forks(data)
    assert (fork["reason"], fork["parent_seq"], fork["written_seq"]) == ("altered", last, last)
    assert [grade for grade, _ in told(data)] == ["fail", "warn"]
    work(branch, data, clock)
    assert len(forks(data)) == 1


# -- epochs ---------------------------------------------------------------------------------------------------
def test_a_journal_that_stays_where_it_is_stays_in_its_epoch(
    branch: Branch, data: Path, clock: Clock
) -> None:
    work(branch, data, clock)
    data.rename(data.with_name("renamed"))
    work(branch, data.with_name("renamed"), clock)
    assert len({row["epoch"] for row in rows(data.with_name("renamed"))}) == 1
    assert forks(data.with_name("renamed")) == []


def copied(data: Path) -> Path:
    return Path(shutil.copytree(data, data.with_name("copy"), dirs_exist_ok=True))


def without_fence(data: Path) -> Path:
    (data / fence.FILE).unlink()
    return data


def with_a_spoiled_fence(data: Path) -> Path:
    (data / fence.FILE).write_bytes(bytes(512))
    return data


@pytest.mark.parametrize("move", [copied, without_fence, with_a_spoiled_fence])
def test_a_copy_goes_on_in_an_epoch_of_its_own(
    branch: Branch, data: Path, clock: Clock, move: Callable[[Path], Path]
) -> None:
    before = rows(data)
    place = move(data)
    work(branch, place, clock)
    after = rows(place)
    fork = after[len(before)]
    assert fork["kind"] == "JournalForked"
    told_by = json.loads(fork["data"])
    parent = before[-1]
    assert told_by["reason"] == "copied"
    assert [told_by[f"parent_{name}"] for name in ("epoch", "seq", "hash")] == [
        parent[name] for name in ("epoch", "seq", "hash")
    ]
    assert {row["epoch"] for row in after[len(before) :]} == {fork["epoch"]}
    assert fork["epoch"] > parent["epoch"]
    assert [row["seq"] for row in after] == [*range(1, len(after) + 1)]
    work(branch, place, clock)
    assert len(forks(place)) == 1  # it is at home there now


HOME = Machine("a" * 16, ("card1", "card2"))
MACHINES = {
    "itself": (HOME, None),
    "another card besides": (Machine(HOME.id, ("card2", "card3")), None),
    "another machine": (Machine("b" * 16, HOME.cards), "taken_over"),
    "a clone": (Machine(HOME.id, ("card8", "card9")), "taken_over"),
    "a container without any identity": (Machine("", ()), None),
}


@pytest.mark.parametrize(("machine", "reason"), MACHINES.values(), ids=MACHINES.keys())
def test_another_machine_goes_on_in_an_epoch_of_its_own(
    branch: Branch,
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    machine: Machine,
    reason: str | None,
) -> None:
    monkeypatch.setattr(fence, "this_machine", lambda: HOME)
    work(branch, tmp_path, clock)
    monkeypatch.setattr(fence, "this_machine", lambda: machine)
    work(branch, tmp_path, clock)
    assert [fork["reason"] for fork in forks(tmp_path)] == ([reason] if reason else [])


def test_the_machines_id_is_read_and_never_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "0123456789abcdef0123456789abcdef"
    (tmp_path / "machine-id").write_text(f"{secret}\n")
    card = tmp_path / "net" / "eth0"
    (card / "device").mkdir(parents=True)
    (card / "address").write_text("02:00:00:00:00:01\n")
    (card / "addr_assign_type").write_text("0\n")
    monkeypatch.setattr(fence, "MACHINE_ID", tmp_path / "machine-id")
    monkeypatch.setattr(fence, "CARDS", tmp_path / "net")
    machine = fence.read_machine()
    assert len(machine.id) == len(machine.cards[0]) == 16
    assert machine.id not in secret
    (card / "addr_assign_type").write_text("1\n")  # an address that was drawn by chance
    assert fence.read_machine() == Machine(machine.id, ())


def test_the_same_backup_restored_twice_makes_two_epochs(
    branch: Branch, data: Path, tmp_path: Path, clock: Clock
) -> None:
    copies.backup(data / DATABASE, tmp_path / "copy.db")
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        assert (
            main(["restore", str(tmp_path / "copy.db"), "--data", str(tmp_path / place), "--yes"])
            == 0
        )
        work(branch, tmp_path / place, clock)
    one, two = ({row["epoch"] for row in rows(tmp_path / place)} for place in ("one", "two"))
    assert len(one) == len(two) == 2
    assert len(one & two) == 1  # that of the backup
    assert [fork["reason"] for fork in forks(tmp_path / "one")] == ["restored"]


def test_a_journal_that_went_on_elsewhere_goes_on_at_home_in_an_epoch_of_its_own(
    branch: Branch, data: Path, tmp_path: Path, clock: Clock
) -> None:
    standby = tmp_path / "standby"
    standby.mkdir()
    copies.backup(data / DATABASE, tmp_path / "copy.db")
    assert main(["restore", str(tmp_path / "copy.db"), "--data", str(standby), "--yes"]) == 0
    work(branch, standby, clock)
    _lose_database(data)
    copies.backup(standby / DATABASE, data / DATABASE)
    work(branch, data, clock)
    work(branch, standby, clock)
    assert [fork["reason"] for fork in forks(data)] == ["restored", "altered"]
    assert [fork["reason"] for fork in forks(standby)] == ["restored"]
    at_home = {(row["epoch"], row["seq"]): row["hash"] for row in rows(data)}
    facts = {(row["epoch"], row["seq"]): row["hash"] for row in rows(standby)}
    assert all(at_home[name] == facts[name] for name in at_home.keys() & facts.keys())


def test_what_the_fence_missed_in_a_crash_opens_no_epoch(
    branch: Branch, data: Path, clock: Clock
) -> None:
    before = (data / fence.FILE).read_bytes()
    work(branch, data, clock)
    (data / fence.FILE).write_bytes(before)
    work(branch, data, clock)
    assert forks(data) == []


def test_an_epoch_that_begins_is_on_the_disk_and_no_other_commit_waits_for_it(
    branch: Branch, data: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut would leave a fence of the epoch before, and a sound journal would look altered."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    work(branch, data, clock)
    assert len(synced) == 1


@pytest.mark.parametrize("year", [1970, 2026])
def test_an_epoch_is_above_its_parent_even_where_the_clock_is_behind(
    monkeypatch: pytest.MonkeyPatch, year: int
) -> None:
    monkeypatch.setattr(envelope.secrets, "randbelow", lambda _: 0)
    parent = envelope.draw_epoch(MORNING, FIRST_EPOCH)
    child = envelope.draw_epoch(datetime(year, 1, 1, tzinfo=UTC), parent)
    assert parent < child < 2**53


def test_a_fence_that_cannot_be_written_stops_nothing(
    branch: Branch, data: Path, clock: Clock
) -> None:
    (data / fence.FILE).unlink()
    (data / fence.FILE).mkdir()
    work(branch, data, clock)
    assert told(data)[0][0] == "ok"


# -- the tolerant reader ----------------------------------------------------------------------------------
def test_unknown_kinds_and_fields_are_kept_passed_on_and_change_nothing(
    branch: Branch, data: Path, tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    add_event(data / DATABASE, "RoomAired", '{"windows":[1,2]}', clock(), v=7)
    answered = '{"key":"k","fingerprint":"f","answer":{},"why":"for later versions"}'
    add_event(data / DATABASE, "RequestAnswered", answered, clock())
    added = [tuple(row) for row in rows(data)[-2:]]
    work(branch, data, clock)
    assert main(["rebuild", "--data", str(data), "--config", str(CONFIG), "--json"]) == 0
    assert not any(json.loads(capsys.readouterr().out)["differing"].values())
    copies.backup(data / DATABASE, tmp_path / "lobby.db")
    for place in (data, tmp_path):
        assert [
            tuple(row) for row in rows(place) if row["seq"] in (added[0][2], added[1][2])
        ] == added
    assert main(["journal", "--data", str(data)]) == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    aired = next(one for one in printed if one["kind"] == "RoomAired")
    assert (aired["v"], aired["data"]) == (7, {"windows": [1, 2]})


UPCASTERS = {
    ("CounterNamed", 1): lambda data: {**data, "name": data["title"]},
    ("CounterNamed", 2): lambda data: {"name": data["name"].upper()},
}


@pytest.mark.parametrize(("v", "name"), [(1, "CASH"), (2, "CASH"), (3, "cash"), (9, "cash")])
def test_data_of_an_earlier_version_is_lifted_step_by_step(v: int, name: str) -> None:
    data = {"title": "cash", "name": "cash"}
    assert upcast("CounterNamed", v, data, UPCASTERS)["name"] == name
    assert data == {"title": "cash", "name": "cash"}


def test_every_kind_is_written_in_its_version() -> None:
    recorded = ev.Recorded(1, MORNING, "x", ev.DayClosed("2026-03-02"))
    ((*_, version, _, _, _, _, _),) = envelope.rows_of([recorded], "4403", 1, "")
    assert version == ev.DayClosed.V
