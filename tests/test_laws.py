"""The house's laws: who may import whom, which library stays where, and how long a file may be."""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT

APART = {"benchmarks", "tests", "tools"}
"""Folders of Python that no branch runs."""
OURS = {file.parent.name for file in ROOT.glob("*/__init__.py")} - APART
OURS |= {file.stem for file in ROOT.glob("*.py")}
"""What a branch runs: the packages and the single files beside them."""
MAY_IMPORT = {
    "lobby": {"lobby"},
    "printer": {"printer", "lobby"},
    "display": {"display", "lobby"},
    "web": {"web", "lobby"},
    "kiosk": {"kiosk", "lobby", "web"},
    "staff": {"staff", "lobby", "web"},
    "demo": {"demo", "lobby"},
    "integrations": {"integrations", "lobby"},
    "headquarters": {"headquarters", "integrations", "lobby", "web"},
    "app": OURS
    - {
        "app",
        "arguments",
        "cli",
        "cli_access",
        "cli_bulletin",
        "cli_copies",
        "cli_headquarters",
        "cli_hq_serve",
        "cli_instruction",
        "cli_journals",
        "cli_privacy",
        "cli_province",
        "cli_report",
        "cli_trace",
        "doctor",
    },
    "cli_access": {"arguments", "web", "lobby"},
    "cli_bulletin": {"arguments", "headquarters", "lobby"},
    "cli_headquarters": {"arguments", "headquarters", "lobby"},
    "cli_hq_serve": {"arguments", "cli_access", "headquarters", "web"},
    "cli_instruction": {"arguments", "headquarters", "lobby"},
    "cli_journals": {"arguments", "headquarters"},
    "cli_copies": {"arguments", "cli_access", "cli_province", "lobby"},
    "cli_privacy": {"arguments", "lobby"},
    "cli_province": {
        "arguments",
        "cli_bulletin",
        "cli_headquarters",
        "cli_hq_serve",
        "cli_instruction",
        "cli_journals",
        "headquarters",
        "integrations",
        "lobby",
        "web",
    },
    "cli_report": {"arguments", "lobby", "staff"},
    "cli_trace": {"arguments", "lobby"},
    "arguments": {"lobby"},
    "doctor": {"doctor", "lobby", "display", "printer", "integrations"},
    "cli": OURS - {"cli"},
}
ONLY_IN = {
    "argparse": (),
    "click": ("arguments.py", "cli"),
    "concurrent": ("lobby/engine/", "integrations/", "web/loop.py", "web/ahead.py"),
    "cryptography": (
        "headquarters/certificates/authority.py",
        "headquarters/instruction/signing.py",
        "integrations/instructions.py",
        "integrations/web_push.py",
        "lobby/journal/subject_keys.py",
    ),
    "duckdb": ("headquarters/archive/archived.py",),
    "escpos": ("printer/devices/",),
    "fcntl": ("lobby/engine/", "printer/devices/"),
    "flask": ("web/", "kiosk/", "staff/", "display/", "headquarters/", "app.py"),
    "gevent": ("web/", "display/", "headquarters/serving.py", "app.py"),
    "http": ("web/schemas.py",),
    "httpx": ("integrations/",),
    "icalendar": ("kiosk/booking/",),
    "nats": ("integrations/", "headquarters/"),
    "numpy": (
        "display/voice/kokoro.py",
        "lobby/forecast/",
        "lobby/trace/",
        "lobby/journal/traces.py",
    ),
    "psycopg": ("headquarters/",),
    "queue": ("lobby/engine/",),
    "sklearn": ("lobby/trace/",),
    "socket": (
        "headquarters/check/nats.py",
        "headquarters/engines/engines.py",
        "headquarters/engines/demonstration.py",
        "integrations/watchdog.py",
        "printer/devices/",
        "web/transport/",
    ),
    "socketio": ("display/",),
    "sqlite3": (),
    "sqlite_utils": ("lobby/journal/", "web/access/"),
    "subprocess": (
        "display/voice/",
        "headquarters/engines/demonstration.py",
        "headquarters/engines/engines.py",
        "lobby/engine/aside.py",
        "printer/fonts.py",
        "printer/devices/cups.py",
    ),
    "threading": ("lobby/engine/", "integrations/", "printer/spool.py", "web/", "demo/"),
    "tomllib": ("lobby/branch/config.py",),
    "websockets": ("web/transport/",),
}
"""Which library only these folders and files may use; SQLite only through sqlite_utils."""
STOREYS = (
    {"branch", "events", "standards"},
    {"state"},
    {"evolve", "commands", "calling", "customers", "forecast"},
    {"views", "journal", "reports"},
    {"engine", "simulation", "trace"},
)
"""The folders of lobby/, from the ground up: each may import from its own storey and from those below."""
SHARED = {
    "catalogues",
    "errors",
    "heard",
    "refusals",
    "refusals_of_headquarters",
    "refused_words",
    "quantile",
    "redaction",
    "texts",
}
"""Single files of lobby/ that know no folder but branch, for all of them."""
FILES = sorted(
    p for place in sorted(OURS) for p in [*ROOT.glob(f"{place}/**/*.py"), *ROOT.glob(f"{place}.py")]
)
LONGEST = 350


