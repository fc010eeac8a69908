"""Looks up the things of a branch by their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any, Protocol, TypeVar


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


class Remembering:
    """A frozen dataclass that remembers what was looked up in it. That stays here when it is sent to another process:
    a Lookup makes nameless things by a function, which cannot go along."""

    def __getstate__(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]


def by_id(things: Iterable[Thing]) -> dict[str, Thing]:
    return {thing.id: thing for thing in things}


def ids(things: Iterable[HasId]) -> frozenset[str]:
    return frozenset(thing.id for thing in things)
