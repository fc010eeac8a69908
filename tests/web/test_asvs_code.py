"""What must stand nowhere in the product's own code, or in few places alone: docs/asvs.md names these."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from conftest import ROOT
from test_laws import FILES

PARTS = ("web", "kiosk", "staff", "display", "headquarters")
SCRIPTS = [f for part in PARTS for f in (ROOT / part).rglob("*.js") if "vendor" not in f.parts]
TEMPLATES = [f for part in PARTS for f in (ROOT / part).rglob("*.html")]
FORBIDDEN = {
    "eval", "exec", "compile", "__import__", "pickle", "marshal", "shelve", "yaml", "system", "popen", "Markup",
    "render_template_string", "from_string",
}  # fmt: skip
OWN_PIPE = {ROOT / "lobby/engine/aside.py", ROOT / "lobby/engine/aside_main.py"}
"""The server and the process beside it: what they unpickle comes from each other alone, over a pipe without a name."""
UNSAFE = re.compile(
    r"\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
)
STORED = re.compile(r"(?:local|session)Storage\.setItem\((\w+)")


def calls(file: Path) -> list[tuple[str, ast.Call]]:
    """What is called there, by the last name of it."""
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            found.append((name, node))
    return found


def bare(call: ast.Call) -> bool:
    """Whether it is no method of something: `re.compile` is harmless."""
    return isinstance(call.func, ast.Name)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_shell_and_no_code_from_data(file: Path) -> None:
    for name, call in calls(file):
        assert name not in FORBIDDEN or (name == "compile" and not bare(call)), (
            f"{name} in {file}:{call.lineno}"
        )
        shell = [one.value for one in call.keywords if one.arg == "shell"]
        assert not shell, f"a shell in {file}:{call.lineno}"
    imported = {
        alias.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert not imported & FORBIDDEN - ({"pickle"} if file in OWN_PIPE else set())
    assert "request.values" not in file.read_text()


def test_no_value_is_written_into_sql() -> None:
    """A query is a constant, or is put together from constants; what is filled in are names of our own. Those of
    derived tables and their columns are constants of the tables' modules."""
    ours = {
        "COLUMNS",
        "MOVES",
        "OTHERS",
        "RIGHT_REFERENCES",
        "WITH_ACCOUNT",
        "column",
        "command",
        "engine",
        "round",
        "seconds",
        "table",
        "marks",
    }
    tables = {ROOT / "lobby/journal/tables/table.py", ROOT / "lobby/journal/rebuild.py"}
    for file in sorted(set(FILES) - tables):
        for name, call in calls(file):
            if name not in ("execute", "executemany", "query") or not call.args:
                continue
            for part in ast.walk(call.args[0]):
                if isinstance(part, ast.FormattedValue):
                    named = {node.id for node in ast.walk(part.value) if isinstance(node, ast.Name)}
                    assert named <= ours, f"{file}:{call.lineno} {named}"


def test_nothing_goes_into_a_page_unescaped() -> None:
    assert [file.name for file in SCRIPTS if UNSAFE.search(file.read_text())] == []
    unsafe = re.compile(r"\|\s*safe\b|autoescape false|<script>|\son\w+=\"|style=\"")
    assert [file.name for file in TEMPLATES if unsafe.search(file.read_text())] == []
    assert SCRIPTS
    assert TEMPLATES


def test_scripts_compare_strictly_and_touch_no_prototype() -> None:
    # `!= null` means null or undefined, and is meant
    loose = re.compile(
        r"[^=!<>]==[^=]|!=(?! null)[^=]|__proto__|\.prototype\b|setPrototypeOf|\bin Object\b|for \(\w+ \w+ in "
    )
    assert [
        (file.name, found[0]) for file in SCRIPTS if (found := loose.search(file.read_text()))
    ] == []


def test_what_browsers_keep_is_listed() -> None:
    """A new thing kept in a browser is looked at before it is named here: nothing of a customer may be among them."""
    kept = {
        (str(file.relative_to(ROOT)), key)
        for file in SCRIPTS
        for key in STORED.findall(file.read_text())
    }
    assert kept == {
        ("web/static/guard.js", "STORE"),
        ("web/static/idle.js", "TOUCHED"),
        ("kiosk/phone/away.js", "KEPT"),
        ("staff/shared/shelf.js", "name"),
        ("staff/tablet/cue.js", "KEY"),
    }


def test_no_weak_hash() -> None:
    for file in FILES:
        assert not re.search(r"\bmd5\b|\bsha1\b|\bMD5\b", file.read_text()), file


def test_what_must_not_be_guessed_comes_from_the_systems_randomness() -> None:
    """`random` plays customers in simulations, spreads the shippers' returns and picks a free port, and jitters
    nothing at the door."""
    by_chance = {
        file
        for file in FILES
        if re.search(r"^(?:import|from) random\b", file.read_text(), re.MULTILINE)
    }
    ports_and_returns = {ROOT / "headquarters/engines/engines.py", ROOT / "integrations/shipper.py"}
    of_rules = by_chance - ports_and_returns
    assert {file.relative_to(ROOT).parts[0] for file in of_rules} <= {"lobby", "demo"}
    secret = ("keys.py", "links.py", "private.py")
    assert not [file for file in by_chance if file.name in secret]


def test_no_debugger() -> None:
    for file in FILES:
        for name, call in calls(file):
            assert not (name == "run" and any(one.arg == "debug" for one in call.keywords)), file
            assert name not in ("run_simple", "DebuggedApplication"), file


def test_sessions_and_tokens_begin_in_the_documented_places_only() -> None:
    made = {
        (name, str(file.relative_to(ROOT)))
        for file in FILES
        for name, call in calls(file)
        if name in ("begin", "create_token") and not bare(call)
    }
    begun = {place for name, place in made if name == "begin" and not place.startswith("lobby/")}
    assert begun == {"web/signin.py", "web/account.py"}
    assert {place for name, place in made if name == "create_token"} == {
        "web/access/codes.py",
        "cli_access.py",
        "cli_hq_serve.py",
    }
