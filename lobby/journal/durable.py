"""Files that are there whole or not at all, whatever ends the program."""

from __future__ import annotations

import errno
import logging
import os
from contextlib import suppress
from pathlib import Path

from lobby.errors import Unavailable

log = logging.getLogger(__name__)

PART = ".part"
"""What a file is called until it is whole."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""No room on the disk, none in the user's share of it, or in one file."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file for its user alone, durably, in a folder that is made where it is missing. Nothing is left of what
    could not be written. Raises Unavailable."""
    part = path.with_name(path.name + PART)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _write(part, content)
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        log.exception("a file was not written: %s", path)
        raise Unavailable("disk_full" if error.errno in FULL else "not_saved") from error


def _write(part: Path, content: bytes) -> None:
    descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with open(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def sync_folder(folder: Path) -> None:
    """What names the folder has is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
