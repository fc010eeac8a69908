"""Care for staff in the API: incidents 员工委屈, compliments 表扬, and how fairly the load is shared."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, TypedDict, cast

from pydantic import BaseModel, Field

from lobby.errors import NotFound
from lobby.events import Care, FeedbackGiven, Praise
from lobby.reports.load import By, LoadView, fair_load
from lobby.state.compliment import Compliment
from lobby.state.incident import Incident
from lobby.state.queue import QueueState
from lobby.views.compliment import ComplimentView, compliments_view, own_compliments
from lobby.views.incident import IncidentView, incidents_view
from lobby.views.shapes import list_shape, shape
from staff.shared.acting import acting
from staff.shared.looks import look, opened
from web.dispatch import Answer, do, runtime, who
from web.loop import PLANS
from web.roles import may, needs
from web.schemas import SECURITY, Body, BranchDay, ById, Id, api_of

api = api_of("team_api", __name__, "team", SECURITY[:2])
TOP_SCORE = 5
LONGEST = timedelta(days=366)
Words = Annotated[str, Field(min_length=1, max_length=2000)]


# -- incidents ------------------------------------------------------------------------------------------
class IncidentBody(Body):
    """`wronged` is the person, else who asks; `named` are colleagues who may know of it."""

    what: Words
    by_whom: str = Field(default="", max_length=200)
    wronged: str = Field(default="", max_length=40)
    day: BranchDay | None = None
    named: list[Id] = Field(default=[], max_length=10)


class CareBody(Body):
    care: Care
    words: Words


class FollowUpBody(Body):
    day: BranchDay
    by: str = Field(default="", max_length=40)


class ShareBody(Body):
    with_whom: Id


class IncidentWordsView(TypedDict):
    what: str
    by_whom: str
    caring: Annotated[list[str], "of what was done, in its order"]


def _incident(answer: Answer) -> IncidentView:
    return cast(IncidentView, cast(Any, answer.data)["incident"])


@api.get("/incidents", responses={200: list_shape(IncidentView)})
@needs("person")
def incidents() -> list[IncidentView]:
    """Those that who asks may know of: the person's own, those that name the person; all for the head of the branch."""
    asking = who()
    with runtime().writer.published() as state:
        return incidents_view(state, asking.id, asking.role)


@api.post("/incidents", responses={201: shape(IncidentView)})
@needs("team")
def report_incident(body: IncidentBody) -> tuple[IncidentView, int]:
    """Somebody was wronged: who asks, or a colleague."""
    answer = do(
        runtime().commands.report_incident,
        who=who(),
        what=body.what,
        by_whom=body.by_whom,
        wronged=body.wronged,
        day=body.day,
        named=body.named,
    )
    return _incident(answer), 201


@api.post("/incidents/<id>/words", responses={200: shape(IncidentWordsView)})
@needs("person")
def incident_words(path: ById) -> IncidentWordsView:
    """What happened, and what was done. Each look is in the journal."""
    do(runtime().commands.open_incident_words, who=who(), incident=path.id)
    with runtime().writer.published() as state:
        incident: Incident = state.quality.incidents[path.id]
    words = opened({"what": incident.what, "by_whom": incident.by_whom})
    caring = opened({str(n): caring.words for n, caring in enumerate(incident.caring)})
    return {"what": words["what"], "by_whom": words["by_whom"], "caring": list(caring.values())}


@api.post("/incidents/<id>/care", responses={200: shape(IncidentView)})
@needs("team")
def care_for(path: ById, body: CareBody) -> IncidentView:
    """Somebody else comforts, supports or holds the planned talk. 409 for the person."""
    command = runtime().commands.care_for
    return _incident(do(command, who=who(), incident=path.id, care=body.care, words=body.words))


@api.post("/incidents/<id>/follow-up", responses={200: shape(IncidentView)})
@needs("team")
def plan_follow_up(path: ById, body: FollowUpBody) -> IncidentView:
    """Until when who talks with the person."""
    command = runtime().commands.plan_follow_up
    return _incident(do(command, who=who(), incident=path.id, day=body.day, by=body.by))


@api.post("/incidents/<id>/share", responses={200: shape(IncidentView)})
@needs("team")
def share_incident(path: ById, body: ShareBody) -> IncidentView:
    """One more colleague may know of it."""
    command = runtime().commands.share_incident
    return _incident(do(command, who=who(), incident=path.id, with_whom=body.with_whom))


@api.post("/incidents/<id>/close", responses={200: shape(IncidentView)})
@needs("team")
def close_incident(path: ById) -> IncidentView:
    """It is over. 409 before somebody cared."""
    return _incident(do(runtime().commands.close_incident, who=who(), incident=path.id))


