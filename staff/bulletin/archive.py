"""Bulletins that are made by themselves and kept as files in the data folder: each day at the set hour and once more
when it is over, each week and month when it is over."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import get_args

from lobby.branch.model import Branch
from lobby.journal.history import reader
from lobby.reports.bulletin import Bulletin, bulletin
from lobby.reports.measures import Span, days_of
from lobby.texts import LANGS
from staff.bulletin import document
from staff.bulletin.sheet import workbook

log = logging.getLogger(__name__)

FOLDER = "bulletins"
BACK = timedelta(days=40)
"""A branch that was off makes up for so much: the month before, and its last days."""
MADE_AT_ONCE = 3
"""More would keep a start busy for long; the others follow a minute later."""
DAYS = "SELECT DISTINCT day FROM day WHERE day >= ? ORDER BY day"


def keep(
    branch: Branch, data: Path, database: Path, now: datetime, cannot_be_made: set[str]
) -> int:
    """Make the bulletins that are due, forget those that are too old, and say how many were made. One that cannot be
    made keeps no other from being made: its name goes into `cannot_be_made`, and it is not tried again. Reads and
    writes the disk. Raises OSError."""
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    due = _due(branch, folder, _journalled(branch, database, now), now)
    tried = [one for one in due if _name(*one) not in cannot_be_made][:MADE_AT_ONCE]
    failed = {_name(*one) for one in tried if not _make(branch, database, folder, *one, now)}
    cannot_be_made |= failed
    _forget(folder, now - timedelta(days=branch.reports.keep_days))
    return len(tried) - len(failed)


def _make(
    branch: Branch, database: Path, folder: Path, span: Span, first: date, now: datetime
) -> bool:
    try:
        made = bulletin(branch, database, *days_of(span, first), now)
        _write(folder, _name(span, first), made)
    except OSError:
        raise
    except Exception:
        log.exception("the bulletin %s cannot be made", _name(span, first))
        return False
    return True


def _name(span: Span, first: date) -> str:
    return f"{span}-{first}"


def kept(data: Path) -> list[str]:
    """The names of the files, the latest first."""
    names = [file.name for file in (data / FOLDER).glob("*-*.*") if file.suffix != ".new"]
    return sorted(names, key=lambda name: (name.partition("-")[2], name), reverse=True)


def _journalled(branch: Branch, database: Path, now: datetime) -> list[date]:
    since = (branch.day_of(now) - BACK).isoformat()
    with closing(reader(database)) as db:
        return [date.fromisoformat(day) for (day,) in db.execute(DAYS, [since])]


def _due(
    branch: Branch, folder: Path, days: Sequence[date], now: datetime
) -> Iterator[tuple[Span, date]]:
    """The bulletins that are not there, or were made before their period was over; the latest first."""
    spans: tuple[Span, ...] = get_args(Span)
    for span in spans:
        periods = dict.fromkeys(days_of(span, day) for day in reversed(days))
        for first, last in periods:
            if _is_due(branch, folder / f"{span}-{first}.json", last, now, daily=span == "day"):
                yield span, first


def _is_due(branch: Branch, file: Path, last: date, now: datetime, *, daily: bool) -> bool:
    over = datetime.combine(last + timedelta(days=1), datetime.min.time(), branch.zone)
    first_time = datetime.combine(last, branch.reports.at, branch.zone) if daily else over
    if now < first_time:
        return False
    if not file.exists():
        return True
    return file.stat().st_mtime < over.timestamp() <= now.timestamp()


def _write(folder: Path, name: str, made: Bulletin) -> None:
    """The file of JSON comes last: where it stands, the others do."""
    for lang in LANGS:
        _put(folder / f"{name}.{lang}.html", document.file(made, lang).encode(), made.made_at)
        _put(folder / f"{name}.{lang}.xlsx", workbook(made, lang), made.made_at)
    text = json.dumps(document.as_json(made), ensure_ascii=False)
    _put(folder / f"{name}.json", text.encode(), made.made_at)


def _put(file: Path, content: bytes, at: datetime) -> None:
    new = file.with_name(f"{file.name}.new")
    new.write_bytes(content)
    os.utime(new, (at.timestamp(), at.timestamp()))
    new.replace(file)


def _forget(folder: Path, before: datetime) -> None:
    for file in chain(folder.glob("*.json"), folder.glob("*.html"), folder.glob("*.xlsx")):
        if file.stat().st_mtime < before.timestamp():
            file.unlink()
