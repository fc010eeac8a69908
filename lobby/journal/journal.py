"""The event log in SQLite and its derived tables, written in one transaction; replay.

An acknowledged event survives a power cut: WAL with synchronous=FULL where the engine is sound, else
TRUNCATE with FULL (https://www.sqlite.org/wal.html, "WAL-reset bug", fixed in 3.51.3).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.db import sqlite3

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.rules import NO_CODE
from lobby.events.wait import Wait
from lobby.journal import idempotency
from lobby.journal.envelope import BEGINNING, SEQ, End, Row, as_json, draw_epoch, end, instant, last_branch, rows_of
from lobby.journal.fence import Fence, Memory
from lobby.journal.history import Misfit, configured, events_since, reconfigured, replayed, take
from lobby.journal.idempotency import Done
from lobby.journal.past import ids_since, past_ticket
from lobby.journal.schema import DERIVED, create_derived, migrate
from lobby.state.now import Slip
from lobby.state.queue import QueueState
from lobby.state.ticket import PastTicket, Ticket

SOUND_SINCE = (3, 51, 3)
SOUND_BACKPORTS = ((3, 44, 6), (3, 50, 7))
HISTORY_TICKETS = 2000
HISTORY_EVENTS = 20000
REMEMBERED_DAYS = 40
REPLAY_CHUNK = 5000

OPEN_PATIENCE_S = 5.0
PATIENCE_S = 2.0
"""So long a write waits for another process that holds the database: longer than a reader of the day's figures
takes, shorter than a customer stands before the kiosk."""
TROUBLES = (
    ("locked", "database_busy"),
    ("busy", "database_busy"),
    ("malformed", "database_damaged"),
    ("not a database", "database_damaged"),
    ("full", "disk_full"),
)
"""What SQLite's messages mean. Its codes are not in every build of the module."""


@dataclass(frozen=True)
class Engine:
    """The SQLite engine in use."""

    version: str
    sound: bool

    @property
    def journal_mode(self) -> str:
        return "WAL" if self.sound else "TRUNCATE"


def engine() -> Engine:
    version = tuple(int(part) for part in sqlite3.sqlite_version.split("."))
    return Engine(sqlite3.sqlite_version, version >= SOUND_SINCE or version in SOUND_BACKPORTS)


