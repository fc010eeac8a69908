"""The feedback card as a plain form, which a phone without script sends. FeedbackBody says which fields it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_origin

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from kiosk.phone.api import FeedbackBody, give_card
from lobby.errors import Conflict, Invalid, NotFound

Form = MultiDict[str, str]
Typed = dict[str, Any]
SCORES = {str(score): score for score in range(1, 6)}


def _score(form: Form, name: str) -> int:
    """Zero, which no field allows, for all but a score."""
    return SCORES.get(form.get(name, ""), 0)


def _choices(form: Form, name: str) -> list[str]:
    return form.getlist(name)


def _text(form: Form, name: str) -> str:
    """A form's lines end in two signs, of which a text's length counts one."""
    return form.get(name, "").replace("\r\n", "\n")


def _ticked(form: Form, name: str) -> bool:
    return name in form


READERS: dict[Any, Callable[[Form, str], Any]] = {
    int: _score,
    tuple: _choices,
    str: _text,
    bool: _ticked,
}


def typed_card(form: Form) -> Typed:
    """The card as a program would send it: each field is read as its type asks."""
    return {name: _reader(name)(form, name) for name in FeedbackBody.model_fields}


def _reader(name: str) -> Callable[[Form, str], Any]:
    annotation = FeedbackBody.model_fields[name].annotation
    return READERS[get_origin(annotation) or annotation]


BLANK = typed_card(MultiDict())


def hand_in(ticket: str, typed: Typed) -> tuple[str, int]:
    """What was refused, as card.html names it, and the status; nothing and 201 when the card was taken."""
    try:
        give_card(ticket, FeedbackBody.model_validate(typed))
    except ValidationError as error:
        return str(error.errors(include_url=False)[0]["loc"][0]), 422
    except Invalid as error:
        return error.field, error.status
    except (Conflict, NotFound) as error:
        return error.code, error.status
    return "", 201