def imported(source: str) -> Iterator[str]:
    """The top-level names that a module imports, wherever it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def arrows(path: str, source: str) -> set[tuple[str, str]]:
    """From which folder of lobby/ to which another one the module's imports lead."""
    here = folder(path.removesuffix(".py").replace("/", "."))
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "lobby":
            names |= {f"lobby.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    led = {folder(name) for name in names if name.startswith("lobby.")}
    return {(here, there) for there in led if there != here}


def folder(name: str) -> str:
    return name.split(".")[1]


def storey(name: str) -> int:
    return next(n for n, rooms in enumerate(STOREYS) if name in rooms)


def upwards(path: str, source: str) -> set[tuple[str, str]]:
    """The arrows that break the order of the house."""
    found = arrows(path, source)
    outside = {
        (here, there)
        for here, there in found
        if here in SHARED and there not in SHARED | {"branch"}
    }
    inside = {(here, there) for here, there in found if not {here, there} & SHARED}
    return outside | {(here, there) for here, there in inside if storey(there) > storey(here)}


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
        ("lobby/commands/base.py", "import threading"),
        ("lobby/views/views.py", "import numpy"),
        ("lobby/reports/bulletin.py", "import sqlite3"),
        ("lobby/customers/reading.py", "from http.client import HTTPSConnection"),
        ("staff/plan/api.py", "import subprocess"),
        ("lobby/commands/commands.py", "import web"),
        ("kiosk/phone/api.py", "def f():\n    from staff import api"),
        ("printer/slip.py", "from escpos.printer import Dummy"),
        ("lobby/branch/model.py", "import flask"),
        ("lobby/commands/commands.py", "from flask_socketio import emit"),
        ("printer/spool.py", "import gevent.event"),
        ("web/dispatch.py", "import app"),
    ],
)
def test_the_law_can_be_broken(path: str, source: str) -> None:
    assert offences(path, source)


@cache
def used() -> dict[str, set[str]]:
    """The libraries of each file."""
    return {
        str(f.relative_to(ROOT)): {family(name) for name in imported(f.read_text())} for f in FILES
    }


KNOW_THE_ENGINE = {
    "web/access/base.py": "the keys that secrets are stored under",
    "web/ahead.py": "holds the process beside the server",
    "web/audit.py": "handed the runtime: access facts are nobody's request",
    "web/dispatch.py": "the way of every request to the writer and back",
    "web/factory.py": "puts the application together",
    "web/loop.py": "pumps the writer",
    "web/ops.py": "handed the runtime: health and figures",
}
"""The files of web, kiosk and staff that import lobby.engine, and why. Pages and APIs go through web.dispatch."""


def knows_the_engine(source: str) -> bool:
    return any(name.startswith("lobby.engine") for name in modules_of(source))


def test_pages_and_apis_reach_the_engine_through_dispatch() -> None:
    files = [file for place in ("web", "kiosk", "staff") for file in ROOT.glob(f"{place}/**/*.py")]
    knowing = {str(file.relative_to(ROOT)) for file in files if knows_the_engine(file.read_text())}
    assert knowing == set(KNOW_THE_ENGINE)


@pytest.mark.parametrize(
    "source",
    ["from lobby.engine.runtime import DATABASE", "def f():\n    from lobby import engine"],
)
def test_an_import_of_the_engine_is_seen(source: str) -> None:
    assert knows_the_engine(source)


@pytest.mark.parametrize("library", ONLY_IN)
def test_no_permission_is_left_over(library: str) -> None:
    users = {path for path, families in used().items() if library in families}
    assert [
        place for place in ONLY_IN[library] if not any(user.startswith(place) for user in users)
    ] == []


RULES = [(str(file.relative_to(ROOT)), file.read_text()) for file in ROOT.glob("lobby/*/**/*.py")]
RULES += [(f"lobby/{name}.py", (ROOT / "lobby" / f"{name}.py").read_text()) for name in SHARED]


def test_no_arrow_in_the_rules_leads_upwards() -> None:
    assert [(path, up) for path, source in RULES if (up := upwards(path, source))] == []


