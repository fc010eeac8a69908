"""What some branches refused, or run without, is sent to them once more: with the same words, as a new instruction."""

from __future__ import annotations

import json
from collections.abc import Collection

import psycopg

from headquarters.config import Headquarters
from headquarters.instruction.instructed import InstructionView, standing
from headquarters.instruction.instructions import make
from headquarters.instruction.signing import Signer
from lobby.errors import Conflict, NotFound
from lobby.events.down import Content, content_of
from lobby.events.instruction import InstructionKind


def send_again(
    db: psycopg.Connection,
    headquarters: Headquarters,
    signer: Signer,
    id: int,
    by: str,
    visible: Collection[str] | None = None,
) -> tuple[int, list[str]]:
    """The new instruction, and the branches that it is for: a later word than their own edit. A work order is sent once
    alone. Raises LobbyError."""
    views = standing(db, headquarters, visible)
    view = next((one for one in views if one["id"] == id), None)
    row = db.execute("SELECT kind, signed FROM instruction WHERE id = %s", [id]).fetchone()
    if view is None or row is None or view["withdrawn"]:
        raise NotFound("unknown_instruction", id=str(id))
    kind, signed = row
    branches = lacking(view)
    if signed is None or kind == InstructionKind.ORDER or not branches:
        raise Conflict("nobody_lacks_it")
    return make(db, signer, _content(kind, signed), branches, by), branches


def lacking(view: InstructionView) -> list[str]:
    """The branches that refused it, or run with something else."""
    refused = [one["branch"] for one in view["refused"]]
    state = view["configuration"]
    differing = [one["branch"] for one in state["differing"]] if state else []
    return sorted({*refused, *differing})


def _content(kind: str, signed: str) -> Content:
    return content_of(InstructionKind(kind), json.loads(signed)["document"])
