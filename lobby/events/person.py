"""Who serves at which counter, by the register of staff in the configuration."""

from __future__ import annotations

from dataclasses import dataclass

from lobby.events.base import Event, Topic


@dataclass(frozen=True, slots=True)
class PersonSignedOn(Event):
    """The person with this staff number 工号 serves at the counter from now on, and at no other."""

    TOPICS = frozenset({Topic.PERSON})

    counter: str
    staff_number: str


@dataclass(frozen=True, slots=True)
class PersonSignedOff(Event):
    """The person serves at the counter no more. The end of the day, a sign-in and a sign-out of the account under which
    somebody signed on, and a configuration without the number end it as well, without this event."""

    TOPICS = frozenset({Topic.PERSON})

    counter: str
    staff_number: str
