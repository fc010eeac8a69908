"""Erases personal data: which words that is, their keys deleted, and the proof that nothing of them is left."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from lobby import events as ev
from lobby.branch.rules import Privacy
from lobby.events.envelope import Row
from lobby.events.personal import TOKEN, Missing, of_contact, of_ticket
from lobby.journal.envelope import instant
from lobby.journal.history import reader
from lobby.journal.subject_keys import Subject, SubjectKeys
from lobby.journal.traces import Search, of_key, of_text, search
from lobby.state.instants import CLOSED_MAX

log = logging.getLogger(__name__)

PERSONAL = {kind.__name__: names for kind, names in ev.PERSONAL_FIELDS.items() if names}


@dataclass(frozen=True)
class Words:
    """Something personal in an event; `subject` is whose it is, `sealed` whether a key can be erased for it."""

    seq: int
    at: str
    subject: str
    text: str
    sealed: bool


@dataclass(frozen=True)
class Plan:
    """What is to be erased: keys of the `subjects`, and with them the `words`. `clear` stands as it was written in a
    journal of before texts were sealed: no key takes it away. Events with `damaged` data may hold words in clear; what
    is sealed in them is among the `words`."""

    subjects: Sequence[Subject]
    words: Sequence[Words]
    clear: Sequence[Words]
    damaged: Sequence[int] = ()


REISSUED = (
    "SELECT ticket, json_extract(data, '$.redrawn_from') FROM event"
    " WHERE kind = 'TicketIssued' AND json_valid(data) AND json_extract(data, '$.redrawn_from') IS NOT NULL"
)


def tickets_of_customer(database: Path, ticket: str) -> list[str]:
    """The ticket, and those that it was reissued from and as: one customer's, whose data stand in all of them."""
    with closing(reader(database)) as db:
        pairs = db.execute(REISSUED).fetchall()
    tickets = [ticket]
    for known in tickets:
        others = {other for pair in pairs if known in pair for other in pair}
        tickets += sorted(others.difference(tickets))
    return tickets


ANY_EVENT = "SELECT 1 FROM event WHERE ticket = ? LIMIT 1"
OF_NUMBER = (
    "SELECT ticket FROM event WHERE kind = 'TicketIssued' AND json_valid(data) AND json_extract(data, '$.number') = ?"
    " AND seq > (SELECT coalesce(max(seq), 0) FROM event WHERE kind = 'DayOpened')"
)
LAST_ZONE = (
    "SELECT json_extract(data, '$.zone') FROM event WHERE kind = 'DayOpened' AND json_valid(data)"
    " ORDER BY seq DESC LIMIT 1"
)


def has_ticket(database: Path, ticket: str) -> bool:
    """Whether any event is of the ticket."""
    with closing(reader(database)) as db:
        return db.execute(ANY_EVENT, [ticket]).fetchone() is not None


def ticket_of_number(database: Path, number: str) -> str | None:
    """The id of the ticket that has this number on the journal's last day."""
    with closing(reader(database)) as db:
        row = db.execute(OF_NUMBER, [number.upper()]).fetchone()
    return row and str(row[0])


def zone_of(database: Path) -> ZoneInfo | None:
    """The branch's zone on the journal's last day; None where the journal does not have it."""
    with closing(reader(database)) as db:
        row = db.execute(LAST_ZONE).fetchone()
    with suppress(ValueError, OSError, LookupError, TypeError):
        return ZoneInfo(row[0])
    return None


def words_in(db: Database) -> Iterator[Words]:
    """All that is personal in the journal, in order."""
    for seq, at, kind, ticket, data in _personal_rows(db):
        for text in _texts(data, PERSONAL[kind]):
            token = TOKEN.fullmatch(text)
            yield Words(
                seq, at, token["subject"] if token else of_ticket(ticket), text, token is not None
            )


def damaged_in(db: Database, ids: Collection[str], until: str) -> list[int]:
    """The events with personal fields whose data cannot be read: those of these subjects, and all of before `until`."""
    return [
        seq
        for seq, at, _, ticket, data in _personal_rows(db)
        if _fields(data) is None and (not _subjects(ticket, data).isdisjoint(ids) or at < until)
    ]


def subjects_of(database: Path, seqs: Collection[int]) -> set[str]:
    """Whose tickets these events are of, and whose words are sealed in them."""
    marks = ", ".join("?" * len(seqs))
    query = f"SELECT ticket, data FROM event WHERE seq IN ({marks})"
    with closing(reader(database)) as db:
        rows = db.execute(query, list(seqs)).fetchall()
    return {subject for ticket, data in rows for subject in _subjects(ticket, data)}


def _subjects(ticket: str | None, data: str) -> set[str]:
    sealed = {token["subject"] for token in TOKEN.finditer(data)}
    if ticket:
        return sealed | {of_ticket(ticket)}
    return sealed


