"""A slip: a print job."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SlipStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    FAILED = "failed"


@dataclass(slots=True)
class Slip:
    """A print job. `maybe_on_paper` once a byte may have reached paper: printing again is a reprint."""

    id: str
    ticket: str
    copy: int
    printer: str
    state: SlipStatus = SlipStatus.QUEUED
    attempts: int = 0
    error: str = ""
    confirmed: bool = False
    maybe_on_paper: bool = False

    @property
    def reprint(self) -> bool:
        """Whether the next print has to be marked as a reprint: one was asked for, or one may be on paper."""
        return self.copy > 1 or self.maybe_on_paper or self.state is SlipStatus.SENDING
