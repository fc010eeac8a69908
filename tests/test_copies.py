"""Backup and restore: what is refused changes nothing, and what is restored is this branch's whole journal."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import forked
import pytest
import requests
from conftest import CONFIG, ROOT, Clock, Desk, serving

from cli import main
from lobby.branch.model import Branch
from lobby.engine.runtime import open_branch
from lobby.journal import copies

lobby = forked.run


def rows(data: Path) -> list[Any]:
    with sqlite3.connect(f"file:{data / 'lobby.db'}?mode=ro", uri=True) as db:
        return db.execute("SELECT * FROM event ORDER BY seq").fetchall()


def refused(answer: subprocess.CompletedProcess[str]) -> str:
    assert answer.returncode == 2, answer.stdout
    assert "Traceback" not in answer.stderr
    return answer.stderr


@pytest.fixture
def data(branch: Branch, tmp_path: Path, clock: Clock) -> Path:
    """A branch that was closed with three tickets."""
    runtime = open_branch(branch, tmp_path / "var", "http://x", clock)
    for _ in range(3):
        Desk(runtime).issue()
    runtime.close()
    return tmp_path / "var"


@pytest.fixture
def copy(data: Path, tmp_path: Path) -> Path:
    assert lobby("backup", tmp_path / "copy.db", "--data", data).returncode == 0
    return tmp_path / "copy.db"


def link(make: Callable[[Path, Path], None], data: Path, name: str = "lobby.db") -> Path:
    target = data.parent / "link"
    make(data / name, target)
    return target


TARGETS: dict[str, Callable[[Path], Path]] = {
    "itself": lambda data: data / "lobby.db",
    "another way to itself": lambda data: data / ".." / "var" / "lobby.db",
    "a symbolic link": lambda data: link(lambda old, new: new.symlink_to(old), data),
    "a hard link": lambda data: link(os.link, data),
    "its log": lambda data: data / "lobby.db-wal",
    "its index": lambda data: data / "lobby.db-shm",
    "the accounts": lambda data: data / "access.db",
    "the keys of what is sealed": lambda data: data / "subject-keys.db",
    "the secret": lambda data: link(os.link, data, "secret.key"),
    "a folder": lambda data: data,
    "a device": lambda _: Path("/dev/null"),
    "a missing folder": lambda data: data / "no" / "where.db",
}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_a_backup_replaces_nothing_that_is_no_backup(
    data: Path, target: Callable[[Path], Path]
) -> None:
    before = rows(data)
    files = sorted(data.iterdir())
    refused(lobby("backup", target(data), "--data", data))
    assert rows(data) == before
    assert sorted(data.iterdir()) == files
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_backup_to_a_pipe_is_refused_at_once(data: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "no regular file" in refused(lobby("backup", tmp_path / "pipe", "--data", data))


def test_a_backup_replaces_the_one_before_and_leaves_nothing_else(data: Path, copy: Path) -> None:
    copy.write_text("an old one")
    assert lobby("backup", copy, "--data", data).returncode == 0
    assert sqlite3.connect(copy).execute("SELECT count(*) FROM event").fetchone()[0] == len(
        rows(data)
    )
    assert sorted(path.name for path in copy.parent.iterdir()) == ["copy.db", "var"]
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_backup_that_fails_leaves_the_one_before(
    data: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is copied lies beside it until it is known to be whole."""
    before = copy.read_bytes()
    house_rows = rows(data)
    monkeypatch.setattr(copies, "integrity", lambda _: ["page 3 is broken"])
    with pytest.raises(copies.Refused, match="not sound"):
        copies.backup(data / "lobby.db", copy)
    assert copy.read_bytes() == before
    assert sorted(path.name for path in copy.parent.iterdir()) == ["copy.db", "var"]
    assert rows(data) == house_rows


def spoiled(copy: Path, *statements: str) -> None:
    with sqlite3.connect(copy) as db:
        for statement in statements:
            db.execute(statement)


FORGERIES: dict[str, Callable[[Path], object]] = {
    "empty": lambda copy: copy.write_bytes(b""),
    "text": lambda copy: copy.write_text("hello" * 1000),
    "cut": lambda copy: copy.write_bytes(copy.read_bytes()[:-8192]),
    "another database": lambda copy: (
        copy.unlink(),
        spoiled(copy, "CREATE TABLE event (seq INTEGER PRIMARY KEY)"),
    ),
    "a trigger": lambda copy: spoiled(
        copy, "CREATE TRIGGER more AFTER INSERT ON event BEGIN DELETE FROM ticket; END"
    ),
    "a changed trigger": lambda copy: spoiled(
        copy,
        "DROP TRIGGER event_no_delete",
        "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT 1; END",
    ),
    "no triggers": lambda copy: spoiled(copy, "DROP TRIGGER event_no_update"),
    "a view": lambda copy: spoiled(copy, "CREATE VIEW ticket_names AS SELECT number FROM ticket"),
    "a gap": lambda copy: spoiled(
        copy, "DROP TRIGGER event_no_delete", "DELETE FROM event WHERE seq = 2"
    ),
    "no event": lambda copy: spoiled(copy, "DROP TRIGGER event_no_delete", "DELETE FROM event"),
    "another branch's": lambda copy: spoiled(
        copy,
        "DROP TRIGGER event_no_update",
        "UPDATE event SET at = '2020-01-01T00:00:00.000000+00:00'",
        "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append only'); END",
    ),
}


