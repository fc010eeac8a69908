"""`lobby check` of a data folder whose files are gone or damaged: it fails where the branch does not start."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG

import doctor
from cli import main
from lobby.branch.model import Branch
from lobby.engine.runtime import open_branch
from lobby.events.envelope import BEGINNING
from lobby.journal.fence import SIZE_B, Fence
from web.access import Access

GARBAGE = bytes(range(256)) * 16


@pytest.fixture
def data(branch: Branch, tmp_path: Path) -> Path:
    """The folder of a branch that was open once and has an account."""
    start(branch, tmp_path)
    access = Access(tmp_path)
    access.create_account("li", "a long word of mine", "teller")
    access.close()
    return tmp_path


def start(branch: Branch, folder: Path) -> None:
    open_branch(branch, folder, "http://x").close()


def grades(folder: Path) -> dict[str, str]:
    """The worst grade of each topic."""
    worst: dict[str, str] = {}
    for finding in doctor.examine(CONFIG, folder, "en"):
        worst[finding.topic] = max(worst.get(finding.topic, ""), finding.grade, key=RANK.index)
    return worst


RANK = ["", "ok", "warn", "fail"]


def drop_event(database: Path) -> None:
    with closing(sqlite3.connect(database)) as db:
        db.execute("DROP TABLE event")


def as_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("name", "damage", "topic", "grade"),
    [
        ("lobby.db", Path.unlink, "database", "fail"),
        ("lobby.db", lambda file: file.write_bytes(b""), "database", "fail"),
        ("lobby.db", drop_event, "database", "fail"),
        ("access.db", lambda file: file.write_bytes(GARBAGE), "access", "fail"),
        ("access.db", as_folder, "access", "fail"),
        ("access.db", Path.unlink, "access", "warn"),
        ("secret.key", lambda file: file.write_bytes(GARBAGE), "secret", "fail"),
        ("secret.key", lambda file: file.write_bytes(b""), "secret", "fail"),
        ("secret.key", as_folder, "secret", "fail"),
        ("secret.key", Path.unlink, "secret", "warn"),
        ("vapid.key", lambda file: file.write_bytes(b""), "push", "warn"),
        ("fence.json", lambda file: file.write_bytes(GARBAGE), "fence", "warn"),
    ],
)
def test_a_file_that_is_gone_or_damaged_is_named(
    data: Path, name: str, damage: Callable[[Path], Any], topic: str, grade: str
) -> None:
    for beside in data.glob(f"{name}-*"):
        beside.unlink()
    damage(data / name)
    assert grades(data)[topic] == grade


def test_a_whole_folder_and_a_new_one_are_well(data: Path, tmp_path: Path) -> None:
    for folder in (data, tmp_path / "new"):
        assert "fail" not in grades(folder).values()
        assert not {"access", "secret", "fence"} & set(grades(folder))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("end", [1, "7", "x"]),
        ("end", [1, 7]),
        ("end", [1, 2**70, "x"]),
        ("machine", 7),
        ("cards", "abc"),
        ("inode", None),
    ],
)
def test_a_fence_of_wrong_values_is_none(
    branch: Branch, data: Path, key: str, value: object
) -> None:
    file = Fence(data).path
    written = json.loads(file.read_bytes()[:SIZE_B])
    file.write_text(json.dumps({**written, key: value}))
    assert grades(data)["fence"] == "warn"
    start(branch, data)
    assert grades(data).keys().isdisjoint({"fence", "journal"})
    assert grades(data)["chain"] == "ok"


def test_a_file_is_no_data_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "var"
    file.touch()
    assert main(["check", "--config", str(CONFIG), "--data", str(file)]) == 2
    assert f"{file} is a file, and a folder is needed" in capsys.readouterr().err


def test_a_journal_without_its_table_is_of_no_earlier_version(data: Path) -> None:
    drop_event(data / "lobby.db")
    assert not {"chain", "journal"} & set(grades(data))


def test_a_first_start_that_was_cut_short_is_well(tmp_path: Path, branch: Branch) -> None:
    """Its database is empty yet, and its fence knows no event."""
    (tmp_path / "lobby.db").touch()
    with closing(Fence(tmp_path)) as fence:
        fence.remember(BEGINNING)
    assert grades(tmp_path)["database"] == "ok"
    start(branch, tmp_path)
