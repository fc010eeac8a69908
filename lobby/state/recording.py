"""Services that must be recorded in sound and picture 双录, and what was said of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RecordingKind(StrEnum):
    """What is known of a service that must be recorded. A sale was recorded, none was made, or a manager let it pass;
    where nothing was said yet, the service is `pending`, and `missing` once it has ended so. `void`: its start was
    taken back."""

    MADE = "made"
    REFUSED = "refused"
    OVERRIDDEN = "overridden"
    PENDING = "pending"
    MISSING = "missing"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class RecordingEntry:
    """One thing that was said of the service; `id` is its event's seq. `reason` is that of a refusal or an override,
    `by` the manager who let it pass, `person` the staff number of who said it, else the account."""

    id: int
    kind: RecordingKind
    at: datetime
    product: str = ""
    reference: str = ""
    reason: str = ""
    by: str = ""
    person: str = ""
    keep_until: str = ""


@dataclass(frozen=True, slots=True)
class RecordedService:
    """A service at a counter that must be recorded. `id` is the seq of the event that began it, `ended` of the one that
    ended it."""

    id: int
    ticket: str
    number: str
    day: str
    service: str
    counter: str
    camera: str
    started_at: datetime
    person: str = ""
    ended: int | None = None
    ended_at: datetime | None = None
    void: bool = False
    entries: tuple[RecordingEntry, ...] = ()

    @property
    def goes_on(self) -> bool:
        return not self.ended and not self.void

    @property
    def kind(self) -> RecordingKind:
        if self.entries:
            return self.entries[-1].kind
        if self.void:
            return RecordingKind.VOID
        if self.ended:
            return RecordingKind.MISSING
        return RecordingKind.PENDING
