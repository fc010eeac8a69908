"""The files beside the journal: the access store, the secret of the keys, the key of web push, and the fence."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from doctor.finding import Finding, Findings, Say
from integrations.web_push import KEY_FILE, stored_key
from lobby.engine.keys import SECRET, stored_keys
from lobby.engine.runtime import DATABASE
from lobby.journal.copies import integrity
from lobby.journal.fence import Fence
from lobby.journal.history import reader
from lobby.texts import Text

ACCESS = "access.db"
ACCESS_DAMAGED = Text(
    "{file} is damaged ({error}): put the copy of your backup in its place; without one move it "
    "away, start again, and make accounts and tokens anew"
)
ACCESS_GONE = Text(
    "{file} is gone although the journal has events: nobody can sign in and no device is known; "
    "put the copy of your backup in its place, or make accounts and tokens anew"
)
SECRET_DAMAGED = Text(
    "{file} is damaged ({error}): put the copy of your backup in its place; without one move it "
    "away and start again, which makes links on slips, PINs and codes of phones worthless"
)
SECRET_GONE = Text(
    "{file} is gone although there are accounts: the next start makes another one, and links on "
    "slips, PINs and codes of phones are worthless; put the copy of your backup in its place"
)
PUSH_KEY_DAMAGED = Text(
    "{file} is damaged ({error}): put the copy of your backup in its place; without one the "
    "next start makes another key, and phones have to ask again to be notified"
)
FENCE_UNREADABLE = Text(
    "{file} cannot be read: whether the end of the journal was cut off stays unknown, and the next "
    "start begins a new epoch"
)


def findings(data: Path, say: Say) -> Findings:
    yield from _access(data / ACCESS, say)
    yield from _secret(data / SECRET, say)
    yield from _push_key(data / KEY_FILE, say)
    yield from _fence(Fence(data), say)


def _access(file: Path, say: Say) -> Findings:
    if error := _damage(file):
        yield Finding("access", "fail", say(ACCESS_DAMAGED.with_(file=file, error=error)))
    elif not file.exists() and _has_rows(file.with_name(DATABASE), "event"):
        yield Finding("access", "warn", say(ACCESS_GONE.with_(file=file)))


def _damage(file: Path) -> str:
    """What is wrong with a database; empty where it is sound or absent."""
    if not file.exists():
        return ""
    try:
        return "".join(integrity(file)[:1])
    except Exception as error:
        return str(error)


def _has_rows(database: Path, table: str) -> bool:
    try:
        with closing(reader(database)) as db:
            return db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None
    except Exception:
        return False


def _secret(file: Path, say: Say) -> Findings:
    try:
        stored_keys(file)
    except FileNotFoundError:
        if _has_rows(file.with_name(ACCESS), "account"):
            yield Finding("secret", "warn", say(SECRET_GONE.with_(file=file)))
    except (OSError, ValueError) as error:
        yield Finding("secret", "fail", say(SECRET_DAMAGED.with_(file=file, error=error)))


def _push_key(file: Path, say: Say) -> Findings:
    """The branch opens without it."""
    try:
        if file.exists():
            stored_key(file)
    except (OSError, ValueError) as error:
        yield Finding("push", "warn", say(PUSH_KEY_DAMAGED.with_(file=file, error=error)))


def _fence(fence: Fence, say: Say) -> Findings:
    if fence.path.exists() and fence.memory() is None:
        yield Finding("fence", "warn", say(FENCE_UNREADABLE.with_(file=fence.path)))
