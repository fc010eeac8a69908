"""The command line's part about personal data: `lobby erase`, and what is sealed in the journal's lines."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

import click

import arguments
from arguments import Command, answer, ask
from lobby.branch.config import read_branch
from lobby.engine.clock import now_utc
from lobby.engine.runtime import DATABASE
from lobby.events.personal import Missing, of_contact, of_ticket, reveal_within
from lobby.journal import erasing
from lobby.journal.erasing import Plan
from lobby.journal.private import make_private
from lobby.journal.subject_keys import FILE, Subject, SubjectKeys
from lobby.journal.traces import Search

SHOWN = 20
"""So many traces are told line by line."""
NOWHERE = Search((), 0, (), ())
"""Where there is nothing to erase, no file is read."""


@contextmanager
def unsealing(data: Path, wanted: bool) -> Iterator[Callable[[str], str]]:
    """Puts what was written in the place of what is sealed, in a line of JSON; `[erased]` where its key is gone."""
    if not wanted:
        yield str
        return
    if not (data / FILE).exists():
        raise FileNotFoundError(data / FILE)
    with closing(SubjectKeys(data)) as keys:
        yield lambda line: reveal_within(line, partial(_in_json, keys), "[{}]".format)


def _in_json(keys: SubjectKeys, token: str) -> str | Missing:
    words = keys.reveal(token)
    return words if isinstance(words, Missing) else json.dumps(words, ensure_ascii=False)[1:-1]


@click.command(cls=Command)
@arguments.data
@arguments.config
@click.option("--ticket", multiple=True, metavar="ID", help="Of this ticket's customer.")
@click.option("--subject", multiple=True, metavar="ID", help="Of this subject, as ticket:ID.")
@click.option(
    "--older-than",
    type=arguments.age,
    metavar="DAYS",
    help="All of before, instead of privacy.keep_days.",
)
@arguments.yes
@arguments.as_json
def erase(
    data: Path,
    config: Path,
    ticket: tuple[str, ...],
    subject: tuple[str, ...],
    older_than: int | None,
    yes: bool,
) -> int:
    """Delete keys of personal data for good. Then prove that nothing of it is left."""
    if older_than and (ticket or subject):
        raise click.UsageError(
            "--older-than is for every customer: leave it out, or --ticket and --subject"
        )
    now = now_utc()
    if not (data / DATABASE).exists():
        raise FileNotFoundError(data / DATABASE)
    make_private(data)
    zone = erasing.zone_of(data / DATABASE)
    groups = [*(_of_customer(data, id) for id in ticket), *([id] for id in subject)]
    with closing(SubjectKeys(data)) as keys:
        plan = (
            _of_subjects(data, keys, groups)
            if groups
            else _of_before(data, keys, config, older_than, now)
        )
        if not plan.subjects and not plan.clear and not plan.damaged:
            keys.settle()
            nothing = _nothing_to_erase(keys, [*chain(*groups)], zone)
            answer(_document(plan, NOWHERE), nothing)
            return 0
        if not yes:
            ask(_summary(plan, zone), "erase")
        found = erasing.erase(data, keys, plan, now)
    answer(_document(plan, found), _as_text(plan, found))
    return int(bool(plan.clear or plan.damaged or found.traces or found.unread))


def _of_before(
    data: Path, keys: SubjectKeys, config: Path, older_than: int | None, now: datetime
) -> Plan:
    privacy = read_branch(config).privacy
    privacy = dataclasses.replace(privacy, keep_days=older_than or privacy.keep_days)
    before = now - timedelta(days=privacy.keep_days)
    aged = erasing.aged(data / DATABASE, keys, privacy, now)
    return erasing.planned(data / DATABASE, keys, aged, before)


def _of_customer(data: Path, ticket: str) -> list[str]:
    """The subjects of the ticket's customer, the ticket's own first."""
    tickets = erasing.tickets_of_customer(data / DATABASE, ticket)
    return [*map(of_ticket, tickets), *map(of_contact, tickets)]


def _of_subjects(data: Path, keys: SubjectKeys, groups: Sequence[Sequence[str]]) -> Plan:
    """Each group is one customer's. A name that is mistyped must not look like one that was erased."""
    subjects = [keys.of(id) or Subject(id, None, "", None) for id in dict.fromkeys(chain(*groups))]
    plan = erasing.planned(data / DATABASE, keys, subjects)
    known = {one.subject for one in plan.clear}
    known |= {subject.id for subject in subjects if subject.key or subject.erased_at}
    known |= erasing.subjects_of(data / DATABASE, plan.damaged)
    for group in groups:
        if known.isdisjoint(group):
            raise click.UsageError(_nobody(data / DATABASE, group[0]))
    return dataclasses.replace(plan, subjects=[subject for subject in subjects if subject.key])


