"""Erases personal data: which words that is, their keys deleted, and the proof that nothing of them is left."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from lobby import events as ev
from lobby.events.personal import TOKEN, Missing, of_ticket
from lobby.journal.envelope import instant
from lobby.journal.history import reader
from lobby.journal.subject_keys import Subject, SubjectKeys
from lobby.journal.traces import Search, of_key, of_text, search

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
    journal of before texts were sealed: no key takes it away."""

    subjects: Sequence[Subject]
    words: Sequence[Words]
    clear: Sequence[Words]


def words_in(db: Database) -> Iterator[Words]:
    """All that is personal in the journal, in order."""
    marks = ", ".join("?" * len(PERSONAL))
    query = f"SELECT seq, at, kind, ticket, data FROM event WHERE kind IN ({marks}) ORDER BY seq"
    for seq, at, kind, ticket, data in db.execute(query, list(PERSONAL)):
        for text in _texts(json.loads(data), PERSONAL[kind]):
            token = TOKEN.fullmatch(text)
            yield Words(
                seq, at, token["subject"] if token else of_ticket(ticket), text, token is not None
            )


def _texts(data: dict[str, Any], names: Sequence[str]) -> Iterator[str]:
    return (str(data[name]) for name in names if data.get(name))


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
    clear = [one for one in of_them if not one.sealed]
    revealed = [(one, keys.reveal(one.text)) for one in of_them if one.sealed]
    words = [
        dataclasses.replace(one, text=text)
        for one, text in revealed
        if not isinstance(text, Missing)
    ]
    return Plan(subjects, words, clear)


def erase(data: Path, keys: SubjectKeys, plan: Plan, now: datetime) -> Search:
    """Delete the keys, then look for them and for the words in every file of the data. Raises Held."""
    wanted: dict[bytes, str] = {}
    for words in plan.words:
        wanted |= dict.fromkeys(of_text(words.text), f"words of {words.subject}")
    for subject in plan.subjects:
        wanted |= dict.fromkeys(of_key(subject.key or b""), f"key of {subject.id}")
    keys.erase(plan.subjects, now)
    keys.settle()
    return search(data, wanted)
