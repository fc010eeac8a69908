"""Compliments of customers 表扬: they reach those they are about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from lobby.events.base import Event, Topic
from lobby.events.personal import personal


class Praise(StrEnum):
    """Where a compliment came from."""

    CARD = "card"
    BOOK = "book"
    TELEPHONE = "telephone"
    ON_THE_SPOT = "on_the_spot"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplimentPassedOn(Event):
    """A customer praised the persons of `about` (staff numbers, or accounts where there is no register). The `words`,
    without a customer's name, are sealed. `channel` is a Praise, `card` the ticket of the feedback card."""

    SUBJECT: ClassVar[str] = "compliment"
    TOPICS = frozenset({Topic.COMPLIMENT})

    compliment: str
    channel: Praise
    about: tuple[str, ...]
    day: str
    card: str = ""
    words: str = personal(default="")


@dataclass(frozen=True, slots=True)
class ComplimentRead(Event):
    """One of the praised has read it."""

    TOPICS = frozenset({Topic.COMPLIMENT})

    compliment: str
    by: str
