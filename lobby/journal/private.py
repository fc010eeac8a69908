"""What a branch keeps is readable by its user only: customers' opinions, links' secret, accounts."""

from __future__ import annotations

import os
from pathlib import Path

OTHERS = 0o077
"""The rights of everybody else, in a mode and as a process's umask."""


def keep_private() -> None:
    """Whatever this process makes from now on is for its user alone."""
    os.umask(OTHERS)


def make_private(folder: Path) -> None:
    """The folder, made if it is missing, and all in it; what is another user's stays as it is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _close(folder)
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            _close(Path(place, name))


def _close(path: Path) -> None:
    if path.is_symlink():
        return  # what it leads to is not ours
    stat = path.stat()
    if stat.st_mode & OTHERS and stat.st_uid == os.geteuid():
        path.chmod(stat.st_mode & 0o7700)