@pytest.mark.parametrize(
    "old", sorted(ROOT.glob("tests/journals/*.sql")), ids=lambda path: path.stem
)
def test_a_backup_of_an_earlier_version_is_restored(
    branch: Branch, tmp_path: Path, old: Path
) -> None:
    """In the place of the very journal that it is of, which this version has not opened either."""
    for name in ("copy.db", "lobby.db"):
        with sqlite3.connect(tmp_path / name) as db:
            db.executescript(old.read_text())
    before = rows(tmp_path)
    answer = lobby("restore", tmp_path / "copy.db", "--data", tmp_path, "--yes", "--json")
    assert json.loads(answer.stdout)["lost"] == 0, answer.stderr
    restored = [(*row[2:5], *row[6:10]) for row in rows(tmp_path)]
    assert restored[: len(before)] == before
    open_branch(branch, tmp_path, "http://x").close()


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_what_is_not_this_branchs_journal_is_not_restored(
    data: Path, copy: Path, forge: Callable[[Path], object]
) -> None:
    before = rows(data)
    forge(copy)
    refused(lobby("restore", copy, "--data", data, "--yes"))
    assert rows(data) == before
    assert not list(data.glob("*.old")) + list(data.glob(".*part*"))


def test_a_restore_of_the_branchs_own_database_is_refused(data: Path) -> None:
    before = rows(data)
    refused(lobby("restore", link(os.link, data), "--data", data, "--yes"))
    refused(lobby("restore", data, "--data", data, "--yes"))
    assert rows(data) == before


def issue_more(branch: Branch, data: Path, clock: Clock, services: str) -> list[dict[str, Any]]:
    runtime = open_branch(branch, data, "http://x", clock)
    made = [Desk(runtime).issue(service) for service in services.split()]
    runtime.close()
    return made


def test_a_restore_shows_what_would_be_lost_and_asks(
    branch: Branch, data: Path, copy: Path, clock: Clock
) -> None:
    issue_more(branch, data, clock, "cash cash")
    before = rows(data)
    copied = sqlite3.connect(copy).execute("SELECT max(seq) FROM event").fetchone()[0]
    said = refused(lobby("restore", copy, "--data", data))
    assert f"the backup ends with event {copied} " in said
    assert f"ends with event {before[-1][2]}" in said
    assert "2 tickets" in said
    assert "--yes" in said
    assert rows(data) == before


