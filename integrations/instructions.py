"""What came down from headquarters lies in the inbox, a file each, until it is in the journal. The shipper puts it
there; the branch believes only what headquarters' key has signed."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lobby.branch.model import Branch
from lobby.commands.base import Decision
from lobby.engine.runtime import BranchRuntime
from lobby.engine.sent import NO_CONTENT, SentConfiguration, is_at_rest
from lobby.engine.submission import By
from lobby.errors import LobbyError
from lobby.events.down import ID_MAX, Checked, Configuration, check
from lobby.events.instruction import Why
from lobby.journal.durable import PART, write_whole

log = logging.getLogger(__name__)

INBOX = "inbox"
NAME = re.compile(r"[1-9]\d{0,15}\.json")
SIZE_MAX = 1024 * 1024
"""Bytes of a file: what a message may have."""
ROUND_MAX = 50
"""So many are taken at once: the branch has other things to do."""
ACTOR = "headquarters"


# -- the shipper's side ---------------------------------------------------------------------------------
def keep(data: Path, sent: Iterable[Any]) -> int:
    """Put what headquarters sent into the inbox, durably; how many were new. What has no form is passed over: the
    branch could answer nobody. Raises Unavailable."""
    count = 0
    for one in sent:
        path = _place(data, one)
        if path and not path.exists():
            write_whole(path, json.dumps(one, ensure_ascii=False).encode())
            count += 1
    return count


def _place(data: Path, sent: Any) -> Path | None:
    """The file of what was sent; None of what is no instruction."""
    if not isinstance(sent, Mapping):
        return None
    id = sent.get("id")
    texts = all(isinstance(sent.get(name), str) for name in ("signed", "signature"))
    if type(id) is not int or not 0 < id < ID_MAX or not texts:
        return None
    return data / INBOX / f"{id}.json"


# -- the branch's side ----------------------------------------------------------------------------------
def take(runtime: BranchRuntime, sent: SentConfiguration | None = None) -> int:
    """Everything in the inbox becomes an event, the oldest first; how many files are done. `sent` keeps what comes for
    the configuration. Waits for the disk and the writer."""
    done = 0
    for path in _waiting(runtime.data):
        checked = _read(path, runtime.branch)
        if checked and not _has(runtime, checked.id):
            try:
                _submit(runtime, runtime.commands.receive_instruction, _kept(checked, sent))
            except LobbyError as error:
                log.warning("an instruction waits: %s", error)
                return done
        path.unlink(missing_ok=True)
        done += 1
    return done


def take_round(runtime: BranchRuntime, sent: SentConfiguration | None) -> bool:
    """What is in force of headquarters' configuration becomes an event, once, and the inbox is taken. Answers whether
    the branch is to begin anew: a configuration waits for a start, and nobody is there whom that would disturb."""
    if sent:
        with suppress(LobbyError):
            _submit(runtime, runtime.commands.tell_configuration, sent.applied)
    take(runtime, sent)
    if sent is None or not sent.waits:
        return False
    with runtime.writer.published() as state:
        return is_at_rest(state, runtime.clock())


def _has(runtime: BranchRuntime, instruction: int) -> bool:
    """Whether it was answered before. What is in force of it, and what was edited since, is not touched again."""
    with runtime.writer.published() as state:
        return instruction in state.quality.instructions


def _submit(runtime: BranchRuntime, command: Callable[..., Decision], value: object) -> None:
    runtime.writer.submit(By(ACTOR), command, value).result()


def _kept(checked: Checked, sent: SentConfiguration | None) -> Checked:
    """A part of the configuration that was kept, or why it was not."""
    if not isinstance(checked.content, Configuration):
        return checked
    if sent is None:
        return replace(checked, content=None, why=Why.NOT_POSSIBLE)
    try:
        return sent.take(checked, checked.content)
    except NO_CONTENT:
        log.exception("a configuration of headquarters cannot be read")
        return replace(checked, content=None, why=Why.UNREADABLE)


def _waiting(data: Path) -> list[Path]:
    """Whole files by their ids. What else lies there is nobody's instruction, and stays."""
    paths = [path for path in (data / INBOX).glob("*") if path.suffix != PART]
    ours = [path for path in paths if NAME.fullmatch(path.name) and path.is_file()]
    return sorted(ours, key=lambda path: int(path.stem))[:ROUND_MAX]


def _read(path: Path, branch: Branch) -> Checked | None:
    """None of a file that names no instruction. Headquarters sends again what nobody answers."""
    try:
        if path.stat().st_size > SIZE_MAX:
            raise ValueError("too large")
        sent = json.loads(path.read_bytes())
        signed, signature = sent["signed"], sent["signature"]
        return check(signed, branch.code, genuine(branch.headquarters.key, signed, signature))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        log.warning("%s is no instruction: %s", path.name, type(error).__name__)
        return None


def genuine(key: str, signed: str, signature: str) -> Callable[[], bool] | None:
    """What says whether headquarters has signed it; None without a key."""
    return partial(_verifies, key, signed, signature) if key else None


def _verifies(key: str, signed: str, signature: str) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), signed.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
