"""A wait as people say it. Never an exact figure, never more precise than it is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from lobby.branch import Name

STEPS_MIN = (5, 10, 15, 20, 30, 40, 50, 60, 75, 90, 120, 150, 180)
SOON = Name("很快就到", "very soon")
WITHIN = Name("{hi} 分钟以内", "within {hi} min")
RANGE = Name("约 {lo}–{hi} 分钟", "about {lo}–{hi} min")
LONG = Name("{lo} 分钟以上", "more than {lo} min")


def rounded_min(p50_s: int, p90_s: int) -> tuple[int, int]:
    """The median down and the 90 % bound up to steps that people speak in, minutes."""
    below, above = bisect_right(STEPS_MIN, p50_s / 60), bisect_left(STEPS_MIN, p90_s / 60)
    return STEPS_MIN[below - 1] if below else 0, STEPS_MIN[above] if above < len(STEPS_MIN) else 0


def wait_words(p50_s: int, p90_s: int, lang: str) -> str:
    """Such as `约 10–15 分钟` or `about 10–15 min`."""
    if p90_s <= 60:
        return SOON.in_(lang)
    lo, hi = rounded_min(p50_s, p90_s)
    if not hi:
        return LONG.in_(lang).format(lo=lo)
    return (RANGE if lo else WITHIN).in_(lang).format(lo=lo, hi=hi)
