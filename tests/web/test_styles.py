"""What the style sheets name is what the pages have."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import ROOT

FOLDERS = ("web", "kiosk", "staff", "display", "headquarters")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTOR = re.compile(r"([^{};]+)\{")
NAME = re.compile(r"[.#]([A-Za-z][\w-]*)|\[(data-[\w-]+)")
NUMBER = re.compile(r"-?\d+$")
WORD = re.compile(r"[A-Za-z][\w-]*")


def files(suffix: str) -> list[Path]:
    return [
        file
        for folder in FOLDERS
        for file in (ROOT / folder).rglob(f"*{suffix}")
        if "vendor" not in file.parts
    ]


def names(sheet: Path) -> set[str]:
    """The classes, ids and data attributes of the sheet's selectors, without their numbers."""
    selectors = SELECTOR.findall(COMMENT.sub("", sheet.read_text()))
    pairs = [pair for selector in selectors for pair in NAME.findall(selector)]
    return {NUMBER.sub("", name or attribute) for name, attribute in pairs}


def words_of_pages() -> set[str]:
    """Every word of templates, scripts and their Python; a script calls `data-row-id` `rowId`."""
    pages = [file.read_text() for suffix in (".html", ".js", ".py") for file in files(suffix)]
    words = {word for page in pages for word in WORD.findall(page)}
    return words | {f"data-{kebab(word)}" for word in words}


def kebab(word: str) -> str:
    return re.sub(r"[A-Z]", lambda capital: f"-{capital[0].lower()}", word)


def test_every_class_id_and_data_attribute_of_a_style_sheet_is_in_a_page() -> None:
    """A rule for what no page has is dead, and hides that the page has something else now."""
    words = words_of_pages()
    dead = {
        f"{sheet.relative_to(ROOT)}: {name}"
        for sheet in files(".css")
        for name in names(sheet) - words
    }
    assert dead == set()
