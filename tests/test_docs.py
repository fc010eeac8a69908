"""The documents say what the code is: generated tables, commands and links."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import ROOT

import docs
from cli import cli
from lobby.commands.ids import Ids
from lobby.state.alert import AlertKind


@pytest.mark.parametrize("path", docs.DOCUMENTS, ids=lambda path: path.name)
def test_generated_tables_are_true(path: Path) -> None:
    assert path.read_text() == docs.with_table(path.read_text(), docs.DOCUMENTS[path]()), (
        "run: make docs"
    )


def test_every_command_stands_in_the_docs() -> None:
    said = "".join(path.read_text() for path in [*ROOT.glob("docs/*.md"), ROOT / "README.md"])
    assert cli.commands
    for command in cli.commands:
        assert f"lobby {command}" in said, command


def test_a_ticket_of_the_docs_is_named_as_tickets_are() -> None:
    """By its id, not by the number on a slip."""
    said = "".join(path.read_text() for path in ROOT.glob("docs/*.md"))
    examples = re.findall(r"^lobby .*--ticket (\S+)$", said, re.MULTILINE)
    form = Ids().next(datetime.now(UTC))
    assert examples
    for id in examples:
        assert len(id) == len(form)
        assert set(id) <= set("0123456789abcdefghijklmnopqrstuv"), id


@pytest.mark.parametrize(
    "path", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], ids=lambda path: path.name
)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_the_files_of_likely_changes_are_there() -> None:
    """Each is a file or folder; one of each noun for NOUN, one of each language for LANG."""
    text = (
        (ROOT / "docs/house.md")
        .read_text()
        .partition("## Ten likely changes")[2]
        .partition("## Words")[0]
    )
    named = set(re.findall(r"`([a-z]+/[\w/.]+|[a-z]+\.py)`", text))
    assert len(named) > 20
    for path in named:
        assert [*ROOT.glob(path.replace("NOUN", "*").replace("LANG", "*"))], path


def test_every_kind_of_alert_stands_in_the_table_of_alerts() -> None:
    table = (
        (ROOT / "docs/visits.md").read_text().partition("| alert | when")[2].partition("\n\n")[0]
    )
    rows = re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(AlertKind)


def test_the_house_misses_no_folder_and_names_none_that_is_gone() -> None:
    """Packages with their own, and every other folder that holds something kept."""
    said = set(
        re.findall(r"^\| `([a-z/]+)` \|", (ROOT / "docs/house.md").read_text(), re.MULTILINE)
    )
    packages = {str(file.parent.relative_to(ROOT)) for file in ROOT.glob("[a-z]*/**/__init__.py")}
    packages -= {name for name in packages if name.startswith(("tests", "tools", "build"))}
    others = {"deploy", "benchmarks", "tools", "slides", "docs"}
    assert said == (packages - {"lobby"}) | others
