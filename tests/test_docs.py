"""The documents say what the code is: generated tables, commands, links, and no text left untranslated."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from conftest import ROOT

sys.path[:0] = [str(ROOT / "tools")]

import docs  # noqa: E402
from cli import parser  # noqa: E402


@pytest.mark.parametrize("path", docs.DOCUMENTS, ids=lambda path: path.name)
def test_generated_tables_are_true(path: Path) -> None:
    assert path.read_text() == docs.written(path.read_text(), docs.DOCUMENTS[path]()), "run: make docs"


def test_every_command_stands_in_the_docs() -> None:
    said = "".join(path.read_text() for path in [*ROOT.glob("docs/*.md"), ROOT / "README.md"])
    commands = next(a for a in parser()._actions if a.dest == "command").choices
    assert commands
    for command in commands:
        assert f"lobby {command}" in said, command


@pytest.mark.parametrize("path", [ROOT / "README.md", *ROOT.glob("docs/*.md")], ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_every_text_is_translated() -> None:
    with (ROOT / "web/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        known = {message.id for message in read_po(file) if message.id and message.string}
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    used = {
        text
        for package in ("web", "kiosk", "desk", "display")
        for _, _, text, _, _ in extract_from_dir(str(ROOT / package), methods, keywords={"_": None})
    }
    assert len(used) > 100
    assert used == known
