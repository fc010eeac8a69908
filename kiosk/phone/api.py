"""The phone's part of the API: the ticket for who holds its link, and the feedback card."""

from __future__ import annotations

from typing import Annotated, Protocol

from flask import current_app
from pydantic import BaseModel, Field

from kiosk.shared.needs import Need
from kiosk.shared.reasons import Reason, fitting
from lobby.commands.contact import must_reach
from lobby.errors import Conflict, Forbidden, Invalid, NotFound
from lobby.events import AskedBy, Card, ReplyBy
from lobby.views.base import ByLang
from lobby.views.shapes import shape
from lobby.views.ticket import TicketView
from lobby.views.views import View
from web.budgets import branch_budgets, by_staff, spend
from web.dispatch import (
    as_asked,
    do,
    holds,
    read_link,
    recognise,
    runtime,
    ticket_answer,
    ticket_now,
)
from web.kiosks import requesting_kiosk
from web.loop import in_thread
from web.roles import current, customers, may, must
from web.schemas import SECURITY, Body, ById, Id, Received, TicketOut, api_of

api = api_of("phone_api", __name__, "customer", SECURITY)


class YieldBody(Body):
    places: int = Field(ge=1, le=20, strict=True)


class OfferAnswerBody(Body):
    accepted: bool


class AmendBody(Body):
    needs: list[Need] = Field(default=[], max_length=4)
    add: list[Id] = Field(default=[], max_length=4, description="further services of this visit")
    customer: str = Field(
        default="", max_length=256, description="kiosk and staff: what the reader read; never kept"
    )
    new_slip: bool = Field(
        default=False, description="kiosk and staff: print a slip where the area is another"
    )


class PushKeysBody(Body):
    p256dh: str = Field(min_length=1, max_length=200)
    auth: str = Field(min_length=1, max_length=64)


class PushBody(Body):
    """A browser's subscription, as `PushSubscription.toJSON()` has it."""

    endpoint: str = Field(min_length=1, max_length=2000)
    keys: PushKeysBody


class NoticeBody(Body):
    push: PushBody | None = None
    telephone: str = Field(default="", max_length=20, description="for the bank's gateway")


class Notices(Protocol):
    """Who tells customers (integrations/notices.py)."""

    public_key: str
    has_gateway: bool

    def work(self) -> None: ...
    def tell_phone(self, ticket: str, endpoint: str, p256dh: str, auth: str) -> None: ...
    def tell_telephone(self, ticket: str, telephone: str) -> None: ...


def notices() -> Notices:
    told: Notices = current_app.extensions["notices"]
    return told


class FeedbackBody(Body):
    score: int = Field(ge=1, le=5, strict=True)
    reasons: tuple[Reason, ...] = Field(default=(), max_length=12)
    text: str = Field(default="", max_length=1000)
    contact: str = Field(default="", max_length=100)
    consent: bool = Field(default=False, description="may be asked to a panel")

    def card(self) -> Card:
        """With the reasons that fit the score: a page without script offers both kinds."""
        fits = fitting(self.score)
        reasons = tuple(reason for reason in self.reasons if reason in fits)
        return Card(**{**self.model_dump(), "reasons": reasons})


class AskedBody(Body):
    by: AskedBy


class OpinionBody(Body):
    text: str = Field(min_length=1, max_length=500)


class TicketAskedView(TicketView):
    why: Annotated[ByLang, "which rule sends the customer to the area"]


class TokenPath(BaseModel):
    token: str = Field(min_length=1, max_length=64)


@api.get("/tickets/<id>", responses={200: shape(TicketAskedView)})
@customers
def show(path: ById) -> TicketAskedView:
    """The ticket as it is now, for staff or the holder of its link (`?token=`); `why` says in the customer's words
    which rule sends it to its area."""
    if not holds(runtime().links.tickets, path.id):
        must("staff")
    view = ticket_now(path.id)
    if view is None:
        raise NotFound("unknown_ticket", id=path.id)
    with runtime().writer.published() as state:
        why = runtime().views.why(state, state.tickets[path.id])
    return {**as_asked(view), "why": why}


@api.post("/tickets/<id>/yield", responses={200: TicketOut})
@customers
def let_pass(path: ById, body: YieldBody) -> TicketView:
    """Let so many others pass: the holder of the ticket's link (`?token=`), or the lobby manager."""
    if not holds(runtime().links.tickets, path.id):
        must("manager")
    _spend_by_link(path.id)
    return ticket_answer(do(runtime().commands.let_pass, ticket=path.id, places=body.places))


@api.post("/tickets/<id>/offer/answer", responses={200: TicketOut})
@customers
def answer_offer(path: ById, body: OfferAnswerBody) -> TicketView:
    """Whether the customer goes to the machines: the holder of the link (`?token=`), or who asked for the lobby
    manager."""
    by = "phone"
    if not holds(runtime().links.tickets, path.id):
        must("manager")
        by = "staff"
    _spend_by_link(path.id)
    answer = do(runtime().commands.answer_offer, ticket=path.id, accepted=body.accepted, by=by)
    return ticket_answer(answer)


@api.post("/tickets/<id>/rejoin", responses={200: TicketOut})
@customers
def rejoin(path: ById) -> TicketView:
    """Back from the machines into line, with the waiting so far: the holder of the ticket's link, or the manager."""
    if not holds(runtime().links.tickets, path.id):
        must("manager")
    _spend_by_link(path.id)
    return ticket_answer(do(runtime().commands.rejoin, ticket=path.id))


