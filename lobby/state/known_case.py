"""By what a list from elsewhere knows the cases that are here: the channel, and the number it was sent by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from lobby import events as ev
from lobby.state.case import Case


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case under one channel and reference that it has, or had before a correction (not `current`). `first` is
    whether it is the first reference that the case had, and none of a correction. `came_at` and `happened_on` are
    those that it came with, whatever corrections said since."""

    id: str
    number: str
    channel: str
    reference: str
    came_at: str
    happened_on: str | None
    current: bool
    first: bool
    confidential: bool = False

    @property
    def is_own(self) -> bool:
        """Whether the number was the case's from the beginning, and is."""
        return self.current and self.first

    def came_as(self, complaint: ev.Complaint) -> bool:
        """Whether the complaint tells of the receipt and the day as this case did when it came."""
        same_receipt = ev.instant_of(self.came_at) == ev.instant_of(complaint.came_at)
        return same_receipt and self.happened_on == complaint.happened_on


class KnownCases:
    """The cases that have or had one of the references of a list."""

    def __init__(self, cases: Iterable[KnownCase]) -> None:
        self._by_sender: dict[tuple[str, str], list[KnownCase]] = defaultdict(list)
        for case in cases:
            self._by_sender[case.channel, case.reference].append(case)

    def of(self, complaint: ev.Complaint) -> KnownCase | None:
        """The case that this complaint is: the number was always its own; or it has or had it, and came with the same
        receipt and day. A number alone does not do where it was corrected: it may be another's, before or since."""
        there = self._there(complaint)
        return next(
            (one for one in there if one.is_own),
            next((one for one in there if one.came_as(complaint)), None),
        )

    def to_check(self, complaint: ev.Complaint) -> KnownCase | None:
        """A case that had this number before a correction, or has it since one, and came otherwise."""
        there = self._there(complaint)
        return next((one for one in there if not one.is_own and not one.came_as(complaint)), None)

    def _there(self, complaint: ev.Complaint) -> list[KnownCase]:
        return self._by_sender.get((complaint.channel, complaint.reference), [])


def at_hand(cases: Iterable[Case], references: set[str]) -> list[KnownCase]:
    """Those that have one of the references now; whether it is their first one, the archive alone knows."""
    return [
        KnownCase(
            case.id,
            case.number,
            case.channel,
            case.reference,
            case.came_at.isoformat(),
            case.happened_on,
            current=True,
            first=False,
            confidential=case.confidential,
        )
        for case in cases
        if case.reference in references
    ]