# -- compliments ----------------------------------------------------------------------------------------
class ComplimentBody(Body):
    """`words` have no customer's name; `card` is the ticket of a feedback card."""

    channel: Praise
    about: list[Id] = Field(min_length=1, max_length=20)
    words: Words
    day: BranchDay | None = None
    card: str = Field(default="", max_length=40)


class ComplimentWordsView(TypedDict):
    words: str


class PraiseCardView(TypedDict):
    ticket: str
    number: str
    counter: str | None
    people: Annotated[list[str], "who is at that counter now"]
    names: list[str]


class CounterQuery(BaseModel):
    counter: Id | None = None


def _compliment(answer: Answer) -> ComplimentView:
    return cast(ComplimentView, cast(Any, answer.data)["compliment"])


@api.get("/compliments", responses={200: list_shape(ComplimentView)})
@needs("quality")
def compliments() -> list[ComplimentView]:
    """Those of the last quarter."""
    with runtime().writer.published() as state:
        return compliments_view(state)


@api.post("/compliments", responses={201: shape(ComplimentView)})
@needs("quality")
def pass_on(body: ComplimentBody) -> tuple[ComplimentView, int]:
    """Pass a customer's praise on to those it is about."""
    answer = do(
        runtime().commands.pass_on,
        channel=body.channel,
        about=body.about,
        words=body.words,
        day=body.day,
        card=body.card,
    )
    return _compliment(answer), 201


@api.get("/compliments/mine", responses={200: list_shape(ComplimentView)})
@needs("person")
def mine(query: CounterQuery) -> list[ComplimentView]:
    """Those about who asks, or who is signed on at the counter in this session."""
    asking = acting(query.counter)
    with runtime().writer.published() as state:
        return own_compliments(state, asking.id)


@api.post("/compliments/<id>/read", responses={200: shape(ComplimentWordsView)})
@needs("person")
def read_compliment(path: ById, query: CounterQuery) -> ComplimentWordsView:
    """The words, for one of the praised."""
    do(runtime().commands.read_compliment, who=acting(query.counter), compliment=path.id)
    with runtime().writer.published() as state:
        compliment: Compliment = state.quality.compliments[path.id]
    return {"words": opened({"words": compliment.words})["words"]}


@api.get("/compliments/cards", responses={200: list_shape(PraiseCardView)})
@needs("quality")
def praise_cards() -> list[PraiseCardView]:
    """Today's cards with the best score and words that nobody has passed on yet."""
    with runtime().writer.published() as state:
        passed_on = {compliment.card for compliment in state.quality.compliments.values()}
        return [
            _praise(state, card)
            for card in state.feedback.values()
            if card.score == TOP_SCORE and card.text and card.ticket not in passed_on
        ]


def _praise(state: QueueState, card: FeedbackGiven) -> PraiseCardView:
    ticket = state.tickets.get(card.ticket)
    counter = ticket.counter if ticket else None
    at_counter = state.counters.get(counter or "")
    person = (at_counter.person or at_counter.teller) if at_counter else None
    people = [person] if person else []
    return {
        "ticket": card.ticket,
        "number": card.number,
        "counter": counter,
        "people": people,
        "names": [state.branch.staff.name_of(person) for person in people],
    }


@api.post("/compliments/cards/<id>/words", responses={200: shape(ComplimentWordsView)})
@needs("quality")
def card_words(path: ById) -> ComplimentWordsView:
    """What the customer wrote. Each look is in the journal."""
    with runtime().writer.published() as state:
        if path.id not in state.feedback:
            raise NotFound("unknown_ticket", id=path.id)
        text = state.feedback[path.id].text
    return {"words": look("ticket", path.id, {"words": text})["words"]}


# -- load -----------------------------------------------------------------------------------------------
class LoadQuery(BaseModel):
    from_: BranchDay = Field(alias="from")
    to: BranchDay
    by: By = "counter"


class LoadPersonView(LoadView):
    name: str


@api.get("/load", responses={200: list_shape(LoadPersonView)})
@needs("person")
def load(query: LoadQuery) -> list[LoadPersonView]:
    """How fairly the load is shared. A teller sees the own figure alone."""
    here = runtime()
    by: By = query.by if may("reports") else "person"
    last = min(query.to, query.from_ + LONGEST)
    loads = PLANS.run(fair_load, here.branch, here.database, query.from_, last, by)
    own = who().id
    with here.writer.published() as state:
        return [
            {**one, "name": state.branch.staff.name_of(one["id"]) if by == "person" else one["id"]}
            for one in loads
            if may("reports") or one["id"] == own
        ]
