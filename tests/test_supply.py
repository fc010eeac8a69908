"""What a branch is built from: pinned, hashed, named in the bill of materials, and enough to run."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from conftest import ROOT
from test_laws import FILES, OURS

PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)
LOCKS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-build.txt",
    "requirements-province.txt",
)


def pins(lock: str) -> set[tuple[str, str]]:
    return set(PIN.findall((ROOT / lock).read_text()))


def imported_from_outside(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names - set(OURS) - sys.stdlib_module_names


OPTIONAL = {"misaki", "onnxruntime", "pypinyin"}
"""What the neural voice loads in a process of its own, where `make voice` installed it."""

OF_HEADQUARTERS = {"duckdb", "psycopg"}
"""What only headquarters needs, where `make province` installed it."""


def test_what_the_product_imports_is_what_a_branch_installs() -> None:
    """Headquarters has more: `make province` installs it."""
    branch = {name for name, _ in pins("requirements.txt")}
    headquarters = {name for name, _ in pins("requirements-province.txt")}
    assert branch <= headquarters
    assert {name for name, _ in pins("requirements-voice.txt")} >= OPTIONAL
    assert {name for name, _ in pins("requirements-province.txt")} >= OF_HEADQUARTERS
    distributions = packages_distributions()
    for file in FILES:
        serving = headquarters if file.is_relative_to(ROOT / "headquarters") else branch
        beyond = OPTIONAL
        if file.is_relative_to(ROOT / "headquarters") or file.name == "cli_province.py":
            beyond = OPTIONAL | OF_HEADQUARTERS
        for module in imported_from_outside(file) - beyond:
            owners = {owner.lower().replace("_", "-") for owner in distributions[module]}
            assert owners & serving, (
                f"{file.name} imports {module}, which requirements.txt does not have"
            )


def test_what_builds_it_is_pinned_too() -> None:
    """A lock that has nothing pinned would pass for one without fault."""
    for lock in LOCKS:
        asked = [
            line
            for line in (ROOT / lock).read_text().splitlines()
            if re.match(r"[A-Za-z0-9]", line)
        ]
        assert asked, lock
        assert [line for line in asked if not PIN.match(line)] == [], lock
    assert [name for name, _ in pins("requirements-build.txt")] == ["uv"]


def test_nothing_is_installed_but_by_a_lock() -> None:
    recipes = (ROOT / "Makefile").read_text().replace("\\\n", " ").splitlines()
    installs = [
        line for line in recipes if re.search(r"pip (install|sync)|npm (ci|install)\b", line)
    ]
    ours = [line for line in installs if "--no-deps" in line]
    locking = [line for line in installs if "--package-lock-only" in line]
    assert len(ours) == 1, "the product itself"
    for line in set(installs) - set(ours) - set(locking):
        assert "--require-hashes" in line or "npm ci" in line, line


@pytest.mark.parametrize("lock", LOCKS)
def test_what_nobody_mends_any_more_is_not_installed(lock: str) -> None:
    """gevent-websocket ended in 2017; it would also come back as what another package asks for."""
    assert "gevent-websocket" not in {name for name, _ in pins(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_a_hash_for_each_package_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    unhashed = [
        block.split()[0] for block in blocks if PIN.match(block) and "--hash=sha256:" not in block
    ]
    assert unhashed == []
    assert "://" not in text


def test_developers_test_with_what_a_branch_and_headquarters_run() -> None:
    for lock in ("requirements.txt", "requirements-province.txt"):
        assert pins(lock) - pins("requirements-dev.txt") == set()


def test_the_browsers_lock_has_a_hash_for_each_package() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []


@pytest.mark.parametrize("folder", ["", "tools/js"])
def test_npm_runs_no_script_of_a_package(folder: str) -> None:
    assert "ignore-scripts=true" in (ROOT / folder / ".npmrc").read_text().splitlines()


def test_the_bill_of_materials_names_every_package(tmp_path: Path) -> None:
    bill = tmp_path / "sbom.json"
    command = [
        sys.executable,
        "-m",
        "cyclonedx_py",
        "requirements",
        "requirements.txt",
        "--output-file",
        str(bill),
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    listed = {
        (part["name"], part["version"]) for part in json.loads(bill.read_text())["components"]
    }
    assert listed == pins("requirements.txt")
