"""Screens load themselves anew after an upgrade too: whatever a page is made of makes another revision."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from lobby.branch.model import Branch
from web import revision


@pytest.fixture
def product(tmp_path: Path) -> Path:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "kiosk.js").write_text("old")
    return tmp_path


def test_the_same_product_and_branch_have_the_same_revision(branch: Branch, product: Path) -> None:
    (product / "readme.md").write_text("no page is made of this")
    assert revision.of(branch, [product]) == revision.of(branch, [product])


@pytest.mark.parametrize(
    "name", ["page.html", "kiosk.js", "base.css", "icon.svg", "messages.po", "texts.py"]
)
def test_an_upgrade_is_another_revision(branch: Branch, product: Path, name: str) -> None:
    before = revision.of(branch, [product])
    (product / "static" / name).write_text("new")
    assert revision.of(branch, [product]) != before


def test_another_configuration_is_another_revision(branch: Branch, product: Path) -> None:
    changed = dataclasses.replace(branch, counters=branch.counters[:-1])
    assert revision.of(branch, [product]) != revision.of(changed, [product])
