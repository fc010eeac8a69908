"""Who serves at which counter, by the register of staff in the configuration."""

from __future__ import annotations

from dataclasses import dataclass

from lobby.events.base import Event, Topic


@dataclass(frozen=True, slots=True)
class PersonSignedOn(Event):
    """The person with this staff number 工号 serves at the counter from now on, and at no other. `session` is what
    `lobby session list` calls the session that signed on; empty for a token, and in journals of before."""

    TOPICS = frozenset({Topic.PERSON})

    counter: str
    staff_number: str
    session: str = ""


@dataclass(frozen=True, slots=True)
class PersonSignedOff(Event):
    """The person serves at the counter no more. The end of the day, a configuration without the number, and the end of
    the session that signed on (`SignedOut`) while no customer is at the counter do so as well, without this event."""

    TOPICS = frozenset({Topic.PERSON})

    counter: str
    staff_number: str


@dataclass(frozen=True, slots=True)
class PresenceNoted(Event):
    """The morning's tick: the person is `here` today, or is not. Without a register it is an account."""

    TOPICS = frozenset({Topic.PERSON})

    staff_number: str
    here: bool
