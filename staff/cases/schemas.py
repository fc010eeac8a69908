"""The shapes of what is asked of cases, and of what is answered beside the case itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypedDict

from pydantic import BaseModel, Field

from lobby.branch.deadlines import Severity
from lobby.events import Channel, ReplyBy, Result
from lobby.state.case import CaseStatus
from lobby.views.case import ComplaintView
from lobby.views.case_due import DueListView, TakingView
from lobby.views.shapes import shape
from web.schemas import Body, BranchDay, BranchMoment, ById, Id

ComplaintOut = shape(ComplaintView)
DueOut = shape(DueListView)
Words = Annotated[str, Field(min_length=1, max_length=4000)]
Line = Annotated[str, Field(max_length=200)]
People = Annotated[list[Id], Field(max_length=20)]


class VisitBody(Body):
    """The ticket that it is about, as the slip has it."""

    day: BranchDay
    number: Id


class ComplaintBody(Body):
    """`came_at` is now unless said. `contact` has a number that can be dialled where the answer is wanted by
    telephone or message."""

    channel: Channel
    came_at: BranchMoment | None = None
    happened_on: BranchDay | None = None
    reference: Line = ""
    severity: Severity = Severity.SIMPLE
    place: Id | None = None
    business: Id | None = None
    cause: Id | None = None
    against: People = Field(default_factory=list)
    people: int = Field(default=1, ge=1, le=10_000)
    reply_by: ReplyBy = ReplyBy.TELEPHONE
    confidential: bool = False
    readers: People = Field(default_factory=list)
    complainant: Line = ""
    identity: Line = ""
    contact: Line = ""
    address: Line = ""
    agent: Line = ""
    authority: Line = ""
    text: str = Field(default="", max_length=4000)
    demand: str = Field(default="", max_length=2000)


class OpenBody(ComplaintBody):
    """A complaint, the visit that it is about, and who is to answer for it; `mine`: who asks, if that role may."""

    visit: VisitBody | None = None
    ticket: Id | None = None
    owner: Id | None = None
    mine: bool = False


class CorrectionBody(Body):
    """What is left out stays as it is. `reason` may be empty where a cause or a kind of business is named for the first
    time, and nothing else changes."""

    reason: str = Field(default="", max_length=4000)
    channel: Channel | None = None
    came_at: BranchMoment | None = None
    happened_on: BranchDay | None = None
    reference: Line | None = None
    severity: Severity | None = None
    place: Id | None = None
    business: Id | None = None
    cause: Id | None = None
    against: People | None = None
    people: int | None = Field(default=None, ge=1, le=10_000)
    reply_by: ReplyBy | None = None
    confidential: bool | None = None
    readers: People | None = None
    complainant: Line | None = None
    identity: Line | None = None
    contact: Line | None = None
    address: Line | None = None
    agent: Line | None = None
    authority: Line | None = None
    text: Words | None = None
    demand: str | None = Field(default=None, max_length=2000)


class OwnerBody(Body):
    """`owner` is a staff number, or an account where there is none; without one, who asks."""

    owner: Id | None = None


class ReasonBody(Body):
    reason: Words


class PauseBody(ReasonBody):
    """The clock runs again by itself after the day `until`."""

    until: BranchDay


class ExtensionBody(ReasonBody):
    told: ReplyBy


class ContactBody(Body):
    by: ReplyBy
    text: str = Field(default="", max_length=4000)


class PromiseBody(Body):
    due: BranchDay
    text: Words


class KeptBody(Body):
    promise: int = Field(ge=1, le=10_000)


class PromiseMistakeBody(KeptBody):
    """`told` is how the customer learned that the promise holds no more; `none`: the customer never heard of it."""

    reason: Words
    told: ReplyBy


class AnswerBody(Body):
    by: ReplyBy
    text: Words


class ReviewBody(Body):
    accepted: bool
    text: str = Field(default="", max_length=4000)


class CloseBody(Body):
    """`cause` and `business` are asked for where the case has none; a complaint that is withdrawn needs neither."""

    result: Result
    text: str = Field(default="", max_length=4000)
    cause: Id | None = None
    business: Id | None = None


class JoinBody(Body):
    into: Id


class NoteBody(Body):
    text: Words


class ListQuery(BaseModel):
    """Open cases unless a status is asked for; `q` is a part of the number, the reference or the ticket's number."""

    status: CaseStatus | Literal["live", "all"] = "live"
    channel: Channel | None = None
    owner: Id | None = None
    late: bool = False
    q: Line = ""
    offset: int = Field(default=0, ge=0, le=100_000)
    limit: int = Field(default=100, ge=1, le=500)


class CaseListView(TypedDict):
    """`total` is how many fit; `cases` are those from `offset` on, the nearest deadline first."""

    total: int
    cases: list[ComplaintView]
    taking: Annotated[list[TakingView], "lists of which only a part may be among the cases"]


class CaseStepView(TypedDict):
    """Something that happened to the case; `words` says whether there is something to read with `/look`."""

    seq: int
    at: str
    kind: str
    who: str
    who_name: str
    data: dict[str, Any]
    words: bool


class CaseStoryView(TypedDict):
    """The case, the visit that it is about as it was when the case was opened, and all steps, without a word that
    somebody said."""

    case: ComplaintView
    visit: dict[str, Any] | None
    steps: list[CaseStepView]


class CaseLookOut(BaseModel):
    """What was said, by the step's seq and field, as it stands after all corrections in `complaint`. What was erased or
    has no key is told as such. That you read it is on record."""

    complaint: dict[str, str]
    steps: dict[str, dict[str, str]]


class FilePath(ById):
    file: str = Field(pattern=r"^[0-9a-f]{32}$")


class FileQuery(BaseModel):
    name: str = Field(min_length=1, max_length=120)


class ImportQuery(BaseModel):
    channel: Channel = Channel.HOTLINE


class CaseWrongOut(BaseModel):
    """Row 1 are the heads of the columns; 0 is the file."""

    row: int
    field: str
    message: str


class CaseKnownOut(BaseModel):
    """A row whose number a case has, or only had, before a correction (`formerly`). `case` and `number` are null for a
    confidential case that is not for you."""

    row: int
    reference: str
    case: str | None
    number: str | None
    formerly: bool


class CaseImportOut(BaseModel):
    """Nothing was taken where something is `wrong`. `known` rows were here and are passed over; `known_rows` are the
    first of them. `to_check` are the first rows that were taken although a case had their number before a
    correction, since that case came with another receipt or day."""

    rows: int
    taken: int
    known: int
    wrong: list[CaseWrongOut]
    known_rows: list[CaseKnownOut]
    to_check: list[CaseKnownOut]


class ExportQuery(BaseModel):
    first: BranchDay = Field(alias="from")
    last: BranchDay = Field(alias="to")
    form: Literal["csv", "xlsx"] = "csv"


def moment(at: datetime | None, now: datetime) -> str:
    return (at or now).isoformat()
