"""The evidence file: what shows each standard, the same bytes from the same journal, and nothing of a customer."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import sqlite3
import zipfile
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import Clock, Desk
from PIL import Image
from test_inspections import Meetings

from cli import main
from lobby.branch.model import Branch
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.events.inspection import Side, Verdict
from lobby.journal.erasing import EVIDENCE
from lobby.journal.photos import keep_photo
from staff.standards import archive

DAY = date(2026, 3, 2)


@pytest.fixture
def runtime(branch: Branch, tmp_path: Path, clock: Clock) -> BranchRuntime:
    """A day with a missed call, a meeting and a photo; closed."""
    opened = open_branch(branch, tmp_path, "http://x", clock)
    desk = Desk(opened)
    desk.open_counter(counter="1")
    desk.issue()
    desk.next(counter="1")
    desk.no_show(counter="1")
    meetings = Meetings(opened)
    id = meetings.begin()
    item = next(i.id for i in meetings.state(id).items if len(i.sides) == 2)
    kept = keep_photo(tmp_path, a_picture())
    meetings.mark(id, item, "A1", photo=kept.file, photo_key=kept.key, note="柜员王芳")
    meetings.mark(id, item, "B1", Side.PEER, Verdict.KEPT)
    meetings.end(id)
    opened.close()
    return opened


def a_picture() -> str:
    target = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(target, "PNG")
    return base64.b64encode(target.getvalue()).decode()


def made(runtime: BranchRuntime) -> bytes:
    return archive.made(runtime.branch, runtime.data, runtime.database, DAY, DAY)


def table(opened: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(opened.read(name).decode("utf-8-sig")))]


def test_it_has_what_shows_each_standard(runtime: BranchRuntime) -> None:
    with zipfile.ZipFile(io.BytesIO(made(runtime))) as opened:
        standards = {row["id"]: row for row in table(opened, "standards.csv")}
        marks = [row for row in table(opened, "marks.csv") if row["marked_at"]]
        failed = table(opened, "proofs.csv")
        index = opened.read("index.html").decode()
        everything = b"".join(map(opened.read, opened.namelist()))
        names = opened.namelist()
        sums = opened.read("SHA256SUMS").decode().splitlines()
        for line in sums:
            digest, _, name = line.partition("  ")
            assert hashlib.sha256(opened.read(name)).hexdigest() == digest
    assert len(standards) == 240
    [mark] = marks
    seen = standards[mark["item"]]
    assert (seen["claim"], seen["looks"], seen["photos"]) == ("claimed", "1", "1")
    assert f"photos/{mark['photo']}.jpg" in names
    assert f"photos/{mark['photo']}.jpg" in index
    assert standards["T09"]["claim"] == "gap"
    assert "T09" in {row["standard"] for row in failed}
    assert sum(int(row["points"]) for row in standards.values()) == 1000
    assert "王芳".encode() not in everything
    assert len(sums) == len(names) - 1


def test_an_erased_photo_is_told_and_stands_in_no_kept_file(runtime: BranchRuntime) -> None:
    archive.keep(runtime.branch, runtime.data, runtime.database, Clock().now + timedelta(days=1))
    with zipfile.ZipFile(io.BytesIO(made(runtime))) as opened:
        [photo] = [name for name in opened.namelist() if name.startswith("photos/")]
    subject = f"inspection:{_inspection(runtime)}"
    assert main(["erase", "--subject", subject, "--yes", "--data", str(runtime.data)]) == 0
    assert [*(runtime.data / EVIDENCE).iterdir()] == []
    with zipfile.ZipFile(io.BytesIO(made(runtime))) as opened:
        assert photo not in opened.namelist()
        assert "照片 1 (已删除)" in opened.read("index.html").decode()


def _inspection(runtime: BranchRuntime) -> str:
    with closing(sqlite3.connect(runtime.database)) as db:
        id: str = db.execute("SELECT inspection FROM inspection_item").fetchone()[0]
        return id


def test_the_same_journal_gives_the_same_bytes(runtime: BranchRuntime) -> None:
    assert made(runtime) == made(runtime)


def test_it_is_made_by_itself_once_a_night_and_a_week_is_kept(runtime: BranchRuntime) -> None:
    args = runtime.branch, runtime.data, runtime.database
    midnight = Clock().now + timedelta(days=1)
    assert archive.keep(*args, midnight)
    assert not archive.keep(*args, midnight + timedelta(hours=3))
    assert archive.keep(*args, midnight + timedelta(days=1))
    for n in range(2, 9):
        archive.keep(*args, midnight + timedelta(days=n))
    files = sorted(file.name for file in (runtime.data / EVIDENCE).iterdir())
    assert len(files) == archive.KEPT
    assert files[-1] == "evidence-2026-03-10.zip"


def test_the_command_writes_what_the_page_gives(runtime: BranchRuntime, tmp_path: Path) -> None:
    out = tmp_path / "file.zip"
    days = ("--from", str(DAY), "--to", str(DAY))
    assert main(["evidence", *days, "--out", str(out), "--data", str(runtime.data)]) == 0
    assert out.read_bytes() == made(runtime)
    assert main(["evidence", *days, "--out", "file.txt", "--data", str(runtime.data)]) == 2
