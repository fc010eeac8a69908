"""The revision of all pages: it changes with the configuration and with an upgrade of the product."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from flask import Blueprint, current_app

from web.roles import public

SOURCES = (".html", ".css", ".js", ".svg", ".po", ".py")
"""The sources of a page; its texts are in Python files and catalogues too."""

pages = Blueprint("revision", __name__)


def of(configuration: object, folders: Iterable[Path]) -> str:
    """A short digest of the configuration and of every source in these folders."""
    digest = hashlib.sha256(repr(configuration).encode())
    for file in _sources(folders):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _sources(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(
            path for path in folder.rglob("*") if path.suffix in SOURCES and path.is_file()
        )


@pages.get("/revision")
@public
def revision() -> dict[str, str]:
    """The present revision, with which a page compares its own."""
    return {"revision": current_app.extensions["revision"]}
