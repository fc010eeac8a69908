"""A complaint and what is done about it. What the customer says and who the customer is are sealed under the case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from lobby.branch.deadlines import Severity
from lobby.events.base import Event, Topic
from lobby.events.forms import Day, Instant
from lobby.events.personal import personal
from lobby.events.visit_facts import VisitFacts


class Channel(StrEnum):
    """How a complaint came to the branch."""

    CARD = "card"
    HOTLINE = "hotline"
    OPINION_BOOK = "opinion_book"
    TELEPHONE = "telephone"
    LETTER = "letter"
    ON_THE_SPOT = "on_the_spot"
    REGULATOR = "regulator"
    CITIZENS = "citizens"
    GROUP = "group"


class ReplyBy(StrEnum):
    """How the customer wants to be answered."""

    TELEPHONE = "telephone"
    MESSAGE = "message"
    LETTER = "letter"
    EMAIL = "email"
    IN_PERSON = "in_person"
    NONE = "none"


class Result(StrEnum):
    """How a case ended."""

    SETTLED = "settled"
    EXPLAINED = "explained"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    PASSED_ON = "passed_on"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a complaint says (the regulator's measures, 2020 No. 3, art. 13, and the classes of JR/T 0169-2018).
    `happened_on` is the day that it is about, `came_at` when it came to the branch; `reference` is its number with who
    sent it. `against` are the people complained about, by staff number or account. `complainant`, `identity`, `contact`
    and `address` are the complainant's, `agent` and `authority` of who acts for them; `text` are the facts and `demand`
    what is asked for. Of a `confidential` case only the `readers` and its owner see anything. `people` is how many
    complain together."""

    channel: Channel
    came_at: Instant
    happened_on: Day | None = None
    reference: str = ""
    severity: Severity = Severity.SIMPLE
    place: str = ""
    business: str = ""
    cause: str = ""
    against: tuple[str, ...] = ()
    people: int = 1
    reply_by: ReplyBy = ReplyBy.TELEPHONE
    confidential: bool = False
    readers: tuple[str, ...] = ()
    complainant: str = personal(default="")
    identity: str = personal(default="")
    contact: str = personal(default="")
    address: str = personal(default="")
    agent: str = personal(default="")
    authority: str = personal(default="")
    text: str = personal(default="")
    demand: str = personal(default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Complaint, Event):
    """A complaint came in. `number` counts the year's cases; `ticket` and `visit` are what it is about, where that is
    known. The words of a case that a feedback card opened are the card's."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    number: str
    ticket: str | None = None
    visit: VisitFacts | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCorrected(Event):
    """Something of the case was put right, for `reason`; None is as it was. The former stays in the journal."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    reason: str = personal()
    channel: Channel | None = None
    came_at: Instant | None = None
    happened_on: Day | None = None
    reference: str | None = None
    severity: Severity | None = None
    place: str | None = None
    business: str | None = None
    cause: str | None = None
    against: tuple[str, ...] | None = None
    people: int | None = None
    reply_by: ReplyBy | None = None
    confidential: bool | None = None
    readers: tuple[str, ...] | None = None
    complainant: str | None = personal(default=None)
    identity: str | None = personal(default=None)
    contact: str | None = personal(default=None)
    address: str | None = personal(default=None)
    agent: str | None = personal(default=None)
    authority: str | None = personal(default=None)
    text: str | None = personal(default=None)
    demand: str | None = personal(default=None)


@dataclass(frozen=True, slots=True)
class CaseAssigned(Event):
    """Somebody answers for the case from now on."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    owner: str


@dataclass(frozen=True, slots=True)
class CasePaused(Event):
    """The clock stands, for `reason`: what the customer still has to bring, an expert's opinion. It runs again by
    itself after the day `until`; earlier journals have pauses without one."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    reason: str = personal()
    until: Day | None = None


@dataclass(frozen=True, slots=True)
class CaseResumed(Event):
    """The clock runs again."""

    TOPICS = frozenset({Topic.CASE})

    case: str


@dataclass(frozen=True, slots=True)
class CaseExtended(Event):
    """The time to answer was extended, approved by the envelope's person; `told` is how the complainant learned of
    it."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    told: ReplyBy
    reason: str = personal()


@dataclass(frozen=True, slots=True)
class CaseContacted(Event):
    """Somebody spoke with the customer; the first time is the first contact."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    by: ReplyBy
    text: str = personal(default="")


@dataclass(frozen=True, slots=True)
class CasePromised(Event):
    """The customer was promised something for the day `due`. `promise` counts the case's promises."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    promise: int
    due: Day
    text: str = personal()


@dataclass(frozen=True, slots=True)
class CasePromiseKept(Event):
    """What was promised is done."""

    TOPICS = frozenset({Topic.CASE})

    case: str
    promise: int


@dataclass(frozen=True, slots=True)
class CasePromiseWithdrawn(Event):
    """The promise was a mistake and holds no more, for `reason`; `told` is how the customer learned of it. A customer
    who never heard of the promise is told nothing: `none`."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    promise: int
    told: ReplyBy
    reason: str = personal()


@dataclass(frozen=True, slots=True)
class CaseAnswered(Event):
    """The decision was told to the complainant, in the way that the customer chose. `role` is that of who answered."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    by: ReplyBy
    role: str
    text: str = personal()


@dataclass(frozen=True, slots=True)
class CaseReviewed(Event):
    """A superior looked at the answer. One that is not `accepted` sends the case back to its owner."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    accepted: bool
    text: str = personal(default="")


@dataclass(frozen=True, slots=True)
class CaseClosed(Event):
    """The case is over."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    result: Result
    text: str = personal(default="")


@dataclass(frozen=True, slots=True)
class CaseReopened(Event):
    """It is not over: its clock begins anew."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    reason: str = personal()


@dataclass(frozen=True, slots=True)
class CaseJoined(Event):
    """The case is about the same matter as `into`, and is handled there."""

    TOPICS = frozenset({Topic.CASE})

    case: str
    into: str


@dataclass(frozen=True, slots=True)
class CaseSeparated(Event):
    """The case was joined to `out_of` by mistake: it is a matter of its own again, as it was."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    out_of: str
    reason: str = personal()


@dataclass(frozen=True, slots=True)
class CaseNoted(Event):
    """Somebody wrote something down."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    text: str = personal()


@dataclass(frozen=True, slots=True)
class CaseAttached(Event):
    """A file was kept with the case, of `size_b` bytes and a `media_type` that its content has. It lies encrypted under
    the random name `file`, with a key of its own that is sealed here, as its name is: who erases the case's key makes
    the file unreadable."""

    TOPICS = frozenset({Topic.CASE})
    SUBJECT: ClassVar[str] = "case"

    case: str
    file: str
    media_type: str
    size_b: int
    name: str = personal()
    file_key: str = personal()


@dataclass(frozen=True, slots=True)
class CaseSeen(Event):
    """Somebody looked at the personal data of the case: its `words`, one `file` of it, or its row of an `export`."""

    TOPICS = frozenset({Topic.CASE})

    case: str
    what: str
