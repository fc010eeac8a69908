"""What was looked at by the written service standards: the morning meeting 晨会, the premises round, inspections."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lobby.events.base import Event, Topic
from lobby.events.forms import Instant
from lobby.events.personal import personal


class Occasion(StrEnum):
    """At what the standards are looked at."""

    MEETING = "meeting"
    ROUND = "round"
    VISIT = "visit"


class Side(StrEnum):
    """Who looks: the person whose work it is, a colleague, or somebody from above."""

    SELF = "self"
    PEER = "peer"
    INSPECTOR = "inspector"


class Verdict(StrEnum):
    """What was seen."""

    KEPT = "kept"
    BROKEN = "broken"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo: its file, and the sealed key that opens it."""

    file: str
    key: str


@dataclass(frozen=True, slots=True)
class SampledItem:
    """A standard in a sample, as the catalogue had it: what a reader needs without that catalogue. `days` ago it was
    looked at last (None: never); `sides` are who is to look."""

    id: str
    module: str
    column: str
    points: int
    risk: int
    days: int | None
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class CatalogueChanged(Event):
    """From now on the branch has these written `standards`, with their texts, points and methods, under the bank's
    `version`. `digest` names this very content. Written at a start, whenever it is another than the last one."""

    TOPICS = frozenset({Topic.INSPECTION})

    version: str
    digest: str
    standards: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class InspectionBegun(Event):
    """Somebody began to look at a sample of the standards. `catalogue` is the version, `digest` the content as
    `CatalogueChanged` has it, `seed` draws the same sample again."""

    TOPICS = frozenset({Topic.INSPECTION})
    SUBJECT = "inspection"

    inspection: str
    occasion: Occasion
    day: str
    begun_by: str
    catalogue: str
    seed: str
    items: tuple[SampledItem, ...]
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ItemMarked(Event):
    """Somebody looked at an item. A second mark of the same `side` corrects the first, with its `reason`; both stay.
    `note`, `reason` and `photo_key`, which opens the file `photo` of the data folder, are sealed. `made_at` is when the
    tablet took it, where it had to wait for a line."""

    TOPICS = frozenset({Topic.INSPECTION})
    SUBJECT = "inspection"

    inspection: str
    item: str
    side: Side
    verdict: Verdict
    marked_by: str
    note: str = personal(default="")
    reason: str = personal(default="")
    photo: str = ""
    photo_key: str = personal(default="")
    made_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class ItemAgreed(Event):
    """Self-check and peer check differed, were talked over, and this is what both stand by. `note` is sealed. `made_at`
    as of `ItemMarked`."""

    TOPICS = frozenset({Topic.INSPECTION})
    SUBJECT = "inspection"

    inspection: str
    item: str
    verdict: Verdict
    agreed_by: str
    note: str = personal(default="")
    made_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class ItemCoached(Event):
    """Somebody was shown how the standard is kept: `coach` showed it to the person `staff_number` (empty: to all). The
    `note` is sealed."""

    TOPICS = frozenset({Topic.INSPECTION})
    SUBJECT = "inspection"

    inspection: str
    item: str
    coach: str
    staff_number: str = ""
    note: str = personal(default="")


@dataclass(frozen=True, slots=True)
class FindingNoted(Event):
    """A standard was not kept: `owner` puts it right by the day `due`. A second one changes owner or day."""

    TOPICS = frozenset({Topic.INSPECTION})
    SUBJECT = "inspection"

    inspection: str
    item: str
    owner: str
    due: str
    text: str = personal(default="")


@dataclass(frozen=True, slots=True)
class FindingLinked(Event):
    """A corrective action takes the finding up. Who sees that the action is done settles the finding with it."""

    TOPICS = frozenset({Topic.INSPECTION})
    SUBJECT = "inspection"

    inspection: str
    item: str
    action: str


@dataclass(frozen=True, slots=True)
class FindingSettled(Event):
    """Somebody other than its owner saw that the finding was put right. `note` is sealed."""

    TOPICS = frozenset({Topic.INSPECTION})
    SUBJECT = "inspection"

    inspection: str
    item: str
    settled_by: str
    note: str = personal(default="")


@dataclass(frozen=True, slots=True)
class InspectionEnded(Event):
    """The inspection is over; `left_out` are the items that nobody looked at, only one of two, or on which two differ:
    these are the `differing` ones."""

    TOPICS = frozenset({Topic.INSPECTION})
    SUBJECT = "inspection"

    inspection: str
    ended_by: str
    left_out: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceTaken(Event):
    """Somebody took the evidence file of these days out of the branch, with its photos."""

    TOPICS = frozenset({Topic.INSPECTION})

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class InspectionRead(Event):
    """Somebody opened the sealed words or photos of an inspection; the envelope says who and when."""

    TOPICS = frozenset({Topic.INSPECTION})
    SUBJECT = "inspection"

    inspection: str
