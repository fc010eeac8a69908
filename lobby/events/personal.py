"""Personal data in events. An event says which of its fields hold it; the journal has them sealed, under the key of the
person that they are about, the subject. Whoever erases the key erases the words, and no event is changed."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from lobby.events.base import Event

MARK = "personal"
"""What the metadata of a personal field has: the kind of subject whose key seals it, None for the event's own."""
TOKEN = re.compile(r"sealed:1:(?P<subject>[\w:./-]+):(?P<box>[\w-]+)")
"""A sealed text: the version of its making, the subject, then nonce and ciphertext in base64url."""


class Missing(StrEnum):
    """Why a sealed text cannot be read: its key was erased, or is not at hand."""

    ERASED = "erased"
    LOST = "lost"


Reveal = Callable[[str], str | Missing]
"""Gives the words of a sealed text, and any other text as it is."""


def personal(*, subject: str | None = None, **options: Any) -> Any:
    """A field of an event that may hold personal data. A `subject` of its own can be erased while the event's other
    words stay."""
    return dataclasses.field(metadata={MARK: subject}, **options)


def personal_fields(kind: type[Event]) -> tuple[str, ...]:
    """The names of the kind's fields that may hold personal data."""
    return tuple(field.name for field in dataclasses.fields(kind) if MARK in field.metadata)


def is_sealed(event: Event) -> bool:
    """Whether no personal field of the event has words in clear."""
    given = (getattr(event, name) for name in personal_fields(type(event)))
    return all(TOKEN.fullmatch(text) for text in given if text)


def of_ticket(ticket: str) -> str:
    """The subject of what is known of a ticket's customer."""
    return f"ticket:{ticket}"


CONTACT = "contact"
"""The kind of subject of how a ticket's customer can be reached: withdrawn, it is erased, and the opinion stays."""


def of_contact(ticket: str) -> str:
    """The subject of how the ticket's customer can be reached."""
    return f"{CONTACT}:{ticket}"


def subjects_of(event: Event) -> dict[str, str]:
    """Whose personal data each personal field of the event has, such as `ticket:ID` or `case:ID`."""
    id = getattr(event, event.SUBJECT, "")
    kinds = {field.name: field.metadata.get(MARK) for field in dataclasses.fields(event)}
    return {name: f"{kinds[name] or event.SUBJECT}:{id}" for name in personal_fields(type(event))}


def sealed(subject: str, box: str) -> str:
    """The text as it stands in the journal."""
    return f"sealed:1:{subject}:{box}"


def reveal_within(text: str, reveal: Reveal, instead: Callable[[Missing], str]) -> str:
    """The text with the words of everything sealed in it, or what stands `instead` of words that are missing."""

    def words(match: re.Match[str]) -> str:
        revealed = reveal(match[0])
        if isinstance(revealed, Missing):
            return instead(revealed)
        return revealed

    return TOKEN.sub(words, text)
