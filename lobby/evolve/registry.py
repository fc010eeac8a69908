"""Which fold takes which kind of event in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lobby import events as ev
from lobby.state.floor import Floor

Fold = Callable[[Floor, ev.Recorded, Any], None]
FOLDS: dict[type[ev.Event], Fold] = {}


def folds(kind: type[ev.Event]) -> Callable[[Fold], Fold]:
    def register(fold: Fold) -> Fold:
        FOLDS[kind] = fold
        return fold

    return register
