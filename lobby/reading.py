"""What a reader typed -> what the customer showed. Readers are keyboards: swipes come half, noisy or with marks of
error, codes alone or as links. Nothing here is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

TRACK_1 = re.compile(r"%[Bb]([0-9 ]{12,23})\^[^?]*\?")
TRACK_2 = re.compile(r"[;+](?:99)?([0-9]{12,19})[=D][^?;%+]*\?")
"""Also track 3, whose number follows the format code 99. What began with a sentinel and lacks its end was half read."""
BARE_TRACK = re.compile(r"([0-9]{12,19})[=D][0-9=D]*\??")
"""From readers that are set to send no sentinels."""
CARD = re.compile(r"[0-9]{12,19}")
PHONE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
TICKET = re.compile(r"(?:.*/[tf]/)?([0-9]{6}[A-Z]{1,2}[0-9]{3,4}-[A-Za-z0-9_-]{12})(?:[/?#].*)?")
APPOINTMENT = re.compile(r".*/a/([a-z0-9]{1,20}-[A-Za-z0-9_-]{12})(?:[/?#].*)?")
CODE = re.compile(r"[0-9]{6}")
MEMBER = re.compile(r"(?=.*[A-Z])[A-Z0-9][A-Z0-9-]{3,31}")
DIGITS = re.compile(r"[0-9]{4,11}")
GAPS = re.compile(r"[ \-]")


class Kind(StrEnum):
    CARD = "card"
    MEMBER = "member"
    PHONE = "phone"
    TICKET = "ticket"
    APPOINTMENT = "appointment"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Reading:
    """`value` is the number or code in its one spelling, or a link's token. It is shown in no log."""

    kind: Kind
    value: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """What a customer directory knows its bearer by; empty where that makes no sense."""
        return "" if self.kind is Kind.TICKET or ("-" in self.value and self.kind is Kind.APPOINTMENT) else self.value


def read(text: str) -> Reading:
    """What was shown. Digits too few for a card or phone are unreadable, but some branch may list them."""
    clean = "".join(c for c in text if c.isprintable()).strip()
    for kind, find in FINDERS:
        if value := find(clean):
            return Reading(kind, value)
    return Reading(Kind.UNREADABLE, clean if DIGITS.fullmatch(clean) else "")


def _card(text: str) -> str | None:
    if found := TRACK_2.search(text) or BARE_TRACK.fullmatch(text):
        return found[1]
    if (found := TRACK_1.search(text)) and CARD.fullmatch(number := found[1].replace(" ", "")):
        return number
    bare = GAPS.sub("", text)
    return bare if CARD.fullmatch(bare) and not PHONE.fullmatch(bare) else None


def _phone(text: str) -> str | None:
    found = PHONE.fullmatch(GAPS.sub("", text))
    return found[1] if found else None


def _ticket(text: str) -> str | None:
    found = TICKET.fullmatch(text)
    return found[1] if found else None


def _appointment(text: str) -> str | None:
    if found := APPOINTMENT.fullmatch(text):
        return found[1]
    bare = GAPS.sub("", text)
    return bare if CODE.fullmatch(bare) else None


def _member(text: str) -> str | None:
    """On its own, or at the end of a link."""
    last = re.split(r"[/=]", text.rstrip("/"))[-1] if "/" in text else text
    code = last.upper()
    return code if MEMBER.fullmatch(code) else None


FINDERS: tuple[tuple[Kind, Callable[[str], str | None]], ...] = (
    (Kind.CARD, _card),
    (Kind.PHONE, _phone),
    (Kind.TICKET, _ticket),
    (Kind.APPOINTMENT, _appointment),
    (Kind.MEMBER, _member),
)