def _nobody(database: Path, subject: str) -> str:
    """Why there is nothing of this subject. Who reads a slip has the number, and the journal knows ids."""
    ticket = subject.removeprefix(of_ticket(""))
    if ticket == subject or erasing.has_ticket(database, ticket):
        return f"there is no personal data of {subject}"
    if id := erasing.ticket_of_number(database, ticket):
        return f"{ticket} is a number, not an id; today's {ticket} is {id}"
    return f"there is no ticket {ticket}: lobby journal has the ids"


def _summary(plan: Plan, zone: ZoneInfo | None) -> str:
    made_at = [subject.made_at for subject in plan.subjects]
    last = f", the last of {_local(max(made_at), zone)}" if made_at else ""
    return (
        f"keys to delete: {len(plan.subjects)}{last}; texts that nobody could read then, in no copy of the journal:"
        f" {len(plan.words)}. Scores and figures stay"
    )


def _nothing_to_erase(keys: SubjectKeys, named: Sequence[str], zone: ZoneInfo | None) -> str:
    known = [subject for id in named if (subject := keys.of(id))]
    before = [
        f"; {subject.id} was erased at {_local(subject.erased_at, zone)}"
        for subject in known
        if subject.erased_at
    ]
    return f"nothing to erase{''.join(before)}"


def _local(at: str, zone: ZoneInfo | None) -> str:
    """The instant in the branch's time, or the machine's where the journal has no zone."""
    return datetime.fromisoformat(at).astimezone(zone).isoformat(" ", "seconds")


def _document(plan: Plan, found: Search) -> dict[str, object]:
    return {
        "subjects": [subject.id for subject in plan.subjects],
        "texts": len(plan.words),
        "clear": [one.seq for one in plan.clear],
        "damaged": plan.damaged,
        "files": found.files,
        "bytes_read": found.bytes_read,
        "found": [dataclasses.asdict(trace) for trace in found.traces],
        "unread": found.unread,
    }


def _as_text(plan: Plan, found: Search) -> str:
    lines = [
        f"keys deleted: {len(plan.subjects)}; texts that can be read no more: {len(plan.words)}"
    ]
    lines.append(
        f"files read in search of them: {len(found.files)}, bytes: {found.bytes_read}: {', '.join(found.files)}"
    )
    for trace in found.traces[:SHOWN]:
        lines.append(
            f"FOUND  {trace.what} in {trace.file} at byte {trace.at}: remove what keeps it there"
        )
    if len(found.traces) > SHOWN:
        lines.append(f"FOUND  {len(found.traces) - SHOWN} more: --json tells them all")
    lines += [f"UNREAD {file}: look at its rights, and erase again" for file in found.unread]
    if plan.clear:
        lines.append(f"CLEAR  {_clear(plan)}")
    if plan.damaged:
        lines.append(f"DAMAGED {_damaged(plan)}")
    if len(lines) == 2:
        lines.append("nothing of them was found")
    return "\n".join(lines)


def _clear(plan: Plan) -> str:
    seqs = ", ".join(str(one.seq) for one in plan.clear[:SHOWN])
    return (
        f"texts that stand in clear in events of before texts were sealed ({seqs}): {len(plan.clear)}; no key takes"
        " them away: see docs/operations.md"
    )


def _damaged(plan: Plan) -> str:
    seqs = ", ".join(str(seq) for seq in plan.damaged[:SHOWN])
    return (
        f"events whose data cannot be read ({seqs}): {len(plan.damaged)}; look at them with lobby journal; no key takes"
        " away what stands there in clear"
    )
