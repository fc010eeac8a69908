"""What a reader typed -> what the customer showed. Readers are keyboards: swipes come half, noisy or with marks of
error, codes alone or as links; caps lock turns their letters round, an input method widens them, and some put the
kind of bar code before it. Nothing here is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lobby.branch.telephone import MOBILE

TRACK_1 = re.compile(r"%[Bb]([0-9 ]{12,23})\^[^?]*\?")
TRACK_2 = re.compile(r"[;+](?:99)?([0-9]{12,19})[=D][^?;%+]*\?")
"""Also track 3, whose number follows the format code 99. What began with a sentinel and lacks its end was half read."""
BARE_TRACK = re.compile(r"([0-9]{12,19})[=D][0-9=D]*\??")
"""From readers that are set to send no sentinels."""
CARD = re.compile(r"[0-9]{12,19}")
PHONE = re.compile(MOBILE)
TOKEN = r"([A-Za-z0-9_-]{9})(?:[/?#].*)?"
"""As lobby/engine/links.py makes them."""
TICKET = re.compile(rf".*/[tf]/{TOKEN}")
APPOINTMENT = re.compile(rf".*/a/{TOKEN}")
CODE = re.compile(r"[0-9]{6}")
MEMBER = re.compile(r"(?=.*[A-Z])[A-Z0-9][A-Z0-9-]{3,31}")
DIGITS = re.compile(r"[0-9]{4,11}")
GAPS = re.compile(r"[ \-]")
AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
"""The symbology identifier that a bar code reader may put before what it read: `]C1` is GS1-128, `]Q1` a QR code."""
REGION = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)[0-9]{4}"
"""GB/T 2260's provinces; 8x: residents of Hong Kong, Macao and Taiwan; 91: foreigners with permanent residence."""
IDENTITY = re.compile(f"{REGION}((?:19|20)[0-9]{{6}})[0-9]{{3}}[0-9X]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643: 2 to the power of the digit's place, modulo 11."""
CHECK_DIGITS = "10X98765432"
TYPED_BY_IME = (("……", "^"), ("——", "_"), ("、", "/"), ("】", "]"))
"""What Chinese input methods put for a reader's marks; full-width ones are narrowed by Unicode's own table."""


class Kind(StrEnum):
    CARD = "card"
    MEMBER = "member"
    PHONE = "phone"
    IDENTITY = "identity"
    TICKET = "ticket"
    APPOINTMENT = "appointment"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Reading:
    """`value` is the number or code in its one spelling, or a link's token. It is shown in no log."""

    kind: Kind
    value: str = field(default="", repr=False)

    @property
    def typed(self) -> bool:
        """Of an appointment: its code, and not its link."""
        return CODE.fullmatch(self.value) is not None

    @property
    def key(self) -> str:
        """What a customer directory knows its bearer by; empty where that makes no sense."""
        linked = self.kind is Kind.TICKET or (self.kind is Kind.APPOINTMENT and not self.typed)
        if linked:
            return ""
        return self.value


def read(text: str) -> Reading:
    """What was shown. Digits too few for a card or phone are unreadable, but some branch may list them."""
    clean = _clean(text)
    for kind, find in FINDERS:
        if value := find(clean):
            return Reading(kind, value)
    return Reading(Kind.UNREADABLE, clean if DIGITS.fullmatch(clean) else "")


def _clean(text: str) -> str:
    """Without what keyboards and readers put around and in place of what was read."""
    for typed, meant in TYPED_BY_IME:
        text = text.replace(typed, meant)
    narrow = unicodedata.normalize("NFKC", text)
    printed = "".join(c for c in narrow if c.isprintable()).strip()
    if AIM.match(printed):
        return AIM.sub("", printed, count=1)
    return printed


def _identity(text: str) -> str | None:
    """A resident's identity number, and never a bank card's that begins alike: region, birthday and check digit fit."""
    number = GAPS.sub("", text).upper()
    match = IDENTITY.fullmatch(number)
    if match is None or not _is_date(match[1]):
        return None
    remainder = (
        sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number[:17], strict=True)) % 11
    )
    if CHECK_DIGITS[remainder] == number[17]:
        return number
    return None


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _card(text: str) -> str | None:
    if match := TRACK_2.search(text) or BARE_TRACK.fullmatch(text):
        return match[1]
    if (match := TRACK_1.search(text)) and CARD.fullmatch(number := match[1].replace(" ", "")):
        return number
    bare = GAPS.sub("", text)
    if CARD.fullmatch(bare) and not PHONE.fullmatch(bare):
        return bare
    return None


def _phone(text: str) -> str | None:
    match = PHONE.fullmatch(GAPS.sub("", text))
    if match:
        return match[1]
    return None


def _ticket(text: str) -> str | None:
    return _token(TICKET, text)


def _token(link: re.Pattern[str], text: str) -> str | None:
    """A link's token, whose letters count; typed under caps lock they are turned round."""
    match = link.fullmatch(text) or link.fullmatch(text.swapcase())
    if match:
        return match[1]
    return None


def _appointment(text: str) -> str | None:
    if token := _token(APPOINTMENT, text):
        return token
    bare = GAPS.sub("", text)
    if CODE.fullmatch(bare):
        return bare
    return None


def _member(text: str) -> str | None:
    """On its own, or at the end of a link."""
    last = re.split(r"[/=]", text.rstrip("/"))[-1] if "/" in text else text
    code = last.upper()
    if MEMBER.fullmatch(code):
        return code
    return None


FINDERS: tuple[tuple[Kind, Callable[[str], str | None]], ...] = (
    (Kind.IDENTITY, _identity),
    (Kind.CARD, _card),
    (Kind.PHONE, _phone),
    (Kind.TICKET, _ticket),
    (Kind.APPOINTMENT, _appointment),
    (Kind.MEMBER, _member),
)
