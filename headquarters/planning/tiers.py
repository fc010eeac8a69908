"""A branch's day by tier, as it was and as it was played, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from headquarters.planning.views import PlayedView, WhatIfView
from lobby.branch.model import Branch
from lobby.reports.wording import MINUTE_S
from lobby.texts import Text
from web.languages import lang

WAS = "was"
AGAIN = "again"
THEN = "then"
PLAYS = (
    (WAS, Text("actual (journal)")),
    (AGAIN, Text("simulated, nothing changed")),
    (THEN, Text("simulated, with the change")),
)
WAITS = ("mean_wait_s", "p90_wait_s", "max_wait_s")
SHARE = "over_target_share"


@dataclass(frozen=True)
class Cell:
    words: str
    tone: str


@dataclass(frozen=True)
class TierRow:
    """A tier in one of the PLAYS; `first` of its tier."""

    tier: str
    play: str
    first: bool
    cells: list[Cell]


def minutes_words(minutes: float) -> str:
    """However many they are: what stands below each other has one unit."""
    return Text("{min} min", min=f"{minutes:,.1f}").in_(lang())


def tier_rows(view: WhatIfView, branch: Branch) -> Iterator[TierRow]:
    if not view["ready"]:
        return
    plays = {key: _by_tier(view, key) for key, _ in PLAYS}
    there = [tier for tier in branch.tiers if plays[WAS].get(tier.id, {}).get("tickets")]
    for tier in there:
        like = plays[AGAIN][tier.id]
        for key, words in PLAYS:
            figures = plays[key][tier.id]
            yield TierRow(
                tier.name.in_(lang()),
                words.in_(lang()),
                key == WAS,
                [*cells(figures, like if key == THEN else figures)],
            )


def _by_tier(view: WhatIfView, play: str) -> Mapping[str, Mapping[str, float]]:
    played: PlayedView = view[play]  # type: ignore[literal-required]
    return cast("Mapping[str, Mapping[str, float]]", played["tiers"])


def cells(figures: Mapping[str, float], like: Mapping[str, float]) -> Iterator[Cell]:
    for key in (*WAITS, SHARE):
        words, usual = _words(key, figures[key]), _words(key, like[key])
        more = figures[key] > like[key]
        yield Cell(words, "" if words == usual else "worse" if more else "better")


def _words(key: str, value: float) -> str:
    """As it is shown: what looks the same is no change to anybody."""
    return f"{100 * value:.1f} %" if key == SHARE else minutes_words(value / MINUTE_S)
