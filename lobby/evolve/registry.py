"""Which function takes which kind of event in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lobby import events as ev
from lobby.state.queue import QueueState

Evolve = Callable[[QueueState, ev.Recorded, Any], None]
EVOLVERS: dict[type[ev.Event], Evolve] = {}


def evolves(kind: type[ev.Event]) -> Callable[[Evolve], Evolve]:
    def register(evolve: Evolve) -> Evolve:
        EVOLVERS[kind] = evolve
        return evolve

    return register