def _personal_rows(db: Database) -> Iterator[Row]:
    marks = ", ".join("?" * len(PERSONAL))
    query = f"SELECT seq, at, kind, ticket, data FROM event WHERE kind IN ({marks}) ORDER BY seq"
    return iter(db.execute(query, list(PERSONAL)))


def _texts(data: str, names: Sequence[str]) -> Iterator[str]:
    """What stands in the fields of these names; of data that cannot be read, all that is sealed in them."""
    fields = _fields(data)
    if fields is None:
        return (token[0] for token in TOKEN.finditer(data))
    return (str(fields[name]) for name in names if fields.get(name))


def _fields(data: str) -> dict[str, Any] | None:
    """None for data that cannot be read."""
    with suppress(ValueError):
        fields = json.loads(data)
        return fields if isinstance(fields, dict) else None
    return None


EVIDENCE = "evidence"
"""The folder of the evidence files that are kept for a week. Photos stand there as they were taken."""
OF_INSPECTION = "inspection:"
"""How the subject of an inspection begins."""


def forget_evidence(data: Path, subjects: Sequence[Subject]) -> None:
    """Take away the kept evidence files where photos are erased; the next night makes one anew. Waits for the disk."""
    if any(subject.id.startswith(OF_INSPECTION) for subject in subjects):
        for file in (data / EVIDENCE).glob("*.zip*"):
            file.unlink(missing_ok=True)


OF_CASE = "case:"
"""How the subject of a case begins."""


OPEN_CASES = "SELECT ticket FROM complaint WHERE channel = 'card' AND closed_at IS NULL"


def _cards_of_open_cases(database: Path) -> set[str]:
    """The subjects of the cards that opened a case which is not over: words, and how to reach who gave them."""
    with closing(reader(database)) as db:
        tickets = [ticket for (ticket,) in db.execute(OPEN_CASES)]
    return {of_ticket(ticket) for ticket in tickets} | {of_contact(ticket) for ticket in tickets}


def aged(database: Path, keys: SubjectKeys, privacy: Privacy, now: datetime) -> list[Subject]:
    """Whose data is older than the branch keeps it; a case is kept longer than a card, and so is the card of a case
    that is open."""
    cases_before = instant(now - timedelta(days=privacy.case_days))
    cards = _cards_of_open_cases(database)
    return [
        subject
        for subject in keys.older_than(now - timedelta(days=privacy.keep_days))
        if subject.made_at < cases_before
        or not (subject.id.startswith(OF_CASE) or subject.id in cards)
    ]


LIVED_DAYS = 3
"""So many days of the branch's life prove a clock: its date stood on every ticket."""
DAYS = "SELECT DISTINCT day FROM day WHERE day < ? ORDER BY day DESC LIMIT ?"


def unproven(database: Path, today: date) -> timedelta:
    """How far the branch's days jumped lately; nothing where they did not. What cannot be taken back goes by the day
    before the jump: a clock that is years ahead for a morning must not take all words away."""
    with closing(reader(database)) as db:
        rows = db.execute(DAYS, [today.isoformat(), LIVED_DAYS]).fetchall()
    lived = [today, *(date.fromisoformat(day) for (day,) in rows)]
    for later, earlier in pairwise(lived):
        if later - earlier > CLOSED_MAX:
            log.warning("it is %s, after %s: no words are erased by their age yet", later, earlier)
            return today - earlier
    return timedelta(0)


def planned(
    database: Path, keys: SubjectKeys, subjects: Sequence[Subject], before: datetime | None = None
) -> Plan:
    """What goes with these keys; where `before` is given, words in clear of before then are told as well."""
    ids = {subject.id for subject in subjects}
    until = instant(before) if before else ""
    with closing(reader(database)) as db:
        of_them = [
            one for one in words_in(db) if one.subject in ids or (not one.sealed and one.at < until)
        ]
        damaged = damaged_in(db, ids, until)
    clear = [one for one in of_them if not one.sealed]
    revealed = [(one, keys.reveal(one.text)) for one in of_them if one.sealed]
    words = [
        dataclasses.replace(one, text=text)
        for one, text in revealed
        if not isinstance(text, Missing)
    ]
    return Plan(subjects, words, clear, damaged)


def erase(data: Path, keys: SubjectKeys, plan: Plan, now: datetime) -> Search:
    """Delete the keys, then look for them and for the words in every file of the data. Raises Held."""
    wanted: dict[bytes, str] = {}
    for words in plan.words:
        wanted |= dict.fromkeys(of_text(words.text), f"words of {words.subject}")
    for subject in plan.subjects:
        wanted |= dict.fromkeys(of_key(subject.key or b""), f"key of {subject.id}")
    keys.erase(plan.subjects, now)
    forget_evidence(data, plan.subjects)
    keys.settle()
    return search(data, wanted)
