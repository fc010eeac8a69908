"""Files of cases and photos of inspections, each kind in a folder of its own beside the journal: under a random name,
encrypted under a key of its own. That key stands in the journal, sealed under the key of the case or the inspection
(`CaseAttached`, `ItemMarked`): whoever erases that one makes the files unreadable. `lobby backup` copies the journal
and not these folders.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

from lobby.journal.durable import write_whole
from lobby.journal.subject_keys import KEY_BYTES, open_bytes, seal_bytes

FOLDER = "attachments"
"""Where the files of cases are."""
PHOTOS = "photos"
"""Where the photos of inspections are."""
FOLDERS = (FOLDER, PHOTOS)
NAME_BYTES = 16
FORMS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
)
"""How the content of a file begins, and what it then is. Nothing that an office program would run is among them."""


@dataclass(frozen=True)
class Kept:
    """A file that lies in its place: its random name, and the key as the journal is to seal it."""

    file: str
    key: str


def media_type(content: bytes) -> str | None:
    """What the content is, whatever its name says; None for what a case does not take."""
    return next((form for head, form in FORMS if content.startswith(head)), None)


def keep(folder: Path, content: bytes) -> Kept:
    """Write the file, durably, before the journal knows of it. Raises Unavailable."""
    file = secrets.token_hex(NAME_BYTES)
    key = secrets.token_bytes(KEY_BYTES)
    write_whole(folder / file, seal_bytes(key, file, content))
    return Kept(file, base64.b64encode(key).decode())


def content_of(folder: Path, file: str, key: str) -> bytes:
    """The file as it was given. Raises OSError where it is gone, ValueError where the key is not its own."""
    return open_bytes(base64.b64decode(key), file, (folder / file).read_bytes())


def drop(folder: Path, file: str) -> None:
    """Take a file away that the journal was not told of after all."""
    (folder / file).unlink(missing_ok=True)


def count(data: Path) -> int:
    """How many files lie there, of all kinds."""
    folders = [data / name for name in FOLDERS]
    return sum(1 for folder in folders if folder.exists() for _ in folder.iterdir())
