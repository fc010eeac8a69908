"""The bank's customer directory: key -> tier, from a file, and from another system of the bank through a port."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Protocol

from lobby.branch.rules import Directory
from lobby.customers.customer_file import read_directory

log = logging.getLogger(__name__)

Clock = Callable[[], float]
"""Monotonic seconds."""

CHECK_S = 2.0
"""So often at most a file is looked at for changes."""


class RemoteDirectory(Protocol):
    """The directory in another system. Looking up may wait for it."""

    trouble: str
    """Why the latest look-up failed; empty when it did not."""

    @property
    def figures(self) -> Mapping[str, int]:
        """How look-ups went, by outcome."""

    def tier_of(self, key: str) -> str | None:
        """None for who is not listed. Raises LookupFailed."""


Connect = Callable[[Directory, Collection[str], bytes], RemoteDirectory]
"""From the configuration, the branch's tiers, and a secret that may hash a customer's key."""


class Customers:
    """The branch's directory: its file goes first, then the remote one."""

    def __init__(self, file: FileDirectory | None, remote: RemoteDirectory | None) -> None:
        self._file = file
        self.remote = remote
        self.blocks = bool(file or remote)
        """Whether a look-up may wait for a disk or a line, and so belongs into a thread."""

    def tier_of(self, key: str) -> str | None:
        """The listed tier; None for who is not listed. Raises LookupFailed."""
        if self._file and (listed := self._file.tier_of(key)):
            return listed
        if self.remote:
            return self.remote.tier_of(key)
        return None


class FileDirectory:
    """A file that is taken in again when it has changed; while the new one is bad, the one before stays.
    Raises what read_directory raises."""

    def __init__(self, path: Path, tiers: Collection[str], clock: Clock = time.monotonic) -> None:
        self._path = path
        self._tiers = tiers
        self._clock = clock
        self._seen = self._mark()
        self._checked = clock()
        self._listed = read_directory(path, tiers)

    def tier_of(self, key: str) -> str | None:
        if self._clock() - self._checked >= CHECK_S:
            self._renew()
        return self._listed.get(key)

    def _renew(self) -> None:
        """Threads that do so at once read the same file twice, and nothing else."""
        self._checked = self._clock()
        mark = self._mark()
        if mark == self._seen:
            return
        self._seen = mark
        try:
            self._listed = read_directory(self._path, self._tiers)
            log.info("the customer directory changed: %d customers", len(self._listed))
        except (OSError, ValueError) as error:
            log.warning("the customer directory changed, but the one before stays: %s", error)

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
