"""A printer at this moment, and what it can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from lobby.branch.model import Printer

if TYPE_CHECKING:
    from lobby.state.queue import QueueState


class PrinterStatus(StrEnum):
    """A printer's health. `unknown` is the silence of a printer that never answered, `silent` that of one which
    used to; `paused` a print queue that is stopped or takes nothing; `fault` a failure of this program with it."""

    OK = "ok"
    UNKNOWN = "unknown"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    SILENT = "silent"
    PAUSED = "paused"
    FAULT = "fault"

    @property
    def prints(self) -> bool:
        """Can this printer print? The only definition. Of a printer that never answers it is hoped."""
        return self in (PrinterStatus.OK, PrinterStatus.UNKNOWN, PrinterStatus.PAPER_LOW)

    @property
    def well(self) -> bool:
        """Whether nobody has to look at it."""
        return self in (PrinterStatus.OK, PrinterStatus.UNKNOWN)

    @property
    def answers(self) -> bool:
        """Whether the printer itself must have said so."""
        return self in (PrinterStatus.OK, PrinterStatus.PAPER_LOW)

    @classmethod
    def _missing_(cls, _: object) -> PrinterStatus:
        """A status of another version of Lobby, read from the journal."""
        return cls.UNKNOWN


@dataclass(slots=True)
class PrinterState:
    """A printer at this moment. `answered` is the device (its URL) that has told its status at some time: another
    device in its place may be a mute model."""

    id: str
    status: PrinterStatus = PrinterStatus.UNKNOWN
    detail: str = ""
    since: datetime | None = None
    answered: str = ""


def used_to_answer(state: QueueState, printer: Printer) -> bool:
    """Whether the silence of this printer's device is trouble."""
    known = state.printers.get(printer.id)
    return not printer.mute and known is not None and known.answered == printer.device


def can_print(state: QueueState, printer: str) -> bool:
    """Whether this printer can print, as far as is known."""
    known = state.printers.get(printer)
    return known is not None and known.status.prints


def comes_out(state: QueueState, printer: str) -> bool:
    """Whether a slip for this printer comes out: there, or at its backup."""
    tried: list[str] = []
    while printer in state.branch.printer and printer not in tried:
        if can_print(state, printer):
            return True
        tried.append(printer)
        printer = state.branch.printer[printer].backup or ""
    return False
