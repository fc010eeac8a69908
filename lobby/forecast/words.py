"""A wait as people say it: a rounded range, never more precise than the forecast."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Literal, TypedDict

from lobby.texts import Text, by_language, remembered

STEPS_MIN = (5, 10, 15, 20, 30, 40, 50, 60, 75, 90, 120, 150, 180)
WaitKind = Literal["soon", "within", "range", "long"]
WAIT: dict[WaitKind, Text] = {
    "soon": Text("very soon"),
    "within": Text("within {hi} min"),
    "range": Text("about {lo}–{hi} min"),
    "long": Text("more than {lo} min"),
}
"""The words of a quoted wait, by its kind."""


class QuotedWait(TypedDict):
    """What to say of a wait, for words of any language; minutes."""

    kind: WaitKind
    lo: int
    hi: int


def rounded_min(p50_s: int, p90_s: int) -> tuple[int, int]:
    """The median rounded down and the 90 % bound rounded up to STEPS_MIN, minutes; 0 where no step is left."""
    below = bisect_right(STEPS_MIN, p50_s / 60)
    above = bisect_left(STEPS_MIN, p90_s / 60)
    return STEPS_MIN[below - 1] if below else 0, STEPS_MIN[above] if above < len(STEPS_MIN) else 0


def quoted_wait(p50_s: int, p90_s: int) -> QuotedWait:
    """What is quoted to a customer, for the words of any language: the `kind`, and `lo`, `hi` in minutes."""
    if p90_s <= 60:
        return {"kind": "soon", "lo": 0, "hi": 1}
    lo, hi = rounded_min(p50_s, p90_s)
    return {"kind": _kind(lo, hi), "lo": lo, "hi": hi}


def _kind(lo: int, hi: int) -> WaitKind:
    if not hi:
        return "long"
    return "range" if lo else "within"


def wait_words(p50_s: int, p90_s: int, lang: str) -> str:
    """Such as `约 10–15 分钟` or `about 10–15 min`."""
    return in_words(quoted_wait(p50_s, p90_s)).in_(lang)


@remembered
def in_all_languages(kind: WaitKind, lo: int, hi: int) -> Mapping[str, str]:
    """The words of a quoted wait by language. There are few waits to quote, and each view of a hall quotes hundreds."""
    return by_language(WAIT[kind].with_(lo=lo, hi=hi))


def in_words(quoted: QuotedWait) -> Text:
    return WAIT[quoted["kind"]].with_(**quoted)