class Journal:
    """The branch's `lobby.db`, open for its one writer; once that runs, used from its thread only. New events are
    those of the branch `code`; None: of the branch that the last event is of."""

    Error = sqlite3.Error

    def __init__(self, path: Path, code: str | None = None) -> None:
        self.misfits: list[Misfit] = []
        self.db = Database(sqlite3.connect(str(path), timeout=OPEN_PATIENCE_S, check_same_thread=False))
        self.db.conn.execute(f"PRAGMA journal_mode={engine().journal_mode}")
        self.db.conn.execute("PRAGMA synchronous=FULL")
        migrate(self.db, code or NO_CODE)
        self._wait_for_others(0.0)
        self.code = code or last_branch(self.db)
        self.end = end(self.db)
        self.epoch = self.end.epoch
        self._fence: Fence | None = None

    def close(self) -> None:
        if self._fence:
            self._fence.close()
        self.db.close()

    def settle(self, fence: Fence, now: datetime) -> None:
        """Be at home in the fence's folder: in a new epoch where the journal is new there or another than was written
        there. From here on the fence knows how it ends."""
        reason = fence.reason(self.db)
        if self.end == BEGINNING and reason is not ev.ForkReason.ALTERED:
            self.epoch = draw_epoch(now, 0)
        elif reason:
            self.fork(reason, now, fence.memory())
        fence.remember(self.end)
        self._fence = fence

    def fork(self, reason: ev.ForkReason, now: datetime, memory: Memory | None = None) -> None:
        """Go on in a new epoch."""
        parent = self.end
        self.epoch = draw_epoch(now, parent.epoch)
        written = memory.end.seq if memory else None
        self.note("journal", now, ev.JournalForked(*parent, reason, written))

    def begin(self) -> bool:
        """Take the database for writing; False while another process holds it. Waits for nothing, so that it may
        be called in a server's loop: from here on nobody else can make a write wait."""
        try:
            self.db.conn.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if trouble(error) != "database_busy":
                raise
            return False
        return True

    def begin_patiently(self) -> None:
        """Take it as soon as it is free; another process that holds it for long is an error."""
        self._wait_for_others(PATIENCE_S)
        try:
            self.db.conn.execute("BEGIN IMMEDIATE")
        finally:
            self._wait_for_others(0.0)

    def _wait_for_others(self, seconds: float) -> None:
        self.db.conn.execute(f"PRAGMA busy_timeout = {round(1000 * seconds)}")

    def append(self, records: Sequence[ev.Recorded], state: QueueState, done: Sequence[Done] = ()) -> None:
        """Write the events, the derived tables as the state after them has it, and which requests they did; durable
        after `commit`."""
        conn = self.db.conn
        self._chain(records)
        _project(conn, records, state)
        idempotency.keep(conn, done)

    def _chain(self, records: Iterable[ev.Recorded]) -> None:
        """Write the events after those that the database has; a commit that failed left nothing in between."""
        rows = list(rows_of(records, self.code, self.epoch, end(self.db).hash))
        _write(self.db.conn, "event", rows)
        self.end = End(self.epoch, rows[-1][SEQ], rows[-1][-1])

    def commit(self) -> None:
        """Make what was appended durable: waits for the disk, and without WAL for those who read."""
        self._commit()
        if self._fence:
            self._fence.remember(self.end)

    def _commit(self) -> None:
        if engine().sound:
            self.db.conn.execute("COMMIT")
            return
        self._wait_for_others(PATIENCE_S)
        try:
            self.db.conn.execute("COMMIT")
        finally:
            self._wait_for_others(0.0)

    def note(self, actor: str, now: datetime, event: ev.Event) -> None:
        """One durable event that no derived table has anything of, not before the last one."""
        last = self.db.execute("SELECT at FROM event WHERE seq = ?", [self.end.seq]).fetchone()
        at = max(now, datetime.fromisoformat(last[0])) if last else now
        self.begin_patiently()
        self._chain([ev.Recorded(self.end.seq + 1, at, actor, event)])
        self.commit()

    def rollback(self) -> None:
        """Forget what was appended, if anything."""
        self.db.conn.rollback()

    # -- what the commands ask of earlier days (commands.Archive) --------------------------------------------
    def numbers(self, day: str) -> dict[str, int]:
        rows = self.db.execute(
            "SELECT series, max(CAST(substr(number, length(series) + 1) AS INTEGER)) FROM ticket"
            " WHERE day = ? GROUP BY series",
            [day],
        )
        numbers = dict(rows.fetchall())
        for lost in self._lost_numbers(day):
            numbers.update({series: max(last, numbers.get(series, 0)) for series, last in lost.items()})
        return numbers

    def _lost_numbers(self, day: str) -> Iterator[dict[str, int]]:
        """Those given on that day after the backups that were restored."""
        for row in self.db.execute("SELECT data FROM event WHERE kind = 'JournalRestored'").fetchall():
            yield json.loads(row[0])["numbers"].get(day, {})

    def past_ticket(self, ticket: str) -> PastTicket | None:
        return past_ticket(self.db, ticket)

    def ids_since(self, day: date) -> tuple[list[str], list[str]]:
        return ids_since(self.db, day)

    def done(self, actor: str, key: str, now: datetime) -> Done | None:
        """What was done lately under an actor's idempotency key."""
        return idempotency.find(self.db.conn, actor, key, now)

    def service_history_s(self) -> dict[str, float]:
        """The mean service time per service over the latest served tickets, seconds."""
        rows = self.db.execute(
            "SELECT service, avg((julianday(ended_at) - julianday(started_at)) * 86400) FROM"
            " (SELECT * FROM ticket ORDER BY rowid DESC LIMIT ?)"
            " WHERE state = 'served' AND started_at <= ended_at GROUP BY service HAVING count(*) >= 20",
            [HISTORY_TICKETS],
        )
        return dict(rows.fetchall())

    def outcomes(self) -> Iterator[tuple[str, Wait, float]]:
        """The latest forecasts given with tickets that were then called: tier, forecast, and the wait that
        followed in seconds; in order of the calls."""
        rows = self.db.execute(
            "SELECT t.tier, json_extract(e.data, '$.wait'), (julianday(called_at) - julianday(issued_at)) * 86400"
            " FROM event e JOIN ticket t ON t.id = e.ticket WHERE e.kind = 'TicketIssued' AND called_at IS NOT NULL"
            " AND e.seq > (SELECT max(seq) FROM event) - ? ORDER BY called_at",
            [HISTORY_EVENTS],
        )
        for tier, wait, waited_s in rows:
            with suppress(ValueError, TypeError, AttributeError):  # a row that is none of ours teaches nothing
                yield tier, ev.wait_from(json.loads(wait)), max(0.0, waited_s)

    def first_come_s(self, day: str) -> dict[str, float]:
        """By service, the longest wait that order of arrival would have brought on the days remembered: the
        n-th call of a day would have been the n-th arrival's; seconds."""
        rows = self.db.execute(
            "WITH past AS (SELECT service, day, issued_at, called_at,"
            "  row_number() OVER (PARTITION BY day, service ORDER BY issued_at) AS arrival,"
            "  row_number() OVER (PARTITION BY day, service ORDER BY called_at) AS turn"
            "  FROM ticket WHERE called_at IS NOT NULL AND day < ? AND day >= date(?, ?))"
            " SELECT c.service, max(0, max((julianday(c.called_at) - julianday(a.issued_at)) * 86400))"
            " FROM past c JOIN past a ON a.day = c.day AND a.service = c.service AND a.arrival = c.turn"
            " GROUP BY c.service",
            [day, day, f"-{REMEMBERED_DAYS} days"],
        )
        return {service: round(longest_s, 1) for service, longest_s in rows.fetchall()}

    # -- replay ---------------------------------------------------------------------------------------
    def configured(self, branch: Branch) -> Branch:
        """The last configuration that the journal has; `branch` where it has none."""
        return configured(self.db, branch)

    def reconfigured(self, branch: Branch) -> ev.BranchConfigured | None:
        """The event that tells of this configuration; None where it is the last one that the journal has."""
        return reconfigured(self.db, branch)

    def replay(self, branch: Branch) -> QueueState:
        """The state as the journal has it, by the configurations of its time; `branch` where the journal has none.
        What of the journal did not fit is in `misfits`."""
        return replayed(self.db, branch, self.misfits)

    def events(self, since: int = 0) -> Iterator[ev.Recorded]:
        """The events after `since`, in order."""
        return events_since(self.db, since, self.misfits)

    def rebuild(self, branch: Branch) -> dict[str, int]:
        """Make every derived table again from the journal, and say how many rows of each differed."""
        fresh = Database(memory=True)
        create_derived(fresh)
        state = QueueState(configured(self.db, branch, 0))
        chunk: list[ev.Recorded] = []
        for recorded in self.events():
            if len(chunk) == REPLAY_CHUNK or isinstance(recorded.event, ev.DayOpened):
                _project(fresh.conn, chunk, state)
                chunk = []
            take(state, recorded, self.misfits)
            chunk.append(recorded)
        _project(fresh.conn, chunk, state)
        differing = {}
        with self.db.atomic():
            for table in DERIVED:
                differing[table] = self._replace(table, fresh)
        fresh.close()
        return differing

    def _replace(self, table: str, fresh: Database) -> int:
        was = set(self.db.execute(f"SELECT * FROM {table}").fetchall())
        now = set(fresh.execute(f"SELECT * FROM {table}").fetchall())
        if was != now:
            self.db.execute(f"DELETE FROM {table}")
            marks = ", ".join("?" * len(next(iter(now)))) if now else "NULL"
            self.db.conn.executemany(f"INSERT INTO {table} VALUES ({marks})", list(now))
        return len(was ^ now)


