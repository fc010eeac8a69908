"""Reads catalogues of standards: TOML, or a CSV table as Excel saves it."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from lobby.branch.complaint import Complaint, ConfigError
from lobby.branch.config import checked, tables
from lobby.branch.excel import read_text
from lobby.branch.model import Branch
from lobby.branch.standards import Standards
from lobby.standards.model import Catalogue, Module
from lobby.texts import Text

SHIPPED = Path(__file__).parent / "catalogue"
LANGUAGES = ("zh", "en")
COLUMNS = ("id", "module", "column", "every", "proof")
NAMES = ("item", "content", "evidence")
NUMBERS = ("points", "risk")
CSV_COLUMNS = (
    *COLUMNS,
    *NUMBERS,
    "methods",
    *(f"{name}_{lang}" for name in NAMES for lang in LANGUAGES),
)


@cache
def catalogue_of(settings: Standards) -> Catalogue:
    """The standards of a branch with these settings. Raises ConfigError for a file that has none."""
    if not settings.file:
        return _without(_shipped(), settings.without)
    own = read_catalogue(Path(settings.file))
    if settings.extends:
        own = _extended(_shipped(), own)
    return _without(own, settings.without)


def _extended(shipped: Catalogue, own: Catalogue) -> Catalogue:
    """Both; the own one has the last word about an id."""
    standards = {**shipped.by_id, **own.by_id}
    return Catalogue(f"{shipped.version}+{own.version}", tuple(standards.values()))


def _without(catalogue: Catalogue, ids: Sequence[str]) -> Catalogue:
    standards = tuple(standard for standard in catalogue.standards if standard.id not in ids)
    return Catalogue(catalogue.version, standards)


@cache
def _shipped() -> Catalogue:
    parts = [read_catalogue(SHIPPED / f"{module}.toml") for module in Module]
    return Catalogue(parts[0].version, tuple(s for part in parts for s in part.standards))


def read_catalogue(file: Path) -> Catalogue:
    """The catalogue in the file: TOML, or by its ending CSV, or JSON as headquarters sends it. Raises ConfigError with
    everything that is wrong."""
    readers = {".csv": _from_csv, ".json": _from_json}
    raw = readers.get(file.suffix.lower(), _from_toml)(file)
    return checked(file, raw, Catalogue, *_repeated(raw["standards"]))


def unreadable_standards(branch: Branch) -> Iterator[Complaint]:
    """Standards that the branch could not open with: a check for `read_branch`."""
    try:
        catalogue_of(branch.standards)
    except ConfigError as error:
        yield from error.complaints


def _repeated(rows: Sequence[Any]) -> Iterator[Complaint]:
    ids = Counter(str(row.get("id")) for row in rows if isinstance(row, Mapping))
    for id, times in ids.items():
        if times > 1:
            yield Complaint("standards.id", id, Text("an id that no other has"))


def _from_toml(file: Path) -> dict[str, Any]:
    """A `module` at the head of the file is that of all its standards."""
    raw = tables(file)
    rows = raw.get("standards")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ConfigError(file, [Complaint("standards", "nothing", Text("a table"))])
    head = {"module": raw.pop("module")} if "module" in raw else {}
    return {**raw, "standards": [{**head, **row} for row in rows]}


def _from_json(file: Path) -> dict[str, Any]:
    try:
        raw = json.loads(file.read_bytes())
        return {**raw, "standards": [*raw["standards"]]}
    except (OSError, ValueError, LookupError, TypeError) as error:
        allowed = Text("a catalogue of standards as headquarters sends it")
        raise ConfigError(file, [Complaint("standards.file", str(error), allowed)]) from error


def _from_csv(file: Path) -> dict[str, Any]:
    """The version of a table is its file's name."""
    try:
        rows = list(csv.DictReader(read_text(file).splitlines()))
    except (OSError, ValueError, csv.Error) as error:
        allowed = Text("a CSV file with the columns {columns}", columns=",".join(CSV_COLUMNS))
        raise ConfigError(file, [Complaint("standards.file", str(error), allowed)]) from error
    return {"version": file.stem, "standards": [_row(row) for row in rows]}


def _row(cells: Mapping[str, str]) -> dict[str, Any]:
    """A line of the table as TOML would have it. A column of another name is the bank's own and ignored."""
    texts = {name: (cells.get(name) or "").strip() for name in CSV_COLUMNS}
    numbers = {name: _number(texts[name]) for name in NUMBERS}
    names = {name: {lang: texts[f"{name}_{lang}"] for lang in LANGUAGES} for name in NAMES}
    methods = texts["methods"].replace(",", " ").split()
    plain = {name: texts[name] for name in COLUMNS if texts[name]}
    return {**plain, **numbers, **names, "methods": methods}


def _number(text: str) -> int | str:
    """What is no number stays, so that the reader complains of it."""
    if text.isdecimal():
        return int(text)
    return text
