"""The data folder: whether its databases are whole, and what the branch would skip at its start."""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from doctor.finding import Finding, Findings, Grade, Say
from lobby.branch.model import Branch
from lobby.branch.succession import removed
from lobby.engine.runtime import ADVICE, DATABASE, advice
from lobby.journal.copies import integrity
from lobby.journal.envelope import (
    altered,
    end,
    first_lost,
    first_misfit,
    is_enveloped,
    last_instant,
)
from lobby.journal.fence import Fence
from lobby.journal.history import Misfit, configured, day_begins, reader, replayed
from lobby.journal.journal import engine
from lobby.journal.subject_keys import FILE as KEYS_FILE
from lobby.state.alert import AlertKind
from lobby.state.queue import QueueState
from lobby.texts import Text

DISK_LOW_B = 500 * 2**20
"""A branch writes some 20 MB a day: weeks are left to act."""
DISK_OUT_B = 50 * 2**20
"""SQLite needs room for its log beside the database."""
MISFITS_MAX = 3
"""More would hide the other findings."""
EARLIER_VERSION = Text(
    "not checked: the journal is of an earlier version; the next start brings it up to date, then check again"
)
EARLIER_DAY = "SELECT 1 FROM day WHERE opened_seq <= ?"
ISSUED_AND_KEPT = (
    "SELECT (SELECT count(*) FROM event WHERE kind = 'TicketIssued'), (SELECT count(*) FROM ticket)"
)
"""In one reading, since the branch may run."""
EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""A clock that shows less has lost its battery: the software is younger."""


def findings(branch: Branch | None, data: Path, say: Say) -> Findings:
    yield from _database(data, say)
    yield from _chain(data, say)
    yield from _derived(data, say)
    yield from _subject_keys(data, say)
    yield from _disk(data, say)
    yield from _clock(branch, data, say)
    if branch:
        yield from _history(branch, data, say)


def _database(data: Path, say: Say) -> Findings:
    sqlite = engine()
    if sqlite.sound:
        yield Finding("sqlite", "ok", f"{sqlite.version}, WAL, synchronous=FULL")
    else:
        old = Text(
            "{version} has the WAL-reset bug, so TRUNCATE is used (slower): install pysqlite3",
            version=sqlite.version,
        )
        yield Finding("sqlite", "warn", say(old))
    if not (data / DATABASE).exists():
        yield from _no_database(data, say)
        return
    try:
        wrong = integrity(data / DATABASE)
    except Exception as error:
        yield Finding("database", "fail", f"{error}: {say(advice(data / DATABASE, error))}")
        return
    if not wrong and _lacks_journal(data):
        gone = Text(
            "{file} has no journal: its table `event` is missing; put a backup in its place with "
            "`lobby restore`",
            file=data / DATABASE,
        )
        yield Finding("database", "fail", say(gone))
        return
    repair = Text("damaged, restore a backup with lobby restore: ")
    yield Finding(
        "database",
        "fail" if wrong else "ok",
        say(repair) + wrong[0] if wrong else str(data / DATABASE),
    )


def _no_database(data: Path, say: Say) -> Findings:
    """The first start makes it, unless the fence knows that there was one."""
    seq = _remembered_end(data)
    if not seq:
        yield Finding("database", "ok", say(Text("none yet, made at the first start")))
        return
    gone = Text(
        "{file} is gone: its journal had {seq} events; put a backup in its place with `lobby restore`",
        file=data / DATABASE,
        seq=seq,
    )
    yield Finding("database", "fail", say(gone))


def _remembered_end(data: Path) -> int:
    """The last event that the fence knows; 0 where it knows none."""
    memory = Fence(data).memory()
    if memory is None:
        return 0
    return memory.end.seq


def _lacks_journal(data: Path) -> bool:
    """Whether there are tables, but not the journal's: an empty file is filled at the first start."""
    with closing(reader(data / DATABASE)) as db:
        tables = db.table_names()
    return bool(tables or _remembered_end(data)) and "event" not in tables


def _chain(data: Path, say: Say) -> Findings:
    """Whether the journal fits its chain of hashes and the fence."""
    memory = Fence(data).memory()
    try:
        with closing(reader(data / DATABASE)) as db:
            if not is_enveloped(db):
                yield from _earlier("chain", data, say)
                return
            last = end(db)
            seq = first_misfit(db) or (memory and first_lost(db, memory.end))
            forks = altered(db)
    except Exception as error:
        yield from _not_checked("chain", data, error, say)
        return
    if seq:
        wrong = Text(
            "event {seq} is the first that does not fit the chain of hashes: the journal was "
            "edited, cut or reordered; find out why, and put a backup that you trust in its "
            "place with `lobby restore`",
            seq=seq,
        )
        yield Finding("chain", "fail", say(wrong))
    else:
        fits = Text("{seq} events fit the chain of hashes", seq=last.seq)
        yield Finding("chain", "ok", say(fits))
    for fork in forks:
        yield Finding("chain", "warn", say(_fork_sentence(fork)))


def _derived(data: Path, say: Say) -> Findings:
    """Whether the derived table has the tickets that the journal has."""
    try:
        with closing(reader(data / DATABASE)) as db:
            issued, tickets = db.execute(ISSUED_AND_KEPT).fetchone()
    except Exception as error:
        yield from _not_checked("tables", data, error, say)
        return
    if tickets != issued:
        lacking = Text(
            "the table of tickets has {tickets}, the journal {issued}: stop the branch and run `lobby rebuild`",
            tickets=tickets,
            issued=issued,
        )
        yield Finding("tables", "warn", say(lacking))


