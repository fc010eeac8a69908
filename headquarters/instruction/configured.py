"""The configuration as headquarters writes it: a file of the same tables as a branch's, what of it may be sent, and the
files beside it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path, PurePath
from typing import Any

from lobby.branch.complaint import Complaint, ConfigError
from lobby.branch.config import tables, wrong_in_sent
from lobby.branch.sent import VERSION_MAX
from lobby.events.down import SLIDE_NAME, Configuration
from lobby.standards.reading import read_catalogue
from lobby.standards.record import to_json
from lobby.texts import Text

BEGINNINGS = {
    ".png": (b"\x89PNG",),
    ".jpg": (b"\xff\xd8",),
    ".jpeg": (b"\xff\xd8",),
    ".webp": (b"RIFF",),
}
"""What a picture of each kind begins with."""
VERSION = Text("a version of 1 to {n} characters, such as 2026-12")
SLIDES = Text("the name of a folder beside this file")
BESIDE = Text("the name of a file beside this one")


def read_configuration(file: Path) -> Configuration:
    """What the file has headquarters send. Raises ConfigError with everything that is wrong."""
    raw = tables(file)
    version = raw.pop("version", None)
    folder = raw.pop("slides", None)
    if folder is not None:
        _must_be_beside(file, "slides", folder, SLIDES)
    catalogue = _catalogue(file, raw)
    sent = _as_json(raw)
    complaints = [*_version(version), *wrong_in_sent(sent)]
    slides: dict[str, str] = {}
    if isinstance(folder, str):
        slides, wrong = _slides(file.parent / folder)
        complaints += wrong
    if not raw and not slides:
        complaints.append(Complaint("tables", "nothing", Text("at least one table, or slides")))
    if complaints:
        raise ConfigError(file, complaints)
    return Configuration(str(version), sent, catalogue, slides)


def _version(version: object) -> Iterator[Complaint]:
    fits = isinstance(version, str) and version.strip() and len(version) <= VERSION_MAX
    if not fits:
        found = "nothing" if version is None else version
        yield Complaint("version", found, VERSION.with_(n=VERSION_MAX))


def _must_be_beside(file: Path, where: str, name: object, allowed: Text) -> None:
    """Whoever may send a configuration may not read with it what else the computer of headquarters has."""
    path = PurePath(name) if isinstance(name, str) else None
    if path is None or path.is_absolute() or ".." in path.parts or not path.parts:
        raise ConfigError(file, [Complaint(where, name, allowed)])


def _catalogue(file: Path, raw: dict[str, Any]) -> dict[str, Any] | None:
    """The catalogue that `standards.file` names, taken out of the tables: it travels beside them."""
    standards = raw.get("standards")
    if not isinstance(standards, dict) or not isinstance(standards.get("file"), str):
        return None
    _must_be_beside(file, "standards.file", standards["file"], BESIDE)
    raw["standards"] = {key: value for key, value in standards.items() if key != "file"}
    catalogue = read_catalogue(file.parent / standards["file"])
    return {"version": catalogue.version, "standards": [*to_json(catalogue)]}


def _slides(folder: Path) -> tuple[dict[str, str], list[Complaint]]:
    """By name the files in base64, and what is none of a board's."""
    slides = {}
    wrong = []
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        return {}, [Complaint("slides", f"{folder}: {error.strerror}", SLIDES)]
    for path in paths:
        allowed = _unsuited(path)
        if allowed:
            wrong.append(Complaint("slides", path.name, allowed))
        else:
            slides[path.name] = base64.b64encode(path.read_bytes()).decode()
    return slides, wrong


def _unsuited(path: Path) -> Text | None:
    """What would be allowed in its place; None where the file is a slide."""
    if not path.is_file() or not re.fullmatch(SLIDE_NAME, path.name):
        return Text("files such as 10-new-year.txt or 20-offer.jpg, in small letters")
    beginnings = BEGINNINGS.get(path.suffix)
    if beginnings and not path.read_bytes().startswith(beginnings):
        return Text("a picture of the kind that its name says")
    return None


def _as_json(value: Any) -> Any:
    """TOML's days and times as JSON has them."""
    if isinstance(value, dict):
        return {key: _as_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_json(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value