def trouble(error: BaseException) -> str:
    """What a failed write means to who asked: a code of lobby.errors."""
    words = str(error).lower()
    if not isinstance(error, sqlite3.Error):
        return "not_saved"
    return next((code for word, code in TROUBLES if word in words), "not_saved")


def _project(conn: Any, records: Iterable[ev.Recorded], state: QueueState) -> None:
    """Write to the derived tables what these events touched, as the state after them has it."""
    tickets: dict[str, None] = {}
    slips: dict[str, None] = {}
    rows: dict[str, list[Row]] = {"configuration": [], "day": [], "feedback": []}
    for recorded in records:
        event = recorded.event
        if isinstance(event, ev.ClockStepped):
            tickets.update(dict.fromkeys(state.tickets))  # all of the day moved along
        if isinstance(event, ev.DayOpened):
            rows["day"].append((recorded.seq, event.day, event.zone or None))
        elif isinstance(event, ev.BranchConfigured):
            rows["configuration"].append((recorded.seq,))
        elif isinstance(event, ev.FeedbackGiven):
            rows["feedback"].append(_feedback_row(recorded, event))
        if slip := getattr(event, "slip", None):
            slips[slip] = None
        if ticket := getattr(event, "ticket", None):
            tickets[ticket] = None
    rows["ticket"] = [_ticket_row(state.day, state.tickets[t]) for t in tickets if t in state.tickets]
    rows["slip"] = [_slip_row(state.slips[s]) for s in slips if s in state.slips]
    for table, of_table in rows.items():
        _write(conn, table, of_table)


def _write(conn: Any, table: str, rows: Sequence[Row]) -> None:
    if rows:
        command = "INSERT" if table == "event" else "INSERT OR REPLACE"
        marks = ", ".join("?" * len(rows[0]))
        conn.executemany(f"{command} INTO {table} VALUES ({marks})", rows)


def _ticket_row(day: str, t: Ticket) -> Row:
    wait = (t.wait.p50_s, t.wait.p90_s, t.wait.lo_s, t.wait.hi_s)
    times = (instant(t.issued_at), instant(t.called_at), instant(t.started_at), instant(t.ended_at))
    return (
        t.id, day, t.number, t.series, t.service, t.tier, t.tier_rule, t.area, ",".join(t.needs), t.lang,
        t.state.value, t.counter, *times, t.ahead, *wait, t.recalls, t.copies, as_json(t.call_reason),
        t.target_wait_s,
    )  # fmt: skip


def _slip_row(s: Slip) -> Row:
    return (s.id, s.ticket, s.copy, s.printer, s.state, s.attempts, s.error)


def _feedback_row(recorded: ev.Recorded, event: ev.FeedbackGiven) -> Row:
    reasons = ",".join(event.reasons)
    consent = int(event.consent)
    at = instant(recorded.at)
    return (event.ticket, at, event.score, reasons, event.text, event.contact, consent, event.visit)
