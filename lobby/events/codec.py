"""Events as the journal keeps them: their kinds by name, their data, and which of these are personal."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from lobby.events import (
    access,
    action,
    alert,
    appointment,
    case,
    compliment,
    counter,
    day,
    feedback,
    incident,
    inspection,
    instruction,
    journal,
    loan,
    note,
    panel,
    person,
    recording,
    slip,
    ticket,
    visit,
)
from lobby.events.base import Event, Recorded
from lobby.events.personal import personal_fields
from lobby.events.wait import Wait

NOUNS = (
    access,
    action,
    alert,
    appointment,
    case,
    compliment,
    counter,
    day,
    feedback,
    incident,
    inspection,
    instruction,
    journal,
    loan,
    note,
    panel,
    person,
    recording,
    slip,
    ticket,
    visit,
)
KINDS: Mapping[str, type[Event]] = {
    name: kind
    for noun in NOUNS
    for name, kind in vars(noun).items()
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
}


DATA_FIELDS: Mapping[type[Event], tuple[str, ...]] = {
    kind: tuple(f.name for f in dataclasses.fields(kind) if f.name not in ("ticket", "counter"))
    for kind in KINDS.values()
}

PERSONAL_FIELDS: Mapping[type[Event], tuple[str, ...]] = {
    kind: personal_fields(kind) for kind in KINDS.values()
}
"""Those that the journal has sealed only."""


def to_data(event: Event) -> dict[str, Any]:
    """The event's fields for JSON (a Wait as its own fields), without those with a column of their own."""
    return {name: getattr(event, name) for name in DATA_FIELDS[type(event)]}


PERSON = "person"
"""Under this key an event's data has the staff number of who did it. No kind has a field of this name."""


def recorded_data(recorded: Recorded) -> dict[str, Any]:
    """The data of an event as the journal keeps it: its fields, and who did it."""
    data = to_data(recorded.event)
    if recorded.person:
        return {**data, PERSON: recorded.person}
    return data


def from_data(kind: str, ticket: str | None, counter: str | None, data: dict[str, Any]) -> Event:
    """The event that `to_data` was made from. Fields that this version does not know are passed over. Raises
    LookupError for an unknown kind, ValueError or TypeError where the data do not fit it."""
    return _form(kind).validate_python({**data, "ticket": ticket, "counter": counter})


@cache
def _form(kind: str) -> TypeAdapter[Event]:
    return TypeAdapter(KINDS[kind])


def wait_from(data: str) -> Wait:
    """A Wait as the journal keeps it, from JSON. Those of earlier versions tell nothing of what they were made from.
    Raises ValueError."""
    return _WAIT.validate_json(data)


_WAIT = TypeAdapter(Wait)
