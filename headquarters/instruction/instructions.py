"""Instructions of headquarters: made and signed here, carried by the answers to shippers, and answered by events in the
branches' journals. What is wanted stands in `instruction`, what is proven in the derived `received_instruction`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg.types.json import Json

from headquarters.instruction.signing import Signer
from lobby.errors import Conflict, Invalid, NotFound
from lobby.events.down import (
    KINDS,
    ActionAsked,
    Configuration,
    Content,
    Instruction,
    Order,
    Withdrawal,
    contents_of,
    digest,
    document,
)
from lobby.events.instruction import InstructionKind, Outcome
from lobby.reports.measures import MEASURES

SENT_MAX = 20
"""In one answer: with the longest texts a tenth of what a message may have. The rest comes with the next one."""
SIZE_MAX = 640 * 1024
"""Bytes of a signed text, and of all in one answer: a message may have 1 MB."""


def make(
    db: psycopg.Connection,
    signer: Signer,
    content: Content,
    branches: Collection[str] | None,
    by: str,
) -> int:
    """Sign it and keep it: it is on its way from now on. Its id is the millisecond, so that a database that was
    restored from a backup gives none a second time. Raises LobbyError."""
    kind = KINDS[type(content)]
    if branches is not None and not branches:
        raise Invalid("no_branches", "branches")
    if kind is InstructionKind.ORDER and (branches is None or len(branches) != 1):
        raise Invalid("order_for_one", "branches")
    with db.transaction():
        db.execute("LOCK TABLE instruction IN SHARE ROW EXCLUSIVE MODE")
        if isinstance(content, Order):
            _must_be_new(db, content)
        if isinstance(content, ActionAsked) and content.measure not in ("", *MEASURES):
            raise Invalid("unknown_measure", "measure", id=content.measure)
        instruction = Instruction(
            _next_id(db), kind, None if branches is None else tuple(sorted(branches)), content
        )
        _insert(db, signer, instruction, by)
    return instruction.id


def _must_be_new(db: psycopg.Connection, order: Order) -> None:
    query = (
        "SELECT id FROM instruction WHERE kind = %s AND withdrawn_at IS NULL"
        " AND document ->> 'number' = %s AND document ->> 'channel' = %s"
    )
    if db.execute(query, [InstructionKind.ORDER, order.number, order.channel]).fetchone():
        raise Conflict("order_exists", number=order.number)


def _next_id(db: psycopg.Connection) -> int:
    row = db.execute("SELECT coalesce(max(id), 0) FROM instruction").fetchone()
    last = int(row[0]) if row else 0
    return max(last + 1, int(datetime.now(UTC).timestamp() * 1000))


def _insert(db: psycopg.Connection, signer: Signer, instruction: Instruction, by: str) -> None:
    signed = instruction.signed
    if len(signed.encode()) > SIZE_MAX:
        raise Invalid("instruction_too_large", "slides", kb=SIZE_MAX // 1024)
    db.execute(
        "INSERT INTO instruction (id, kind, branches, document, signed, signature, hash, made_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            instruction.id,
            instruction.kind,
            None if instruction.branches is None else [*instruction.branches],
            Json(_kept(instruction.content)),
            signed,
            signer.sign(signed),
            digest(signed),
            by,
        ],
    )


def _kept(content: Content) -> dict[str, Any]:
    """What headquarters goes on knowing: of a work order all but the words, of slides their names."""
    values = document(content)
    if isinstance(content, Order):
        values.pop("text")
    if isinstance(content, Configuration):
        values["slides"] = sorted(content.slides)
        values["contents"] = contents_of(content)
    return values


def withdraw(
    db: psycopg.Connection, signer: Signer, id: int, by: str, known: Sequence[str] = ()
) -> None:
    """It is sent to nobody any more. An announcement is taken back from the screens. A configuration is followed by one
    without tables, for the branches that were to have it last; `known` are all branches. Who has a work order or an
    action keeps it. Raises NotFound."""
    update = (
        "UPDATE instruction SET withdrawn_at = now(), signed = NULL,"
        " erased_at = coalesce(erased_at, now()) WHERE id = %s AND withdrawn_at IS NULL"
        " RETURNING kind, document, branches"
    )
    with db.transaction():
        row = db.execute(update, [id]).fetchone()
        if row is None:
            raise NotFound("unknown_instruction", id=str(id))
        kind, kept, branches = row
        if kind == InstructionKind.ANNOUNCEMENT:
            make(db, signer, Withdrawal(id, date.fromisoformat(kept["until"])), branches, by)
        if kind == InstructionKind.CONFIGURATION and (kept["tables"] or kept["slides"]):
            _give_back(db, signer, id, by, known)


def _give_back(
    db: psycopg.Connection, signer: Signer, id: int, by: str, known: Sequence[str]
) -> None:
    having = [code for code, newest in newest_configurations(db, known).items() if newest == id]
    if having:
        make(db, signer, Configuration(""), having, by)


def newest_configurations(db: psycopg.Connection, codes: Sequence[str]) -> dict[str, int]:
    """By branch, the configuration that it is to have: the last one that is for it."""
    query = "SELECT id, branches FROM instruction WHERE kind = %s ORDER BY id"
    newest: dict[str, int] = {}
    for id, branches in db.execute(query, [InstructionKind.CONFIGURATION]).fetchall():
        newest.update((code, id) for code in (codes if branches is None else branches))
    return newest


def down(db: psycopg.Connection, branch: str) -> list[dict[str, Any]]:
    """What the branch has yet to answer, the oldest first, as it goes into a message."""
    query = (
        "SELECT id, signed, signature FROM instruction AS i"
        " WHERE withdrawn_at IS NULL AND signed IS NOT NULL"
        " AND (branches IS NULL OR %(branch)s = ANY (branches))"
        " AND NOT EXISTS (SELECT FROM received_instruction r WHERE r.branch = %(branch)s AND r.id = i.id)"
        " AND NOT (kind IN ('announcement', 'withdrawal') AND document ->> 'until' < %(yesterday)s)"
        " AND NOT (kind = 'configuration' AND EXISTS (SELECT FROM instruction n WHERE n.id > i.id"
        " AND n.kind = i.kind AND (n.branches IS NULL OR %(branch)s = ANY (n.branches))))"
        " ORDER BY id LIMIT %(most)s"
    )
    values = {"branch": branch, "most": SENT_MAX, "yesterday": _yesterday()}
    with suppress(
        psycopg.errors.UndefinedTable
    ):  # the derived tables are made with the first derivation
        rows = db.execute(query, values).fetchall()
        sent = [{"id": id, "signed": signed, "signature": mark} for id, signed, mark in rows]
        return [*_within_a_message(sent)]
    return []


def _within_a_message(sent: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The first, and those after it that have room beside it."""
    size = 0
    for one in sent:
        size += len(one["signed"].encode())
        if size > SIZE_MAX:
            return
        yield one


