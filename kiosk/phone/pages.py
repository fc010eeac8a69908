"""The ticket on the customer's phone, with its feedback card: what the slip's QR leads to."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.phone.api import notices, ticket_of, withdraw_contact
from kiosk.phone.form import BLANK, Typed, hand_in, typed_card
from kiosk.phone.now import headline, shown
from kiosk.shared.reasons import BLAME, PRAISE, PRAISED
from lobby.branch.model import Branch
from lobby.commands.feedback import card_closes
from lobby.errors import Conflict, NotFound
from lobby.state.ticket import State
from lobby.views.views import View
from web.dispatch import runtime, ticket_for_customer, ticket_now
from web.languages import lang, name_of, script_texts
from web.loop import in_thread
from web.roles import customers
from web.words import need_words

pages = Blueprint("phone", __name__)
HERE = Path(__file__).parent


@pages.get("/<code>/t/<token>")
@customers
def status(code: str, token: str) -> str:
    return _phone(token, card_first=False)


@pages.get("/<code>/f/<token>")
@customers
def card(code: str, token: str) -> str:
    return _phone(token, card_first=True)


@pages.post("/<code>/f/<token>")
@customers
def give(code: str, token: str) -> Response | tuple[str, int]:
    """The card of a phone without script: thanks on a page that may be loaded again, or the card as it was typed."""
    typed = typed_card(request.form)
    refused, status = hand_in(ticket_of(token), typed)
    if not refused:
        return redirect(f"{runtime().links.path('f', token)}?lang={lang()}#thanks", 303)
    return _phone(token, card_first=True, typed=typed, refused=refused), status


@pages.post("/<code>/f/<token>/withdraw")
@customers
def withdraw(code: str, token: str) -> Response:
    """The customer takes back how to be reached; a second time changes nothing."""
    with suppress(Conflict):
        withdraw_contact(ticket_of(token))
    return redirect(f"{runtime().links.path('f', token)}?lang={lang()}&withdrawn=yes#thanks", 303)


def _phone(token: str, *, card_first: bool, typed: Typed = BLANK, refused: str = "") -> str:
    id = ticket_of(token)
    view_of_staff = ticket_now(id)
    ticket = view_of_staff and ticket_for_customer(view_of_staff)
    past = in_thread(runtime().past_ticket, id)
    if past is None:
        raise NotFound("unknown_link")
    view = _view(ticket)
    seen_at = runtime().clock().astimezone(runtime().branch.zone)
    return render_template(
        "kiosk/phone/page.html",
        token=token,
        ticket=ticket,
        number=past.number,
        card_path=runtime().links.path("f", token),
        view=view,
        headline=headline(ticket, view),
        now=shown(ticket, view) if ticket else {},
        seen_at=f"{seen_at:%H:%M}",
        things=_things(runtime().branch),
        renewed=_renewed(ticket),
        push_key=notices().public_key,
        gateway=notices().has_gateway,
        needs=need_words().items(),
        praise=PRAISE,
        blame=BLAME,
        praised=PRAISED,
        reachable=past.judged and in_thread(runtime().left_contact, id),
        card_first=card_first,
        given=refused == "feedback_given" or past.judged,
        open=ticket is None or ticket["feedback_open"] or bool(refused),
        typed=typed,
        refused=refused,
        expired=runtime().clock() > card_closes(runtime().branch, past.day),
        texts=script_texts(HERE),
    )


def _view(ticket: View | None) -> str:
    """The ticket's state as its customer sees it."""
    if ticket is None:
        return "over"
    if ticket["state"] == State.WAITING:
        if ticket["ahead"]:
            return "waiting"
        return "next"
    if ticket["state"] == State.NO_SHOW:
        return "missed"
    return str(ticket["state"])


def _renewed(ticket: View | None) -> dict[str, str] | None:
    """The ticket that was drawn instead of this one."""
    new = ticket and ticket["redrawn_as"]
    drawn = new and ticket_now(new)
    if not drawn:
        return None
    links = runtime().links
    return {"number": drawn["number"], "path": links.path("t", links.tickets.of(drawn["id"]))}


def _things(branch: Branch) -> dict[str, Any]:
    """What the script calls things, in the reader's language."""
    return {
        "services": {service.id: name_of(service.name) for service in branch.services},
        "areas": {
            area.id: {"name": name_of(area.name), "way": name_of(area.way)} for area in branch.areas
        },
        "counters": {counter.id: counter.area for counter in branch.counters},
    }