@api.post("/tickets/<id>/amend", responses={200: TicketOut})
@customers
def amend(path: ById, body: AmendBody) -> TicketView:
    """What the customer says after the number was drawn: special needs, further services; at a kiosk or with staff a
    card too. The holder of the ticket's link (`?token=`), or the lobby manager."""
    if not holds(runtime().links.tickets, path.id):
        must("manager")
    if body.customer or body.new_slip:
        must("kiosk")
    _spend_by_link(path.id)
    return ticket_answer(
        do(
            runtime().commands.amend,
            ticket=path.id,
            needs=body.needs,
            add=body.add,
            assignment=recognise(body.customer) if body.customer else None,
            kiosk=requesting_kiosk(),
            new_slip=body.new_slip,
        )
    )


@api.post("/tickets/<id>/coming", responses={200: TicketOut})
@customers
def coming(path: ById) -> TicketView:
    """Who was called is on the way: the teller sees it, and a no-show waits for `rules.coming_s`. The holder of the
    ticket's link (`?token=`)."""
    if not holds(runtime().links.tickets, path.id):
        raise NotFound("unknown_link")
    _spend_by_link(path.id)
    return ticket_answer(do(runtime().commands.coming, ticket=path.id))


@api.post("/tickets/<id>/notice", responses={201: Received})
@customers
def ask_notice(path: ById, body: NoticeBody) -> tuple[View, int]:
    """Tell the holder of the ticket's link (`?token=`) when it is almost the turn, and at the call: by web push at a
    known push service, or at a telephone where the bank has a gateway. Kept until the ticket ends; in no journal."""
    if not holds(runtime().links.tickets, path.id):
        raise NotFound("unknown_link")
    _spend_by_link(path.id)
    if body.push:
        _tell_phone(path.id, body.push)
    if body.telephone:
        _tell_telephone(path.id, body.telephone)
    notices().work()
    return {"status": "noted"}, 201


def _tell_phone(ticket: str, push: PushBody) -> None:
    try:
        notices().tell_phone(ticket, push.endpoint, push.keys.p256dh, push.keys.auth)
    except ValueError:
        raise Invalid("no_push_service", "push") from None


def _tell_telephone(ticket: str, telephone: str) -> None:
    if not notices().has_gateway:
        raise Conflict("no_gateway")
    must_reach(telephone, "telephone", ReplyBy.TELEPHONE)
    notices().tell_telephone(ticket, telephone.strip())


@api.post("/tickets/<id>/redraw", responses={201: TicketOut})
@customers
def redraw(path: ById) -> tuple[TicketView, int]:
    """A new number for a missed one, with credit for its wait: the holder of its link, a kiosk, or the manager."""
    if not holds(runtime().links.tickets, path.id):
        must("kiosk")
    _spend_by_link(path.id)
    return ticket_answer(
        do(runtime().commands.redraw, ticket=path.id, kiosk=requesting_kiosk())
    ), 201


@api.post("/tickets/<id>/cancel", responses={200: TicketOut})
@customers
def cancel(path: ById) -> TicketView:
    """Leave the line: the lobby manager, or the holder of the ticket's link (`?token=`)."""
    holder = holds(runtime().links.tickets, path.id)
    if not holder:
        must("manager")
    _spend_by_link(path.id)
    reason = "manager"
    if holder:
        reason = "customer"
    return ticket_answer(do(runtime().commands.cancel, ticket=path.id, reason=reason))


def _spend_by_link(ticket: str) -> None:
    """Staff help as often as it takes; who only has the link moves others about."""
    if not by_staff():
        spend(branch_budgets().holder, ticket)


def ticket_of(token: str) -> str:
    """Raises NotFound for a link that is not ours, or is an appointment's, and TooMany for many of them."""
    return read_link(runtime().links.tickets, token)


def give_card(ticket: str, body: FeedbackBody) -> None:
    """A card is for the customer's hand alone. Raises Forbidden for staff."""
    if current() and not may("card"):
        raise Forbidden("card_of_customer")
    spend(branch_budgets().cards, ticket)
    do(runtime().commands.give_feedback, ticket=ticket, card=body.card())


@api.post("/feedback/<token>", responses={201: Received})
@customers
def feedback(path: TokenPath, body: FeedbackBody) -> tuple[View, int]:
    """Hand in the feedback card of the ticket that the link belongs to; once."""
    give_card(ticket_of(path.token), body)
    return {"status": "received"}, 201


@api.post("/feedback/<token>/asked", responses={201: Received})
@customers
def asked(path: TokenPath, body: AskedBody) -> tuple[View, int]:
    """The card was shown on the phone or at the counter. It counts once for each ticket and way."""
    ticket = ticket_of(path.token)
    if not by_staff():
        spend(branch_budgets().cards, ticket)
        do(runtime().commands.ask_feedback, ticket=ticket, by=body.by)
    return {"status": "received"}, 201


@api.post("/feedback/<token>/withdraw", responses={201: Received})
@customers
def withdraw(path: TokenPath) -> tuple[View, int]:
    """The customer takes back how to be reached: it is erased for good, and the opinion stays."""
    withdraw_contact(ticket_of(path.token))
    return {"status": "withdrawn"}, 201


def withdraw_contact(ticket: str) -> None:
    spend(branch_budgets().cards, ticket)
    in_thread(runtime().erase_contact, ticket)
    do(runtime().commands.withdraw_contact, ticket=ticket)


@api.post("/tickets/<id>/opinion", responses={201: Received})
@customers
def voice_opinion(path: ById, body: OpinionBody) -> tuple[View, int]:
    """A word to the lobby manager from who still waits: the holder of the ticket's link (`?token=`). The feedback card
    stays open."""
    if not holds(runtime().links.tickets, path.id):
        raise NotFound("unknown_link")
    _spend_by_link(path.id)
    do(runtime().commands.voice_opinion, ticket=path.id, text=body.text)
    return {"status": "received"}, 201
