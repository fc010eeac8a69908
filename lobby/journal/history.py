"""Reads the journal: rows -> events -> the state. Whatever stands in it, it is read; what cannot be understood is
passed over and told."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

from sqlite_utils import Database
from sqlite_utils.db import sqlite3

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.record import from_json, to_json
from lobby.events.envelope import Row
from lobby.events.personal import TOKEN
from lobby.evolve.apply import apply
from lobby.journal.envelope import is_enveloped
from lobby.journal.tables.quality import snapshot
from lobby.state.quality import Quality
from lobby.state.queue import QueueState

Kind = TypeVar("Kind", bound=ev.Event)

log = logging.getLogger(__name__)

TOLD_MAX = 5
"""So many rows that were not understood are logged one by one."""


UNKNOWN_KIND = "unknown kind"


@dataclass(frozen=True)
class Misfit:
    """A row of the journal that the branch could not take in."""

    seq: int
    kind: str
    why: str


Reader: TypeAlias = Database
"""A journal that is open for reading."""


def reader(path: Path) -> Reader:
    """The database for reading beside the writer, in this or another process. OSError if missing."""
    if not path.exists():
        raise FileNotFoundError(path)
    return tolerant(sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False))


REPLACING = partial(str, encoding="utf-8", errors="replace")


def tolerant(connection: Any) -> Database:
    """Texts of it that are no UTF-8 are read all the same, with U+FFFD for what they have instead."""
    connection.text_factory = REPLACING
    return Database(connection)


def read_all(db: Reader, query: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    """All rows of a query of many. SQLite reads texts in half the time in which we do, and refuses those that are no
    UTF-8: then we read them."""
    db.conn.text_factory = str
    try:
        with suppress(sqlite3.OperationalError):
            return list(db.query(query, params))
    finally:
        db.conn.text_factory = REPLACING
    return list(db.query(query, params))


COLUMNS = "seq, at, kind, ticket, counter, actor, data, v"


def rows_since(db: Database, since: int) -> Iterator[Row]:
    """What the branch reads of each event after `since`, in order."""
    query = f"SELECT {COLUMNS} FROM event WHERE seq > ? ORDER BY seq"
    return iter(db.execute(query, [since]))


def events_since(db: Database, since: int, misfits: list[Misfit]) -> Iterator[ev.Recorded]:
    """The events after `since`, in order."""
    return events_of(rows_since(db, since), misfits)


def events_of(rows: Iterable[Row], misfits: list[Misfit]) -> Iterator[ev.Recorded]:
    """The events of rows of COLUMNS. Those of unknown kinds and those that cannot be read are `Unread`, noted in
    `misfits`."""
    at = datetime.fromtimestamp(0).astimezone()
    for row in rows:
        try:
            recorded = recorded_of(row)
        except Exception as error:
            why = (
                f"{type(error).__name__}: {error}"
                if ev.kind_now(row[2]) in ev.KINDS
                else UNKNOWN_KIND
            )
            misfits.append(Misfit(row[0], str(row[2]), why))
            recorded = ev.Recorded(row[0], at, str(row[5]), ev.Unread(str(row[2])))
        at = recorded.at
        yield recorded


def recorded_of(row: Row) -> ev.Recorded:
    """A row of COLUMNS as the event that it is. Raises ValueError, LookupError or TypeError for a damaged one."""
    seq, at, kind, ticket, counter, actor, data, v = row
    document = _document(data)
    kind = ev.kind_now(kind)
    event = ev.from_data(kind, ticket, counter, ev.upcast(kind, v, document))
    return ev.Recorded(seq, ev.instant_of(at), actor, event, document.get(ev.PERSON))


def _document(data: str) -> Any:
    """The JSON of an event. Raises ValueError for what is none, and for whole numbers that SQLite does not have."""
    return json.loads(data, parse_int=_int64)


def _int64(digits: str) -> int:
    number = int(digits)
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"{digits} is too large")
    return number


def readable(db: Database, kind: type[Kind], since: int = 0) -> Iterator[Kind]:
    """The events of a kind after `since`, in order, without those that cannot be read; of a former version's database
    too, where all are of the first version."""
    name = kind.__name__
    v = "v" if is_enveloped(db) else "1"
    # The name stands in the query: an index of one kind is used for nothing less.
    query = f"SELECT ticket, counter, data, {v} FROM event WHERE kind = '{name}' AND seq > ? ORDER BY seq"
    for ticket, counter, data, v in db.execute(query, [since]).fetchall():
        with suppress(ValueError, LookupError, TypeError):
            yield cast(
                Kind, ev.from_data(name, ticket, counter, ev.upcast(name, v, _document(data)))
            )


def day_begins(db: Database) -> int:
    """The event before the one that opened the last day. A day stands on its own."""
    row = db.execute("SELECT max(opened_seq) FROM day").fetchone()
    return (row[0] or 1) - 1


LAST_CONFIGURATION = (
    "SELECT data FROM event WHERE seq = (SELECT max(seq) FROM configuration WHERE seq <= ?)"
)
FIRST_CONFIGURATION = "SELECT data FROM event WHERE kind = 'BranchConfigured' ORDER BY seq LIMIT 1"
EVER = 2**63 - 1
"""After the last event that SQLite can number."""


def configured(db: Database, branch: Branch, until: int = EVER) -> Branch:
    """The configuration that held after event `until`. Of the time before the first one in the journal, that one is
    the best known; `branch` where there is none that can be read."""
    return known_branch(db, until) or branch


def known_branch(db: Database, until: int = EVER) -> Branch | None:
    """As `configured`; None where there is none that can be read."""
    for row in _configurations(db, until):
        with suppress(ValueError, LookupError, TypeError, AttributeError):
            return from_json(json.loads(row[0])["configuration"])
    return None


def _configurations(db: Database, until: int) -> Iterator[Row]:
    yield from db.execute(LAST_CONFIGURATION, [until])
    yield from db.execute(FIRST_CONFIGURATION)


def reconfigured(db: Database, branch: Branch) -> ev.BranchConfigured | None:
    """The event that tells of this configuration; None where it is the last one that the journal has."""
    event = ev.BranchConfigured(to_json(branch))
    last = db.execute(LAST_CONFIGURATION, [EVER]).fetchone()
    with suppress(ValueError):
        if last and json.loads(last[0]) == ev.to_data(event):
            return None
    return event


def _replay_begins(db: Database, quality: Quality | None) -> int:
    """The event after which the journal is read at a start: without a snapshot all of it is."""
    return day_begins(db) if quality else 0


def sealed_texts(db: Database, kind: str) -> Iterator[str]:
    """What is sealed of subjects of this kind in the snapshot, and in the events that are read at a start."""
    rows = db.execute(
        "SELECT data FROM quality UNION ALL SELECT data FROM event WHERE seq > ? AND instr(data, 'sealed:')",
        [_replay_begins(db, snapshot(db))],
    )
    tokens = (token for row in rows for token in TOKEN.finditer(str(row[0])))
    return (token[0] for token in tokens if token["subject"].startswith(f"{kind}:"))


def replayed(db: Database, branch: Branch, misfits: list[Misfit]) -> QueueState:
    """The state as the journal has it, by the configurations of its time; `branch` where the journal has none. From the
    opening of the last day on, since a snapshot has what lasts longer."""
    quality = snapshot(db)
    begins = _replay_begins(db, quality)
    state = QueueState(configured(db, branch, begins))
    state.quality = quality or Quality()
    for recorded in events_since(db, begins, misfits):
        take(state, recorded, misfits)
    return state


def take(state: QueueState, recorded: ev.Recorded, misfits: list[Misfit]) -> None:
    """Apply an event of the past; one that does not fit is left out and noted."""
    try:
        apply(state, recorded)
    except Exception as error:
        kind = type(recorded.event).__name__
        misfits.append(Misfit(recorded.seq, kind, f"{type(error).__name__}: {error}"))


def tell(misfits: list[Misfit]) -> None:
    """The log names them, each once, however often it was read."""
    distinct = list(dict.fromkeys(misfits))
    for misfit in distinct[:TOLD_MAX]:
        log.warning(
            "the journal's event %d (%s) was passed over: %s", misfit.seq, misfit.kind, misfit.why
        )
    if len(distinct) > TOLD_MAX:
        log.warning("%d more events were passed over: see lobby rebuild", len(distinct) - TOLD_MAX)
