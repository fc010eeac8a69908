"""Whether a device does what it is there for, as it was tried today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lobby.state.printer import PrinterStatus

SILENT = timedelta(seconds=12)
"""A printer that has not answered after so long is silent: it tells its status in one second, and a slip takes five."""


class TestKind(StrEnum):
    """What is tried: a slip at a printer, the sound of a board, its picture."""

    __test__ = False

    PRINT = "print"
    CALL = "call"
    PICTURE = "picture"


class Seen(StrEnum):
    """What somebody saw or heard of it."""

    YES = "yes"
    NO = "no"


ANSWERS = tuple(Seen)


@dataclass(slots=True)
class DeviceTest:
    """The latest test of its kind at the device. `by` and `answered_by` are staff numbers, accounts or parts of the
    system; `answer` is empty until somebody or the printer says what came of it."""

    test: TestKind
    device: str
    at: datetime
    by: str
    answer: str = ""
    answered_by: str = ""

    @property
    def went_well(self) -> bool | None:
        """None while nobody knows. A printer that took the slip and told nothing is no proof."""
        if self.answer in ("", PrinterStatus.UNKNOWN):
            return None
        return self.answer in (Seen.YES, PrinterStatus.OK, PrinterStatus.PAPER_LOW)

    def is_silent(self, now: datetime) -> bool:
        """Whether the printer let the time for its answer pass."""
        return self.test is TestKind.PRINT and not self.answer and now - self.at > SILENT
