"""Which page a screen should have: another when the branch was set up anew or the product was upgraded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from flask import Blueprint, current_app

from lobby.branch.model import Branch
from web.roles import public

SOURCES = (".html", ".css", ".js", ".svg", ".po", ".py")
"""What a page is made of; texts stand in Python and in catalogues too."""

pages = Blueprint("revision", __name__)


def of(branch: Branch, folders: Iterable[Path]) -> str:
    """The configuration, and every source in these folders, as one short text."""
    digest = hashlib.sha256(repr(branch).encode())
    for file in _sources(folders):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _sources(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.suffix in SOURCES and path.is_file())


@pages.get("/revision")
@public
def revision() -> dict[str, str]:
    """What pages compare with the revision that they were made with."""
    return {"revision": current_app.extensions["revision"]}
