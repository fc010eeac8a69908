"""The search of any ticket of any day, and its story."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from pydantic import BaseModel, Field

from lobby.reports.story import FoundTicketView, StoryView, card_text, find, story
from lobby.views.shapes import list_shape, shape
from staff.shared.looks import look
from web.dispatch import runtime
from web.languages import reader_lang
from web.loop import PLANS
from web.roles import needs
from web.schemas import SECURITY, BranchDay, ById, api_of

api = api_of("tickets_api", __name__, "tickets", SECURITY[:2])
LONGEST = timedelta(days=400)


class FindQuery(BaseModel):
    number: str = Field(default="", max_length=8)
    from_: BranchDay = Field(alias="from")
    to: BranchDay


class TicketWordsView(TypedDict):
    text: str


@api.get("/tickets", responses={200: list_shape(FoundTicketView)})
@needs("reports")
def found(query: FindQuery) -> list[FoundTicketView]:
    """Tickets of the days `from` to `to` (400 at most) with the number, the latest first. `a7` finds A007, and `7`
    the seventh of each series."""
    here = runtime()
    last = min(query.to, query.from_ + LONGEST)
    return PLANS.run(
        find, here.branch, here.database, query.number, query.from_, last, reader_lang()
    )


@api.get("/tickets/<id>/story", responses={200: shape(StoryView)})
@needs("reports")
def whole_story(path: ById) -> StoryView:
    """All that happened to the ticket, who was called before it and by which rule, its slips and its card."""
    here = runtime()
    return PLANS.run(story, here.branch, here.database, path.id, reader_lang())


@api.post("/tickets/<id>/words", responses={200: shape(TicketWordsView)})
@needs("quality")
def words(path: ById) -> TicketWordsView:
    """What the customer wrote on the card. Each look is in the journal."""
    text = PLANS.run(card_text, runtime().database, path.id)
    return {"text": look("ticket", path.id, {"text": text})["text"]}
