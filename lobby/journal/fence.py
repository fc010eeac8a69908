"""`fence.json` in the data folder: which machine and which folder the journal was written in, where it ended, and the
last numbers of its day, which come no second time though the journal is lost.

The fence is no part of a backup. At a start it tells whether the journal is the one that was written here; where it is
not, a new epoch begins. A needless epoch costs one event, a missed one the identity of all events that follow: in
doubt a new epoch begins, and nothing ever keeps the branch from opening. docs/events.md says what cannot be seen.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlite_utils import Database

from lobby.events import ForkReason
from lobby.events.envelope import FIRST_EPOCH, End
from lobby.journal.envelope import before, end, first_misfit, has

FILE = "fence.json"
SIZE_B = 512
"""A sector of a disk: it is written whole, or not at all, whatever happens to the power."""
MACHINE_ID = Path("/etc/machine-id")
CARDS = Path("/sys/class/net")
CARDS_MAX = 8
PURPOSE = b"lobby fence"
"""A machine's id is confidential (machine-id(5)): what is kept is a hash of it for this purpose alone."""

Numbers = dict[str, dict[str, int]]
"""The last number given, by day and series."""


@dataclass(frozen=True)
class Machine:
    """`id` is empty where the machine has none, as in many containers. Machines that were cloned may share it, but
    not their network cards; `cards` are those with an address of their own."""

    id: str
    cards: tuple[str, ...]

    def is_another(self, than: Machine) -> bool:
        if self.id and than.id and self.id != than.id:
            return True
        return bool(self.cards and than.cards) and not set(self.cards) & set(than.cards)


@cache
def this_machine() -> Machine:
    return read_machine()


def read_machine() -> Machine:
    ids = _texts([MACHINE_ID])
    cards = _texts(sorted(card / "address" for card in CARDS.glob("*") if _has_own_address(card)))
    return Machine(ids[0] if ids else "", tuple(cards[:CARDS_MAX]))


def _has_own_address(card: Path) -> bool:
    """A piece of hardware, and its address is neither a container's nor drawn by chance (netdevice.h,
    NET_ADDR_PERM)."""
    with suppress(OSError):
        return (card / "device").exists() and (card / "addr_assign_type").read_text().strip() == "0"
    return False


def _texts(files: list[Path]) -> list[str]:
    """A keyed hash of what each file says; of those that say something."""
    texts = []
    for file in files:
        with suppress(OSError):
            if text := file.read_bytes().strip():
                texts.append(hmac.new(text, PURPOSE, hashlib.sha256).hexdigest()[:16])
    return texts


@dataclass(frozen=True)
class Memory:
    """What a fence says. `inode` is the file's own, which a copy does not have; `numbers` are the last ones given, by
    day and series."""

    machine: Machine
    inode: int
    end: End
    numbers: Numbers


Whole = Annotated[int, Field(ge=0, lt=2**63)]
"""What SQLite can hold."""


@dataclass(frozen=True)
class Written:
    """A fence as it stands in the file."""

    machine: str
    cards: tuple[str, ...]
    inode: int
    end: tuple[Whole, Whole, str]


WRITTEN = TypeAdapter(Written)
NUMBERS = TypeAdapter(dict[str, dict[str, Whole]])


class Fence:
    """The fence of one data folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._file: int | None = None
        self._home = ""
        self._numbers: Numbers = {}
        self._epoch: int | None = None
        """The epoch that the disk has for certain."""

    def memory(self) -> Memory | None:
        """None where there is no fence that can be read."""
        try:
            content = self.path.read_bytes()
            text = WRITTEN.validate_json(content[:SIZE_B], strict=True)
        except (OSError, ValueError):
            return None
        machine = Machine(text.machine, text.cards)
        return Memory(machine, text.inode, End(*text.end), _numbers(content[SIZE_B:]))

    def reason(self, db: Database) -> ForkReason | None:
        """Why the journal has to go on in a new epoch; None where it is the one that was written here."""
        memory = self.memory()
        if memory is None:
            if end(db).epoch == FIRST_EPOCH:
                return ForkReason.UPGRADED
            return ForkReason.COPIED
        if not _went_on_here(db, memory.end):
            return ForkReason.ALTERED
        if this_machine().is_another(memory.machine):
            return ForkReason.TAKEN_OVER
        if memory.inode == self.path.stat().st_ino:
            return None
        return ForkReason.COPIED

    def remember(
        self, journal: End, day: str = "", numbers: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        """The journal is at home here, and ends so; these are the last numbers of the day's series. It fails for
        nobody, and waits for the disk in a new epoch alone: a fence that a power cut left behind its journal still
        knows an event of it, and the epoch. Numbers have sectors of their own after the end's."""
        with suppress(OSError):
            file = self._opened()
            text = self._text(journal)
            given = {day: dict(numbers)} if numbers else self._numbers
            if given != self._numbers:
                text += f"{json.dumps(given)}\n".encode()
            os.pwrite(file, text, 0)
            self._numbers = given
            if journal.epoch != self._epoch:
                os.fsync(file)
                self._epoch = journal.epoch

    def _opened(self) -> int:
        """The file stays open, since each commit writes to it."""
        if self._file is None:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            here = this_machine()
            home: dict[str, Any] = {
                "machine": here.id,
                "cards": here.cards,
                "inode": os.fstat(self._file).st_ino,
            }
            self._home = json.dumps(home).removesuffix("}")
        return self._file

    def _text(self, journal: End) -> bytes:
        return f'{self._home}, "end": {json.dumps(journal)}}}'.encode().ljust(SIZE_B)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _numbers(sectors: bytes) -> Numbers:
    """Empty where no line can be read: earlier versions wrote none."""
    try:
        return NUMBERS.validate_json(sectors.partition(b"\n")[0], strict=True)
    except ValueError:
        return {}


def _went_on_here(db: Database, known: End) -> bool:
    """Whether the journal has the known end, and after it only what this folder wrote: events of the same epoch, which
    the fence missed in a crash. Another folder goes on in another epoch."""
    same_epoch = end(db).epoch == known.epoch
    return same_epoch and has(db, known) and not first_misfit(db, before(db, known))
