"""Inspections as they stand. Words in them are sealed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from lobby.events.inspection import Occasion, Side, Verdict

AT_HAND = timedelta(days=15)
"""Two weeks of inspections can be corrected and are on the page; the derived table has them all."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody saw. `reason` tells why it corrects an earlier mark of the same side; `photo_key` is sealed."""

    side: Side
    verdict: Verdict
    by: str
    at: datetime
    note: str = ""
    reason: str = ""
    photo: str = ""
    photo_key: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What both sides stand by after they talked."""

    verdict: Verdict
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Coaching:
    """How somebody was helped to keep the standard."""

    coach: str
    staff_number: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be put right, by whom and until which day (ISO). `owners` are all who ever had it. `action` is the
    corrective action that takes it up; empty: none."""

    owner: str
    due: str
    at: datetime
    text: str = ""
    settled_by: str = ""
    settled_at: datetime | None = None
    settled_note: str = ""
    owners: tuple[str, ...] = ()
    action: str = ""

    @property
    def open(self) -> bool:
        return self.settled_at is None

    def days_late(self, today: date) -> int:
        """0 while it is not late."""
        if self.open:
            return max(0, (today - date.fromisoformat(self.due)).days)
        return 0


@dataclass(frozen=True, slots=True)
class InspectedItem:
    """One standard in an inspection, which `sides` are to look at. All marks stay; the later ones of a side correct the
    earlier."""

    id: str
    module: str
    column: str
    points: int
    risk: int
    days: int | None
    sides: tuple[Side, ...]
    marks: tuple[Mark, ...] = ()
    agreed: Agreement | None = None
    coachings: tuple[Coaching, ...] = ()
    finding: Finding | None = None

    def mark(self, side: Side) -> Mark | None:
        """The last mark of this side."""
        return next((mark for mark in reversed(self.marks) if mark.side is side), None)

    def first(self, side: Side) -> Mark | None:
        """The first mark of this side: what was seen before anybody talked."""
        return next((mark for mark in self.marks if mark.side is side), None)

    @property
    def verdict(self) -> Verdict | None:
        """What holds: agreed, or said by all who looked; None while it is open."""
        if self.agreed:
            return self.agreed.verdict
        said = {mark.verdict for side in Side if (mark := self.mark(side))}
        if len(said) == 1:
            return said.pop()
        return None

    @property
    def was_broken(self) -> bool:
        """Whether anybody marked it as not kept, corrected since or not."""
        return any(mark.verdict is Verdict.BROKEN for mark in self.marks)

    @property
    def differs(self) -> bool:
        """Whether there is something to talk over."""
        said = {mark.verdict for side in Side if (mark := self.mark(side))}
        return len(said) > 1 and self.agreed is None

    @property
    def complete(self) -> bool:
        """Whether all looked who are to look, and nothing is left to talk over."""
        return all(map(self.mark, self.sides)) and self.verdict is not None


@dataclass(frozen=True, slots=True)
class Inspection:
    """A sample of the standards, and what was seen of it. `day` is ISO; `by` began it. `catalogue` is the version of
    the standards, `digest` names their content (empty in older journals)."""

    id: str
    occasion: Occasion
    day: str
    at: datetime
    by: str
    catalogue: str
    seed: str
    items: tuple[InspectedItem, ...]
    ended_at: datetime | None = None
    ended_by: str = ""
    left_out: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    digest: str = ""

    def item(self, id: str) -> InspectedItem | None:
        return next((item for item in self.items if item.id == id), None)

    def item_at_end(self, id: str) -> InspectedItem | None:
        """The item with what was seen of it before the end."""
        item = self.item(id)
        if item is None or self.ended_at is None:
            return item
        marks = tuple(mark for mark in item.marks if mark.at <= self.ended_at)
        agreed = item.agreed if item.agreed and item.agreed.at <= self.ended_at else None
        return replace(item, marks=marks, agreed=agreed)

    @property
    def incomplete(self) -> tuple[str, ...]:
        """The ids of what is not yet looked at as it should be."""
        return tuple(item.id for item in self.items if not item.complete)

    @property
    def in_dispute(self) -> tuple[str, ...]:
        """The ids of what two see differently and have not talked over."""
        return tuple(item.id for item in self.items if item.differs)

    @property
    def unsettled(self) -> bool:
        """Whether a finding is open."""
        return any(item.finding and item.finding.open for item in self.items)
