"""Every call of a command is checked where it is written: a wrong argument ends `make lint`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from conftest import ROOT
from mypy import api

HEAD = """
from lobby.engine.runtime import BranchRuntime
from lobby.engine.submission import By
from lobby.state.ticket import QueuePosition
from web.dispatch import do
from demo.stage import Stage

def right(runtime: BranchRuntime, stage: Stage) -> None:
    commands = runtime.commands
    do(commands.next, counter="1")
    do(commands.expecting(commands.next, "1/open"), "1")
    runtime.writer.submit(By("x"), commands.move, "id", seat=QueuePosition.FIRST)
    stage.do("x", commands.cancel, ticket="id")

def wrong(runtime: BranchRuntime, stage: Stage) -> None:
    commands = runtime.commands
"""
WRONG = (
    'do(commands.next, desk="1")',
    "do(commands.next, counter=1)",
    'do(commands.expecting(commands.next, "1/open"))',
    'runtime.writer.do("x", commands.move, "id", seat="first")',
    'runtime.writer.submit(By("x"), commands.cancel)',
    'stage.do("x", commands.issue, services="cash")',
    'do(len, "id")',
)


@pytest.mark.long
def test_mypy_sees_every_wrong_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tmp_path / "calls.py"
    calls.write_text(HEAD + "\n".join(f"    {line}" for line in WRONG))
    monkeypatch.chdir(ROOT)
    told, errors, _ = api.run([str(calls)])
    assert not errors
    lines = {int(line.split(":")[1]) for line in told.splitlines() if "error:" in line}
    first = len(HEAD.splitlines()) + 1
    assert lines == set(range(first, first + len(WRONG))), told


SURFACES = [
    path
    for place in ("kiosk", "staff", "display", "printer", "web", "demo")
    for path in ROOT.glob(f"{place}/**/*.py")
]


def unchecked(source: str) -> list[int]:
    """The lines that hand a command a dictionary of arguments, which mypy cannot look into."""
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and mentions_command(node)
    ]
    return [call.lineno for call in calls for keyword in call.keywords if keyword.arg is None]


def mentions_command(call: ast.Call) -> bool:
    return any(
        isinstance(part, ast.Attribute) and part.attr == "commands"
        for arg in call.args
        for part in ast.walk(arg)
    )


@pytest.mark.parametrize("path", SURFACES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_surface_hands_a_command_what_mypy_cannot_see(path: Path) -> None:
    assert unchecked(path.read_text()) == []


def test_a_dictionary_of_arguments_is_seen() -> None:
    assert unchecked("do(runtime().commands.issue, **body.model_dump())") == [1]
