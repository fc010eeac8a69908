"""Evidence files that are made by themselves, each night of the 31 days before, and kept in the data folder."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

from lobby.branch.model import Branch
from lobby.journal.erasing import EVIDENCE
from lobby.journal.subject_keys import SubjectKeys
from lobby.reports.evidence import evidence
from lobby.standards.reading import catalogue_of

SPAN = timedelta(days=30)
"""A month with its last day: what an assessor asks to see first."""
KEPT = 7
"""Each can be made again from the journal; a week of them shows that nothing was made up afterwards."""


def keep(branch: Branch, data: Path, database: Path, now: datetime) -> bool:
    """Make the file of the days that ended yesterday unless it is there, and say whether one was made. Reads and writes
    the disk. Raises OSError."""
    last = branch.day_of(now) - timedelta(days=1)
    file = data / EVIDENCE / f"evidence-{last}.zip"
    if file.exists():
        return False
    file.parent.mkdir(mode=0o700, exist_ok=True)
    write(file, made(branch, data, database, last - SPAN, last))
    for old in sorted(file.parent.glob("evidence-*.zip"))[:-KEPT]:
        old.unlink()
    return True


def made(branch: Branch, data: Path, database: Path, first: date, last: date) -> bytes:
    """The archive of these days. Raises ConfigError where the bank's own standards cannot be read."""
    catalogue = catalogue_of(branch.standards)
    with closing(SubjectKeys(data)) as keys:
        return evidence(branch, catalogue, data, database, first, last, keys.reveal)


def write(file: Path, content: bytes) -> None:
    """Whole, or as it was."""
    new = file.with_name(f"{file.name}.new")
    new.touch(mode=0o600)
    new.write_bytes(content)
    new.replace(file)
