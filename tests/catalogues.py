"""What the catalogues have to have: the texts in code, templates and scripts, and the names of a branch."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import write_po
from conftest import CONFIG, ROOT

from lobby.branch.config import read_branch
from lobby.branch.names import Name
from lobby.standards.reading import catalogue_of

SCREENS = ("web", "kiosk", "staff", "display", "headquarters", "lobby", "integrations", "printer")
"""Packages whose texts people read on screens, boards and slips: every catalogue has them."""
COMMANDS = (
    "lobby/branch/",
    "lobby/engine/",
    "lobby/catalogues.py",
    "lobby/customers/customer_file.py",
    "printer/check.py",
    "headquarters/check/",
    "headquarters/config.py",
)
"""What of them the command line alone says, in zh and en."""

KEYWORDS = {"_": None, "Text": None, "Verb": None, "Counted": None}
METHODS = [
    ("**/vendor/**", "ignore"),
    ("**.py", "python"),
    ("**.html", "jinja2"),
    ("**.js", "javascript"),
]


@cache
def used(*packages: str) -> dict[str, set[str]]:
    """The texts in code, templates and scripts, each with the files that have it."""
    files: dict[str, set[str]] = {}
    for package in packages:
        texts = extract_from_dir(str(ROOT / package), METHODS, keywords=KEYWORDS)
        for name, _, text, _, _ in texts:
            files.setdefault(str(text), set()).add(f"{package}/{name}")
    return files


def used_on_screens() -> set[str]:
    return {
        text
        for text, files in used(*SCREENS).items()
        if not all(file.startswith(COMMANDS) for file in files)
    }


def used_by_commands() -> set[str]:
    files = ROOT.glob("*.py")
    return {
        text
        for file in files
        for _, text, _, _ in extract_from_file("python", file, keywords=KEYWORDS)
    }


def names(thing: object) -> Iterator[Name]:
    """All names in a configuration."""
    if isinstance(thing, Name):
        yield thing
    elif isinstance(thing, tuple):
        yield from (name for part in thing for name in names(part))
    elif is_dataclass(thing):
        yield from (name for field in fields(thing) for name in names(getattr(thing, field.name)))


def verbs() -> set[str]:
    """The texts that have words of their own for what is done."""
    packages = (
        extract_from_dir(str(ROOT / package), METHODS, keywords={"Verb": None})
        for package in SCREENS
    )
    return {str(text) for package in packages for _, _, text, _, _ in package}


def mark_all(folder: Path, lang: str, marks: str = "⟦⟧", config: Path = CONFIG) -> None:
    """Makes a language in one file: every text and every name in English, between the two marks."""
    begin, end = marks
    catalogue = Catalog(lang)
    branch = read_branch(config)
    things = (branch, catalogue_of(branch.standards))
    of_branch = {name.en for thing in things for name in names(thing)}
    for text in used_on_screens() | of_branch:
        catalogue.add(text, f"{begin}{text}{end}")
    for text in verbs():
        catalogue.add(text, f"{begin}{text}{end}", context="verb")
    file = folder / lang / "LC_MESSAGES/messages.po"
    file.parent.mkdir(parents=True)
    with file.open("wb") as target:
        write_po(target, catalogue)


SCENES = ROOT / "tools/states"
UNSEEN = "\u2061\u2062"
"""Marks without a width, so that a marked text needs as much room as in English."""
MARKS_LANG = "eo"
"""A language without a catalogue, whose dates Babel knows."""
DATES = {
    word.casefold()
    for names in (Locale(MARKS_LANG).days, Locale(MARKS_LANG).months)
    for width in names.values()
    for form in width.values()
    for name in form.values()
    for word in name.split()
}
WORD = re.compile(r"[^\W\d_]{2,}")
DATA = re.compile(
    r"\b(?:Lobby|QR|Esperanto|manager(?:-[0-9a-f]+)?|teller\w*|admin\w*|head|office|inspector|slip|main|virtual"
    r"|Excel|HTML|JSON|CAM-\d+|SL\d{8}-\d{4}|Etc/GMT[-+\d]*|Chrome|[A-Z]{1,2}\d{3})\b"
)
"""The same in every language: the product, the code, names of the language, accounts, printer and board, numbers."""


@cache
def typed() -> re.Pattern[str]:
    """What the scenes of the pages' states have written into the branch."""
    nodes = [node for file in SCENES.glob("*.py") for node in ast.walk(ast.parse(file.read_text()))]
    texts = {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    longest_first = sorted((text for text in texts if WORD.search(text)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def unmarked(text: str, marks: str = "⟦⟧") -> list[str]:
    """The words outside marks; a marked name may stand in a marked sentence."""
    marked = re.compile("{0}[^{0}{1}]*{1}".format(*marks))
    while marked.search(text):
        text = marked.sub("", text)
    words = WORD.findall(typed().sub("", DATA.sub("", text)))
    return [word for word in words if word.casefold() not in DATES]
