"""A wait as people say it: a rounded range, never more precise than the forecast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict

from lobby.events.wait import NO_FIGURE, Wait, outwards
from lobby.texts import Text, by_language, remembered

STEPS_MIN = (
    *(1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 45, 50, 55, 60),
    *(70, 80, 90, 100, 110, 120, 135, 150, 165, 180, 210, 240),
)
"""The minutes that are told: about a tenth apart, for a rounder figure would be a wider range."""
WaitKind = Literal["none", "soon", "within", "range", "long", "unknown"]
WAIT: dict[WaitKind, Text] = {
    "none": Text("no waiting"),
    "soon": Text("very soon"),
    "within": Text("within {hi} min"),
    "range": Text("about {lo}–{hi} min"),
    "long": Text("more than {lo} min"),
    "unknown": Text("no counter is open for it, please ask the staff"),
}
"""The words of a quoted wait, by its kind."""


class QuotedWait(TypedDict):
    """What to say of a wait, for words of any language; minutes."""

    kind: WaitKind
    lo: int
    hi: int


def rounded_min(lo_s: float, hi_s: float) -> tuple[int, int]:
    """A range of seconds as it is told, in minutes: two different steps; 0 where no step is left."""
    lo, hi = outwards(STEPS_MIN, lo_s, hi_s)
    if (lo, hi) == NO_FIGURE:
        return 0, STEPS_MIN[-1]
    if hi == lo:
        return outwards(STEPS_MIN, 60 * lo, 60 * lo + 1)
    return lo, hi


def quoted_wait(wait: Wait) -> QuotedWait:
    """What is quoted to a customer, for the words of any language: the `kind`, and `lo`, `hi` in minutes."""
    lo, hi = wait.told_min
    return {"kind": _kind(lo, hi, at_once=not wait.features), "lo": lo, "hi": hi}


def _kind(lo: int, hi: int, *, at_once: bool) -> WaitKind:
    if (lo, hi) == NO_FIGURE:
        return "unknown"
    if not hi:
        return "long"
    if hi <= 1:
        return "none" if at_once else "soon"
    return "range" if lo else "within"


def wait_words(wait: Wait, lang: str) -> str:
    """Such as `约 10–15 分钟` or `about 10–15 min`."""
    return in_words(quoted_wait(wait)).in_(lang)


@remembered
def in_all_languages(kind: WaitKind, lo: int, hi: int) -> Mapping[str, str]:
    """The words of a quoted wait by language. There are few waits to quote, and each view of a hall quotes hundreds."""
    return by_language(WAIT[kind].with_(lo=lo, hi=hi))


def in_words(quoted: QuotedWait) -> Text:
    return WAIT[quoted["kind"]].with_(**quoted)