def _earlier(topic: str, data: Path, say: Say) -> Findings:
    """No finding where there is no table of events at all, which is one of the database's."""
    if not _lacks_journal(data):
        yield Finding(topic, "warn", say(EARLIER_VERSION))


def _not_checked(topic: str, data: Path, error: Exception, say: Say) -> Findings:
    """No finding where there is no database yet."""
    if (data / DATABASE).exists():
        yield Finding(topic, "warn", say(Text("not checked: {error}", error=error)))


def _fork_sentence(fork: int) -> Text:
    return Text(
        "a new epoch begins with event {fork}: at that start the journal did not end as it was written",
        fork=fork,
    )


def _subject_keys(data: Path, say: Say) -> Findings:
    """The database of keys, without which no customer's text can be read."""
    file = data / KEYS_FILE
    if not file.exists():
        return
    try:
        wrong = integrity(file)
    except Exception as error:
        yield Finding("keys", "fail", f"{error}: {say(advice(file, error))}")
        return
    damaged = f"{file}: {say(ADVICE[KEYS_FILE])} ({wrong[0]})" if wrong else str(file)
    yield Finding("keys", "fail" if wrong else "ok", damaged)


def _disk(data: Path, say: Say) -> Findings:
    place = data if data.exists() else data.absolute().parent
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    free_space = Text("{free} MB free", free=free // 2**20)
    yield Finding("disk", _disk_grade(free), say(free_space))


def _disk_grade(free_b: int) -> Grade:
    if free_b < DISK_OUT_B:
        return "fail"
    return "warn" if free_b < DISK_LOW_B else "ok"


def _clock(branch: Branch | None, data: Path, say: Say) -> Findings:
    now = datetime.now(UTC)
    last = _last_event(data)
    zone = branch.zone if branch else None
    reading = now.astimezone(zone).isoformat(" ", "seconds")
    if now < EARLIEST:
        wrong = Text(
            "it is wrong ({reading}): set it; the branch opens, and its numbers go on when the time is right",
            reading=reading,
        )
        yield Finding("clock", "warn", say(wrong))
    elif last and last > now:
        lag = str(last - now).partition(".")[0]
        back = Text(
            "it shows {reading}, {lag} behind the journal: check the time service; numbers and waits go on",
            reading=reading,
            lag=lag,
        )
        yield Finding("clock", "warn", say(back))
    else:
        yield Finding("clock", "ok", f"{reading} ({zone or time.tzname[0]})")


def _last_event(data: Path) -> datetime | None:
    try:
        with closing(reader(data / DATABASE)) as db:
            return last_instant(db)
    except Exception:
        return None


def _history(branch: Branch, data: Path, say: Say) -> Findings:
    """The events of the last day that the branch would skip when it opens, and whether its clock is doubted."""
    try:
        with closing(reader(data / DATABASE)) as db:
            if not is_enveloped(db):
                yield from _earlier("journal", data, say)
                return
            begins = day_begins(db)
            former = configured(db, branch)
            misfits: list[Misfit] = []
            state = replayed(db, branch, misfits)
            earlier = db.execute(EARLIER_DAY, [begins]).fetchone()
    except Exception as error:
        yield from _not_checked("journal", data, error, say)
        return
    if earlier:
        unread = Text(
            "{seq} events of earlier days: their hashes alone are checked, `lobby rebuild` reads them",
            seq=begins,
        )
        yield Finding("earlier", "ok", say(unread))
    yield from _emptied_register(branch, former, say)
    if removed_ids := ", ".join(removed(branch, former)):
        text = Text(
            "gone from the configuration since the last start: {removed_ids}; whoever waits for it can still be called",
            removed_ids=removed_ids,
        )
        yield Finding("journal", "warn", say(text))
    for misfit in misfits[:MISFITS_MAX]:
        skipped = f"{misfit.seq} ({misfit.kind}): {misfit.why}"
        yield Finding("journal", "warn", say(Text("skipped event {skipped}", skipped=skipped)))
    if len(misfits) > MISFITS_MAX:
        yield Finding("journal", "warn", say(Text("{count} skipped in all", count=len(misfits))))
    yield from _silent_kiosks(state, say)
    if state.doubted:
        hours = round(state.drift_s / 3600)
        question = Text(
            "it was set by {hours:+d} h during the day {day}: the lobby manager is asked",
            hours=hours,
            day=state.day,
        )
        yield Finding("clock", "warn", say(question))


def _silent_kiosks(state: QueueState, say: Say) -> Findings:
    """As the branch told the lobby manager while it ran."""
    for alert in state.alerts.values():
        if alert.kind is AlertKind.KIOSK:
            silent = Text(
                "{name} has not answered since {time}: switch on the machine and its browser",
                name=state.branch.kiosk[alert.subject].name,
                time=alert.at.astimezone(state.branch.zone).strftime("%H:%M"),
            )
            yield Finding(f"kiosk {alert.subject}", "warn", say(silent))


def _emptied_register(branch: Branch, former: Branch, say: Say) -> Findings:
    """Without a register nobody is asked who serves."""
    if branch.staff.people or not former.staff.people:
        return
    emptied = Text(
        "the register of staff is empty, and had {people} people at the last start: nobody signs on "
        "at counters, and no event says who served",
        people=len(former.staff.people),
    )
    yield Finding("staff", "warn", say(emptied))
