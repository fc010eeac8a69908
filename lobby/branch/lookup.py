"""Looks up the things of a branch by their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Thing = TypeVar("Thing", bound=HasId)


class Lookup(dict[str, Thing]):
    """Things by id. An id of a journal older than `BranchConfigured` may be in no configuration: `[id]` then answers
    what `nameless` makes of the id, while `in` answers False."""

    def __init__(self, things: Iterable[Thing], nameless: Callable[[str], Thing]) -> None:
        super().__init__((thing.id, thing) for thing in things)
        self._nameless = nameless

    def __missing__(self, id: str) -> Thing:
        return self._nameless(id)


def by_id(things: Iterable[Thing]) -> dict[str, Thing]:
    return {thing.id: thing for thing in things}


def ids(things: Iterable[HasId]) -> frozenset[str]:
    return frozenset(thing.id for thing in things)
