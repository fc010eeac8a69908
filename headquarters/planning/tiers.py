"""A branch's day by tier, as it was and as it was played, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from headquarters.planning.views import PlayedView, WhatIfView
from lobby.branch.model import Branch
from lobby.reports.measure import Unit
from lobby.reports.wording import value_words
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
COLUMNS = (
    ("mean_wait_s", Unit.SECONDS),
    ("p90_wait_s", Unit.SECONDS),
    ("max_wait_s", Unit.SECONDS),
    ("over_target_share", Unit.SHARE),
)
SAME = 1e-3


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
                [*_cells(figures, like if key == THEN else figures)],
            )


def _by_tier(view: WhatIfView, play: str) -> Mapping[str, Mapping[str, float]]:
    played: PlayedView = view[play]  # type: ignore[literal-required]
    return cast("Mapping[str, Mapping[str, float]]", played["tiers"])


def _cells(figures: Mapping[str, float], like: Mapping[str, float]) -> Iterator[Cell]:
    for key, unit in COLUMNS:
        more = figures[key] - like[key]
        tone = ""
        if abs(more) >= SAME:
            tone = "worse" if more > 0 else "better"
        yield Cell(value_words(unit, figures[key], lang()), tone)
