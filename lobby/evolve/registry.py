"""Which functions take which kind of event in: one for the queue's day, any number for quality, which lasts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lobby import events as ev
from lobby.state.queue import QueueState

Evolve = Callable[[QueueState, ev.Recorded, Any], None]
EVOLVERS: dict[type[ev.Event], Evolve] = {}
FOLLOWERS: dict[type[ev.Event], list[Evolve]] = {}


def evolves(kind: type[ev.Event]) -> Callable[[Evolve], Evolve]:
    """Registers what an event does to the day."""

    def register(evolve: Evolve) -> Evolve:
        EVOLVERS[kind] = evolve
        return evolve

    return register


def follows(kind: type[ev.Event]) -> Callable[[Evolve], Evolve]:
    """Registers what an event does to quality. Such a function changes `state.quality` alone, and asks of the rest of
    the state only what a start has again: a snapshot is read with the events since, not with those of before."""

    def register(evolve: Evolve) -> Evolve:
        FOLLOWERS.setdefault(kind, []).append(evolve)
        return evolve

    return register
