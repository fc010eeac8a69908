"""`lobby report`: on a terminal and in files, while the branch runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Desk
from openpyxl import load_workbook

from cli import main
from lobby.engine.runtime import BranchRuntime

DAY = ("--from", "2026-03-02", "--to", "2026-03-02")
Report = Callable[..., int]


@pytest.fixture
def report(runtime: BranchRuntime, desk: Desk) -> Report:
    """Of a day on which one customer waits and one was served."""
    desk.issue(), desk.issue()
    desk.open_counter(counter="1"), desk.next(counter="1"), desk.start(counter="1")
    desk.finish(counter="1")
    data = str(runtime.data)
    return lambda *args: main(["report", "--data", data, *map(str, args)])


def test_a_readable_text(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(*DAY, "--lang", "en") == 0
    said = capsys.readouterr().out
    assert "Daily bulletin 2026-03-02" in said
    assert "Customers served: 1" in said
    assert report(*DAY, "--lang", "zh") == 0
    assert "已办理客户: 1" in capsys.readouterr().out


def test_files_have_the_same_figures(report: Report, tmp_path: Path) -> None:
    for end in ("json", "xlsx", "html"):
        assert report(*DAY, "--lang", "en", "--out", tmp_path / f"b.{end}") == 0
    figures = json.loads((tmp_path / "b.json").read_text())["measures"]
    assert (figures["tickets"]["value"], figures["served"]["value"]) == (2, 1)
    rows = load_workbook(tmp_path / "b.xlsx")["Figures"].iter_rows(min_row=2)
    assert {row[0].value: row[1].value for row in rows}["Tickets"] == 2
    assert "Customers served" in (tmp_path / "b.html").read_text()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--from", "2026-03-02", "--to", "yesterday"), "no date"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "before --from"),
        ((*DAY, "--out", "b.pdf"), ".xlsx, .html, .json"),
        (("--from", "2026-03-02"), "--to"),
    ],
)
def test_bad_input_is_one_line(
    report: Report, args: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(*args) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert complaint.count("\n") == 1
