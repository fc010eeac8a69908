"""The command line's part about personal data: `lobby erase`, and what is sealed in the journal's lines."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from arguments import Parser, Refused, ask, count, place
from lobby.branch.config import read_branch
from lobby.engine.clock import now_utc
from lobby.engine.runtime import DATABASE
from lobby.events.personal import Missing, of_ticket, reveal_within
from lobby.journal import erasing
from lobby.journal.erasing import Plan
from lobby.journal.private import make_private
from lobby.journal.subject_keys import FILE, Subject, SubjectKeys
from lobby.journal.traces import Search

SHOWN = 20
"""So many traces are told line by line."""


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


def erase(args: argparse.Namespace) -> int:
    """Delete the keys of personal data, for good, and prove that nothing of it is left."""
    now = now_utc()
    if not (args.data / DATABASE).exists():
        raise FileNotFoundError(args.data / DATABASE)
    make_private(args.data)
    with closing(SubjectKeys(args.data)) as keys:
        plan = _planned(args, keys, now)
        if not plan.subjects and not plan.clear:
            keys.settle()
            return _say_nothing_to_do(args, keys)
        if not args.yes:
            ask(_summary(plan), "erase")
        found = erasing.erase(args.data, keys, plan, now)
    print(_as_json(plan, found) if args.json else _as_text(plan, found))
    return 1 if plan.clear or found.traces or found.unread else 0


def _planned(args: argparse.Namespace, keys: SubjectKeys, now: datetime) -> Plan:
    if named := _named(args):
        return _of_subjects(args, keys, named)
    days = args.older_than or read_branch(args.config).privacy.keep_days
    before = now - timedelta(days=days)
    return erasing.planned(args.data / DATABASE, keys, keys.older_than(before), before)


def _named(args: argparse.Namespace) -> list[str]:
    return [*map(of_ticket, args.ticket), *args.subject]


def _of_subjects(args: argparse.Namespace, keys: SubjectKeys, named: Sequence[str]) -> Plan:
    """A name that is mistyped must not look like one that was erased."""
    subjects = [keys.of(id) or Subject(id, None, "", None) for id in named]
    plan = erasing.planned(args.data / DATABASE, keys, subjects)
    in_clear = {one.subject for one in plan.clear}
    for subject in subjects:
        if subject.key is None and subject.erased_at is None and subject.id not in in_clear:
            raise Refused(f"there is no personal data of {subject.id}")
    return Plan([subject for subject in subjects if subject.key], plan.words, plan.clear)


def _summary(plan: Plan) -> str:
    last = max((subject.made_at for subject in plan.subjects), default="")
    return (
        f"{len(plan.subjects)} keys would be deleted, the last of {last or 'none'}; {len(plan.words)} texts could then"
        " be read by nobody, in no copy of the journal. Scores and figures stay"
    )


def _say_nothing_to_do(args: argparse.Namespace, keys: SubjectKeys) -> int:
    done = {"subjects": [], "texts": 0, "clear": [], "files": [], "bytes_read": 0, "found": [], "unread": []}
    known = [subject for id in _named(args) if (subject := keys.of(id))]
    before = "".join(f"; {subject.id} was erased at {subject.erased_at}" for subject in known)
    print(json.dumps(done) if args.json else f"nothing to erase{before}")
    return 0


def _as_json(plan: Plan, found: Search) -> str:
    done = {
        "subjects": [subject.id for subject in plan.subjects],
        "texts": len(plan.words),
        "clear": [one.seq for one in plan.clear],
        "files": found.files,
        "bytes_read": found.bytes_read,
        "found": [asdict(trace) for trace in found.traces],
        "unread": found.unread,
    }
    return json.dumps(done, ensure_ascii=False)


def _as_text(plan: Plan, found: Search) -> str:
    lines = [f"{len(plan.subjects)} keys are deleted, and {len(plan.words)} texts can be read no more"]
    lines.append(f"looked for them in {len(found.files)} files, {found.bytes_read} bytes: {', '.join(found.files)}")
    for trace in found.traces[:SHOWN]:
        lines.append(f"FOUND  {trace.what} in {trace.file} at byte {trace.at}: remove what keeps it there")
    if len(found.traces) > SHOWN:
        lines.append(f"FOUND  {len(found.traces) - SHOWN} more: --json tells them all")
    lines += [f"UNREAD {file}: look at its rights, and erase again" for file in found.unread]
    if plan.clear:
        lines.append(f"CLEAR  {_clear(plan)}")
    if len(lines) == 2:
        lines.append("nothing of them was found")
    return "\n".join(lines)


def _clear(plan: Plan) -> str:
    seqs = ", ".join(str(one.seq) for one in plan.clear[:SHOWN])
    return (
        f"{len(plan.clear)} texts stand in clear in events of before texts were sealed ({seqs}), which no key takes"
        " away: see docs/operations.md"
    )


def add_command(commands: Any) -> None:
    made: Parser = commands.add_parser("erase", help=erase.__doc__, description=erase.__doc__)
    made.set_defaults(run=erase)
    made.add_argument("--data", type=place, default="var", help="the branch's data (./var)")
    made.add_argument("--config", type=place, default="config.toml", help="with privacy.keep_days (./config.toml)")
    made.add_argument("--ticket", action="append", default=[], metavar="ID", help="of this ticket's customer")
    made.add_argument("--subject", action="append", default=[], metavar="ID", help="of this subject, as ticket:ID")
    made.add_argument("--older-than", type=count, metavar="DAYS", help="all of before, instead of privacy.keep_days")
    made.add_argument("--yes", action="store_true", help="do not ask")
    made.add_argument("--json", action="store_true", help="one JSON document")
