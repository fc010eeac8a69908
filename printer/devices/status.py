"""Asks a printer for its status: DLE EOT n, answered with one byte each (Epson ESC/POS reference)."""

from __future__ import annotations

from collections.abc import Callable

from lobby.state.printer import PrinterStatus

PRINTER, OFFLINE_CAUSE, PAPER = (b"\x10\x04" + bytes([n]) for n in (1, 2, 4))
FIXED_MASK = 0b10010011
FIXED_BITS = 0b00010010
OFFLINE = 0x08
COVER_OPEN = 0x04
PAPER_STOP = 0x20
PAPER_END = 0x60
PAPER_NEAR_END = 0x0C

ANSWER_S = 0.5
"""An idle printer answers within 0.1 s; a printing one may answer only when the slip is done."""

Ask = Callable[[bytes, float], int | None]
"""Sends a question and returns the byte of the answer; None for silence after so many seconds."""


def ask_status(ask: Ask, within_s: float = ANSWER_S) -> PrinterStatus:
    """The printer's status; `unknown` when it does not answer as a printer would. The first answer may take
    `within_s`, since the printer may be busy."""
    answers: list[int] = []
    for question in (PRINTER, OFFLINE_CAUSE, PAPER):
        answer = ask(question, max(ANSWER_S, within_s) if not answers else ANSWER_S)
        if answer is None or answer & FIXED_MASK != FIXED_BITS:
            return PrinterStatus.UNKNOWN
        answers.append(answer)
    return read_status(*answers)


def read_status(printer: int, cause: int, paper: int) -> PrinterStatus:
    """The gravest status that the three answers report."""
    if cause & COVER_OPEN:
        return PrinterStatus.COVER_OPEN
    if paper & PAPER_END == PAPER_END or cause & PAPER_STOP:
        return PrinterStatus.PAPER_OUT
    if printer & OFFLINE:
        return PrinterStatus.OFFLINE
    if paper & PAPER_NEAR_END:
        return PrinterStatus.PAPER_LOW
    return PrinterStatus.OK
