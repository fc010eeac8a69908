"""Services that must be recorded in sound and picture 双录, and what was said of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from lobby.state.instants import moved


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
    `by` the manager who let it pass, `person` the staff number of who said it, else the account. `corrected` is the
    right reference, where `reference` was wrong."""

    id: int
    kind: RecordingKind
    at: datetime
    product: str = ""
    reference: str = ""
    reason: str = ""
    by: str = ""
    person: str = ""
    keep_until: str = ""
    corrected: str = ""

    @property
    def right_reference(self) -> str:
        return self.corrected or self.reference

    def after_step(self, by: timedelta) -> RecordingEntry:
        """The same, on a clock that was set."""
        return replace(self, at=self.at + by)


@dataclass(frozen=True, slots=True)
class PastSale:
    """A recorded sale of any day; `reference` is the right one as far as is known."""

    ticket: str
    reference: str


def sale_id(service: int, entry: int) -> str:
    """How the list names what was said of a service."""
    return f"{service}-{entry}"


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

    def after_step(self, by: timedelta) -> RecordedService:
        """The same, on a clock that was set."""
        return replace(
            self,
            started_at=self.started_at + by,
            ended_at=moved(self.ended_at, by),
            entries=tuple(entry.after_step(by) for entry in self.entries),
        )

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
