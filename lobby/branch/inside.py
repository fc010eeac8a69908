"""Opening a file of a folder without being led out of it: no link is followed below the folder, whatever is put in a
name's place between the look and the opening. The folder itself may be a link: the branch named it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO


def open_inside(folder: Path, *parts: str) -> BinaryIO:
    """The regular file `folder/parts...`, open for reading. Raises OSError for anything else."""
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
            os.close(at)
            at = inner
        # O_NONBLOCK: a pipe of that name is told apart instead of waited for
        file = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=at)
    finally:
        os.close(at)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(f"{'/'.join(parts)} is no regular file")
    return os.fdopen(file, "rb")