def _yesterday() -> str:
    """An announcement that ended before it is over in every time zone."""
    today = datetime.now(UTC).date()
    return today.fromordinal(today.toordinal() - 1).isoformat()


def erase_taken(db: psycopg.Connection) -> int:
    """The words of work orders that their branches have: there they are sealed, under a key that can be erased."""
    update = (
        "UPDATE instruction AS i SET signed = NULL, erased_at = now()"
        " FROM received_instruction AS r WHERE i.kind = %s AND i.signed IS NOT NULL"
        " AND r.branch = i.branches[1] AND r.id = i.id AND r.outcome = %s AND r.hash = i.hash"
    )
    with suppress(psycopg.errors.UndefinedTable):
        return db.execute(update, [InstructionKind.ORDER, Outcome.TAKEN]).rowcount
    return 0


def newest(db: psycopg.Connection) -> int:
    row = db.execute("SELECT coalesce(max(id), 0) FROM instruction").fetchone()
    return int(row[0]) if row else 0


def addressed(db: psycopg.Connection, after: int) -> Sequence[str] | None:
    """The branches that instructions after this one are for; None: every branch."""
    query = "SELECT branches FROM instruction WHERE id > %s AND withdrawn_at IS NULL"
    codes: set[str] = set()
    for (branches,) in db.execute(query, [after]).fetchall():
        if branches is None:
            return None
        codes.update(branches)
    return sorted(codes)
