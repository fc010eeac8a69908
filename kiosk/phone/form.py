"""The feedback card as a plain form, which a phone without script sends."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from kiosk.phone.api import FeedbackBody, give_card
from lobby.errors import Conflict

Typed = dict[str, Any]
BLANK: Typed = {"score": 0, "reasons": [], "text": "", "contact": "", "consent": False}
SCORES = {str(score): score for score in range(1, 6)}


def typed_card(form: MultiDict[str, str]) -> Typed:
    """As a program would send it. A form's lines end in two signs, of which a text's length counts one."""
    return {
        "score": SCORES.get(form.get("score", ""), 0),
        "reasons": form.getlist("reasons"),
        "text": form.get("text", "").replace("\r\n", "\n"),
        "contact": form.get("contact", ""),
        "consent": "consent" in form,
    }


def hand_in(ticket: str, typed: Typed) -> tuple[str, int]:
    """What was refused, as card.html names it, and the status; nothing and 201 when the card was taken."""
    try:
        give_card(ticket, FeedbackBody.model_validate(typed))
    except ValidationError as error:
        return str(error.errors(include_url=False)[0]["loc"][0]), 422
    except Conflict as error:
        return error.code, error.status
    return "", 201
