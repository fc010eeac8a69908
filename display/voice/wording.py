"""What is said of a call: two phrases, the customer's number and the way to the counter.

A phrase is the text that a voice reads, and the words that recordings of one's own say, by their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from lobby.branch.model import Branch, Counter

SPOKEN = ("zh", "en")
"""The languages of the voice."""
DIGITS_ZH = "零一二三四五六七八九"
PLACES_ZH = ("", "十", "百", "千")
ROOM_PLACES = 2
"""From a hundred on the number of a room or a counter is spelled."""


class Phrase(NamedTuple):
    """`text` as a voice reads it; `words` are the names of the recordings that say the same, if there are any; `shelf`
    is the folder of what is kept apart from the calls."""

    text: str
    words: tuple[str, ...] = ()
    shelf: str = ""


TEST = {"zh": Phrase("测试叫号。", ("test",)), "en": Phrase("This is a test.", ("test",))}
"""What a board says when it is tried: no number, so that nobody goes anywhere."""


def spoken_in(lang: str) -> list[str]:
    """The languages of a call, by the ticket's. Chinese alone for who reads Chinese. Everybody else hears English
    first, since it is the customer who has to go, and then Chinese, for who came along and for the staff."""
    return ["zh"] if lang == "zh" else ["en", "zh"]


def phrases(lang: str, number: str, counter: Counter) -> tuple[Phrase, Phrase]:
    return number_phrase(lang, number), counter_phrase(lang, counter)


def number_phrase(lang: str, number: str) -> Phrase:
    """`请A零零一号，`, `Ticket A0 0 1,`: sign by sign, as a lobby calls them. A comma at the end keeps the voice up. A
    letter that stands alone would be the English article."""
    signs = tuple(number.upper())
    if lang == "en":
        return Phrase(f"Ticket {signs_en(number)},", ("ticket", *signs))
    return Phrase(f"请{signs_zh(number)}号，", ("please", *signs, "number"))


def counter_phrase(lang: str, counter: Counter) -> Phrase:
    """`到三号柜台。`, `Counter 3, please.`"""
    name = f"counter-{counter.id}"
    if lang == "en":
        return Phrase(f"{counter.name.en}, please.", (name, "please"))
    return Phrase(f"到{_in_words_zh(counter.name.zh)}。", ("to", name))


def sentence(lang: str, said: Iterable[Phrase]) -> str:
    return ("" if lang == "zh" else " ").join(phrase.text for phrase in said)


def recordings(branch: Branch) -> dict[str, str]:
    """Every word that calls of this branch are made of, by the name of its recording, with what it says in Chinese
    and English as `zh/please` -> `请`."""
    letters = sorted({sign for service in branch.services for sign in service.series.upper()})
    signs = [*"0123456789", *letters]
    found = {"zh/please": "请", "zh/number": "号", "zh/to": "到", "zh/test": "测试叫号"}
    found |= {f"zh/{sign}": signs_zh(sign) for sign in signs}
    found |= {f"zh/counter-{one.id}": _in_words_zh(one.name.zh) for one in branch.counters}
    found |= {"en/ticket": "Ticket", "en/please": "please", "en/test": "This is a test"}
    found |= {f"en/{sign}": sign for sign in signs}
    found |= {f"en/counter-{one.id}": one.name.en for one in branch.counters}
    return found


def signs_en(number: str) -> str:
    return re.sub("(?<=[0-9])", " ", number).strip()


def signs_zh(text: str) -> str:
    return "".join(DIGITS_ZH[int(sign)] if sign.isdecimal() else sign for sign in text)


def _in_words_zh(name: str) -> str:
    """`12 号柜台` -> `十二号柜台`: a counter's number is counted, a customer's is spelled."""
    counted = re.sub(r"\d+", lambda digits: counted_zh(digits.group(), ROOM_PLACES), name)
    return counted.replace(" ", "")


def counted_zh(digits: str, places: int = len(PLACES_ZH)) -> str:
    """`12` -> `十二`, `105` -> `一百零五`; what begins with a zero, or has more places, sign by sign."""
    if digits.startswith("0") or len(digits) > places:
        return signs_zh(digits)
    said = "".join(
        f"{DIGITS_ZH[int(digit)]}{PLACES_ZH[place]}" if digit != "0" else DIGITS_ZH[0]
        for place, digit in zip(reversed(range(len(digits))), digits, strict=True)
    )
    said = re.sub("零+", "零", said).rstrip("零")
    return said.removeprefix("一") if said.startswith("一十") else said
