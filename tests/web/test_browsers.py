"""Every script and style sheet that a browser gets runs in the oldest one we promise, Chromium 90."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

TOOLS = ROOT / "tools/js"
BIN = TOOLS / "node_modules/.bin"
PACKAGES = ("web", "kiosk", "staff", "display", "headquarters")
NEWER_JS = """
[1].at(-1)
[1].findLast((n) => n)
[1].toReversed()
structuredClone({})
Object.hasOwn({}, "a")
AbortSignal.timeout(1)
crypto.randomUUID()
await 1
Object.groupBy([1], (n) => n)
"a".isWellFormed()
new Set([1]).union(new Set())
class A { static { 1; } }
""".strip().splitlines()
NEWER_CSS = """
:is(a):has(b) { color: red; }
a { container-type: size; }
a { width: 5cqw; }
a { height: 100dvh; }
a { color: color-mix(in srgb, red, blue); }
@layer a { b { color: red; } }
a { translate: 1px; }
@container (width > 1px) { a { color: red; } }
""".strip().splitlines()


def complaints(*command: str) -> list[str]:
    """What a checker of scripts or styles says, one line a complaint."""
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    found: list[Any] = json.loads(done.stdout or done.stderr)
    named = [
        (one.get("filePath") or one.get("source"), one.get("messages", one.get("warnings")))
        for one in found
    ]
    return [
        f"{Path(name).name}: {each.get('message') or each.get('text')}"
        for name, all in named
        for each in all
    ]


def of_scripts(*files: str) -> list[str]:
    return complaints(
        "eslint", "--config", "tools/js/eslint.config.mjs", "--format", "json", *files
    )


def of_styles(*files: str) -> list[str]:
    config = ("--config", "tools/js/stylelint.config.mjs", "--formatter", "json")
    return complaints("stylelint", *config, *files)


def test_every_script_runs_in_the_oldest_browser() -> None:
    assert of_scripts(*PACKAGES) == []


def test_every_style_sheet_is_understood_by_the_oldest_browser() -> None:
    assert of_styles("{web,kiosk,staff,display}/**/*.css") == []


@pytest.fixture
def planted() -> Any:
    """A folder among those that are served."""
    folder = ROOT / "web/static/planted"
    folder.mkdir()
    yield folder
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def test_what_is_newer_is_found(planted: Path) -> None:
    for n, code in enumerate(NEWER_JS):
        (planted / f"{n}.js").write_text(f"{code};\n")
    for n, code in enumerate(NEWER_CSS):
        (planted / f"{n}.css").write_text(f"{code}\n")
    scripts = of_scripts(str(planted))
    styles = of_styles(f"{planted}/*.css")
    assert [
        code
        for n, code in enumerate(NEWER_JS)
        if not any(one.startswith(f"{n}.js") for one in scripts)
    ] == []
    assert [
        code
        for n, code in enumerate(NEWER_CSS)
        if not any(one.startswith(f"{n}.css") for one in styles)
    ] == []
