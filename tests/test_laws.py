"""The house's laws: who may import whom, which library stays where, and how long a file may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

OURS = (
    "lobby",
    "demo",
    "web",
    "kiosk",
    "staff",
    "display",
    "printer",
    "app",
    "arguments",
    "cli",
    "cli_access",
    "doctor",
)
MAY_IMPORT = {
    "lobby": {"lobby"},
    "printer": {"printer", "lobby"},
    "display": {"display", "lobby"},
    "web": {"web", "lobby"},
    "kiosk": {"kiosk", "lobby", "web"},
    "staff": {"staff", "lobby", "web"},
    "demo": {"demo", "lobby"},
    "app": set(OURS) - {"app", "arguments", "cli", "cli_access", "doctor"},
    "cli_access": {"arguments", "web", "lobby"},
    "arguments": {"lobby"},
    "doctor": {"lobby", "display", "printer"},
    "cli": set(OURS) - {"cli"},
}
ONLY_IN = {
    "escpos": ("printer/devices/",),
    "sqlite_utils": ("lobby/journal/", "lobby/reports/", "web/access/"),
    "tomllib": ("lobby/branch/config.py",),
    "flask": ("web/", "kiosk/", "staff/", "display/", "app.py"),
    "gevent": ("web/", "display/", "app.py"),
    "socketio": ("display/", "app.py"),
    "websockets": ("web/transport/",),
}
FILES = sorted(p for place in OURS for p in [*ROOT.glob(f"{place}/**/*.py"), *ROOT.glob(f"{place}.py")])
LONGEST = 350


def imported(source: str) -> Iterator[str]:
    """The top-level names that a module imports, wherever it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def family(name: str) -> str:
    """The library whose law a module falls under: `flask_login` is Flask."""
    return "flask" if name.startswith("flask") else name


def offences(path: str, source: str) -> list[str]:
    package = path.removesuffix(".py").partition("/")[0]
    found = []
    for name in imported(source):
        if name in OURS and name not in MAY_IMPORT[package]:
            found.append(f"{path} imports {name}")
        if not path.startswith(ONLY_IN.get(family(name), "")):
            found.append(f"{path} imports {name}")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_keep_the_law(file: Path) -> None:
    assert offences(str(file.relative_to(ROOT)), file.read_text()) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("lobby/commands/hall.py", "import web"),
        ("kiosk/api.py", "def f():\n    from staff import api"),
        ("printer/slip.py", "from escpos.printer import Dummy"),
        ("lobby/branch/model.py", "import flask"),
        ("lobby/commands/hall.py", "from flask_socketio import emit"),
        ("printer/spool.py", "import gevent.event"),
        ("web/door.py", "import app"),
    ],
)
def test_the_law_can_be_broken(path: str, source: str) -> None:
    assert offences(path, source)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_can_be_read_in_one_sitting(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= LONGEST


def test_no_two_files_of_tests_have_one_name() -> None:
    """pytest knows them by their names alone: the second is not run, with nothing but a line to tell."""
    names = [file.name for file in ROOT.glob("tests/**/test_*.py")]
    assert sorted(names) == sorted(set(names))