class Terminal(io.StringIO):
    """Somebody sits there and types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "done"), [("yes\n", True), ("y\n", False), ("no\n", False), ("", False)]
)
def test_a_restore_at_a_terminal_is_done_after_yes_alone(
    branch: Branch,
    data: Path,
    copy: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    done: bool,
) -> None:
    issue_more(branch, data, clock, "cash")
    before = rows(data)
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert main(["restore", str(copy), "--data", str(data)]) == (0 if done else 2)
    assert (rows(data) == before) is not done


def test_no_number_and_no_id_comes_again_after_a_restore(
    branch: Branch, data: Path, copy: Path, clock: Clock
) -> None:
    lost = issue_more(branch, data, clock, "cash cash loans")
    answer = lobby("restore", copy, "--data", data, "--yes", "--json")
    told = json.loads(answer.stdout)
    assert told["lost"] == 6
    assert (
        len(sqlite3.connect(told["kept"]).execute("SELECT * FROM event").fetchall())
        == told["seq"] + 6
    )
    fresh = issue_more(branch, data, clock, "cash loans")
    assert [ticket["number"] for ticket in fresh] == ["A006", "D002"]
    assert not {ticket["id"] for ticket in lost} & {ticket["id"] for ticket in fresh}
    clock.forward(days=1)
    assert issue_more(branch, data, clock, "cash")[0]["number"] == "A001"
    assert not any(
        json.loads(lobby("rebuild", "--data", data, "--config", CONFIG, "--json").stdout)[
            "differing"
        ].values()
    )


def cut(data: Path, _: Path) -> None:
    spoiled(data / "lobby.db", "DROP TRIGGER event_no_delete", "DELETE FROM event WHERE seq > 7")
    assert lobby("rebuild", "--data", data, "--config", CONFIG).returncode == 0


def restored_after_damage(data: Path, copy: Path) -> None:
    (data / "lobby.db").write_bytes(b"nothing of a database" * 500)
    assert lobby("restore", copy, "--data", data, "--yes").returncode == 0


LOSSES: dict[str, Callable[[Path, Path], object]] = {
    "a backup copied over it": lambda data, copy: shutil.copyfile(copy, data / "lobby.db"),
    "cut and rebuilt": cut,
    "removed": lambda data, _: (data / "lobby.db").unlink(),
    "damaged and restored": restored_after_damage,
}


@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES.keys())
def test_no_number_comes_again_whatever_became_of_the_journal(
    branch: Branch, data: Path, copy: Path, clock: Clock, lose: Callable[[Path, Path], object]
) -> None:
    issue_more(branch, data, clock, "cash cash loans")
    lose(data, copy)
    assert [made["number"] for made in issue_more(branch, data, clock, "cash")] == ["A006"]
    assert [made["number"] for made in issue_more(branch, data, clock, "loans")] == ["D002"]
    clock.forward(days=1)
    assert issue_more(branch, data, clock, "cash")[0]["number"] == "A001"


def test_a_journal_without_its_derived_tables_is_restored(
    branch: Branch, data: Path, copy: Path, clock: Clock
) -> None:
    issue_more(branch, data, clock, "cash cash loans")
    for file in (copy, data / "lobby.db"):
        spoiled(file, "DROP TABLE ticket", "DROP TABLE day")
    assert lobby("restore", copy, "--data", data, "--yes").returncode == 0
    fresh = issue_more(branch, data, clock, "cash loans")
    assert [ticket["number"] for ticket in fresh] == ["A006", "D002"]


def test_a_full_disk_is_told_as_such(
    data: Path,
    copy: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object) -> None:
        raise copies.sqlite3.OperationalError("database or disk is full")

    before = rows(data)
    monkeypatch.setattr(copies, "_copy", full)
    for command in ("restore", "backup"):
        assert main([command, str(copy), "--data", str(data)]) == 2
        said = capsys.readouterr().err
        assert "the disk is full" in said
        assert "sound" not in said
    assert rows(data) == before


def test_a_damaged_database_is_replaced_and_kept(data: Path, copy: Path) -> None:
    before = rows(data)
    (data / "lobby.db").write_bytes(b"nothing of a database" * 500)
    assert lobby("restore", copy, "--data", data, "--yes").returncode == 0
    assert rows(data)[:-2] == before  # and the events that open an epoch
    assert [path.read_bytes()[:7] for path in data.glob("*.old")] == [b"nothing"]


def test_a_missing_database_is_restored(data: Path, copy: Path) -> None:
    before = rows(data)
    (data / "lobby.db").unlink()
    assert lobby("restore", copy, "--data", data, "--yes").returncode == 0
    assert rows(data)[:-2] == before


def test_a_restore_tells_of_a_backup_that_was_altered(data: Path, copy: Path) -> None:
    trigger = (
        sqlite3.connect(copy)
        .execute("SELECT sql FROM sqlite_master WHERE name = 'event_no_update'")
        .fetchone()
    )
    spoiled(
        copy, "DROP TRIGGER event_no_update", "UPDATE event SET actor = 'x' WHERE seq = 4", *trigger
    )
    assert "the backup was altered: event 4 does not fit" in refused(
        lobby("restore", copy, "--data", data)
    )
    unasked = lobby("restore", copy, "--data", data, "--yes")
    assert unasked.returncode == 0
    assert "the backup was altered: event 4 does not fit" in unasked.stderr


def test_a_backup_while_the_branch_runs_and_a_restore_while_it_runs_is_refused(
    tmp_path: Path,
) -> None:
    with serving(tmp_path / "var") as server:
        requests.post(f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=30)
        assert lobby("backup", tmp_path / "copy.db", "--data", server.data).returncode == 0
        refused(lobby("backup", server.data / "lobby.db", "--data", server.data))
        assert "open" in refused(
            lobby("restore", tmp_path / "copy.db", "--data", server.data, "--yes")
        )
        assert requests.post(
            f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=30
        ).ok


def test_all_that_a_branch_keeps_is_its_users_alone(tmp_path: Path) -> None:
    data = tmp_path / "var"
    data.mkdir(mode=0o755)
    (data / "old").mkdir(mode=0o755)
    (data / "old" / "paper.txt").touch(mode=0o644)
    with serving(data) as server:
        requests.post(f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=30)
        assert lobby("backup", data / "copy.db", "--data", data).returncode == 0
        found = {path: path.stat().st_mode & 0o777 for path in [data, *data.rglob("*")]}
    assert {path.name: oct(mode) for path, mode in found.items() if mode & 0o077} == {}
    assert {"lobby.db", "access.db", "secret.key", "copy.db", "paper.txt"} <= {
        path.name for path in found
    }
