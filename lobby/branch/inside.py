"""Opens a file of a folder and never one outside it: below the folder no link is followed, even where somebody
replaces a name during the opening. The folder itself may be a link, since the branch named it."""

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
            inner = os.open(
                part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at
            )
            os.close(at)
            at = inner
        # O_NONBLOCK: a pipe of that name opens at once and is refused below
        file = os.open(
            parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=at
        )
    finally:
        os.close(at)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(f"{'/'.join(parts)} is no regular file")
    return os.fdopen(file, "rb")
