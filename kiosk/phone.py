"""The ticket on the customer's phone, with its feedback card: what the slip's QR leads to."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from kiosk.api import REASONS
from kiosk.phone_now import shown
from kiosk.phone_texts import phone_texts
from lobby.branch import Branch
from lobby.errors import NotFound
from lobby.verbs.customer import card_closes
from lobby.views import View
from web.door import for_customer, house, ticket_now
from web.languages import name_of
from web.roles import customers

pages = Blueprint("phone", __name__, template_folder="templates")


@pages.get("/t/<token>")
@customers
def status(token: str) -> str:
    return _phone(token, card_first=False)


@pages.get("/f/<token>")
@customers
def card(token: str) -> str:
    return _phone(token, card_first=True)


def _phone(token: str, *, card_first: bool) -> str:
    """Raises NotFound for a link that is not ours."""
    id = house().links.read(token)
    if not id[0].isdigit():
        raise NotFound("unknown_link")
    found = ticket_now(id)
    ticket = for_customer(found) if found else None
    with house().writer.published() as floor:
        given = id in floor.feedback
    texts, view = phone_texts(), _view(ticket)
    seen_at = house().clock().astimezone(house().branch.zone)
    return render_template(
        "phone.html",
        token=token,
        ticket=ticket,
        number=id[6:],
        view=view,
        headline=texts[view].format(area=_area_name(ticket)),
        now=shown(ticket, view, texts) if ticket else {},
        seen_at=f"{seen_at:%H:%M}",
        things=_things(house().branch),
        renewed=_renewed(ticket),
        reasons=REASONS,
        card_first=card_first,
        given=given,
        open=ticket is None or ticket["feedback_open"],
        expired=_expired(id),
        texts=texts,
    )


def _view(ticket: View | None) -> str:
    """The ticket's state as its customer sees it."""
    if ticket is None:
        return "over"
    if ticket["state"] == "waiting":
        return "waiting" if ticket["ahead"] else "next"
    return "missed" if ticket["state"] == "no_show" else str(ticket["state"])


def _area_name(ticket: View | None) -> str:
    return name_of(house().branch.area[ticket["area"]].name) if ticket else ""


def _renewed(ticket: View | None) -> dict[str, str] | None:
    """The ticket that was drawn instead of this one."""
    new = ticket["redrawn_as"] if ticket else None
    return {"number": new[6:], "path": f"/t/{house().links.token(new)}"} if new else None


def _expired(id: str) -> bool:
    """Whether the feedback card of that ticket is closed."""
    return house().clock() > card_closes(house().branch, id)


def _things(branch: Branch) -> dict[str, Any]:
    """What the script calls things, in the reader's language."""
    return {
        "services": {service.id: name_of(service.name) for service in branch.services},
        "areas": {area.id: {"name": name_of(area.name), "way": name_of(area.way)} for area in branch.areas},
        "counters": {counter.id: counter.area for counter in branch.counters},
    }
