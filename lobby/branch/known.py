"""Things of a branch by their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Thing = TypeVar("Thing", bound=HasId)


class Known(dict[str, Thing]):
    """By id. An id that no configuration in the journal has (those before `BranchConfigured`) stands for itself: asked
    for, it answers what `nameless` makes of it; it is not contained."""

    def __init__(self, things: Iterable[Thing], nameless: Callable[[str], Thing]) -> None:
        super().__init__((thing.id, thing) for thing in things)
        self._nameless = nameless

    def __missing__(self, id: str) -> Thing:
        return self._nameless(id)


def by_id(things: Iterable[Thing]) -> dict[str, Thing]:
    return {thing.id: thing for thing in things}


def ids(things: Iterable[HasId]) -> frozenset[str]:
    return frozenset(thing.id for thing in things)