PURE = {"branch", "events", "state", "evolve", "commands", "calling", "customers"}
"""Folders that load no numpy, not through others either: they ask a forecast through its port."""
HEAVY = {"numpy", "sklearn"}


def modules_of(source: str) -> set[str]:
    """The full names of what a module imports, `from x import y` as x and x.y."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def ways_to(heavy: set[str], start: str, imports: dict[str, set[str]]) -> list[list[str]]:
    """The chains of imports by which a module loads one of these libraries."""
    ways = [[start]]
    seen = {start}
    ends = []
    for way in ways:
        for name in sorted(imports.get(way[-1], set()) - seen):
            seen.add(name)
            ends += [[*way, name]] if name.partition(".")[0] in heavy else []
            ways += [[*way, name]] if name in imports else []
    return ends


IMPORTS = {path.removesuffix(".py").replace("/", "."): modules_of(source) for path, source in RULES}


@pytest.mark.parametrize("module", [name for name in IMPORTS if name.split(".")[1] in PURE])
def test_rules_ask_a_forecast_through_its_port(module: str) -> None:
    assert ways_to(HEAVY, module, IMPORTS) == []


def test_a_way_through_other_modules_is_seen() -> None:
    chain = {
        "lobby.commands.base": {"lobby.forecast.live"},
        "lobby.forecast.live": {"numpy.linalg"},
    }
    assert ways_to(HEAVY, "lobby.commands.base", chain) == [
        ["lobby.commands.base", "lobby.forecast.live", "numpy.linalg"]
    ]
    assert ways_to(HEAVY, "lobby.forecast.live", IMPORTS)


def test_no_arrows_in_the_rules_make_a_circle() -> None:
    found: dict[str, set[str]] = {}
    for path, source in RULES:
        for here, there in arrows(path, source):
            found.setdefault(here, set()).add(there)
    graphlib.TopologicalSorter(found).prepare()  # raises CycleError


def test_every_folder_of_the_rules_has_its_storey() -> None:
    assert {folder.parent.name for folder in ROOT.glob("lobby/*/__init__.py")} == set().union(
        *STOREYS
    )
    assert {file.stem for file in ROOT.glob("lobby/*.py")} - {"__init__"} == SHARED


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("lobby/state/queue.py", "from lobby.evolve.apply import apply"),
        ("lobby/branch/agreement.py", "from lobby.customers import tiering"),
        ("lobby/forecast/live.py", "def f():\n    import lobby.simulation.figures"),
        ("lobby/errors.py", "from lobby.state.queue import QueueState"),
    ],
)
def test_an_arrow_upwards_is_seen(path: str, source: str) -> None:
    assert upwards(path, source)


STATES = {"state", "status", "kind", "break_status", "hold", "seat", "missed", "what"}
"""Attributes, and keys of views, whose values are members of an enumeration."""


def is_state(node: ast.expr) -> bool:
    """Whether it reads or writes a state: `ticket.state`, or `ticket["state"]` of a view."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value in STATES
    return isinstance(node, ast.Attribute) and node.attr in STATES


def is_text(node: ast.expr) -> bool:
    """Whether it is a text, or a literal collection with one."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(is_text(element) for element in node.elts)
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def states_as_text(source: str) -> list[int]:
    """The lines where a state is compared with, or set to, a text instead of a member of its enumeration."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Assign):
            sides = [*node.targets, node.value]
        else:
            continue
        if any(map(is_state, sides)) and any(map(is_text, sides)):
            lines.append(node.lineno)
    return lines


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_state_is_no_text(file: Path) -> None:
    assert states_as_text(file.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        'counter.state == "open"',
        '"open" == counter.state',
        'slip.state = "sent"',
        'alert.kind in ("late", "soon")',
        'ticket["state"] == "no_show"',
        'rules.missed == "back"',
        'step.what == "started"',
    ],
)
def test_a_state_as_text_is_seen(source: str) -> None:
    assert states_as_text(source)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_can_be_read_in_one_sitting(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= LONGEST


def test_no_two_files_of_tests_have_one_name() -> None:
    """pytest knows them by their names alone: the second is not run, with nothing but a line to tell."""
    names = [file.name for file in ROOT.glob("tests/**/test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_no_test_depends_on_whether_a_browser_was_tried_before_it() -> None:
    """The loop of a browser's driver runs in the thread of the tests, so no other can there: see tests/awaited.py."""
    loop = re.compile(r"\basyncio\.(?:run|Runner)\(")
    files = (ROOT / "tests").rglob("*.py")
    assert [file.name for file in files if loop.search(file.read_text())] == []
