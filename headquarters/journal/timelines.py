"""Which events of a branch's epochs stand: those on the way to its newest epoch, and those of journals that it lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Timeline:
    """An epoch, as PostgreSQL calls it; it follows event `parent_seq` of its parent."""

    epoch: int
    first: int
    parent: int | None
    parent_seq: int | None


def stands_until(timelines: Sequence[Timeline], newest: int) -> dict[int, int | None]:
    """By epoch, the last event that stands now that `newest` was begun; None: all do. Those of another journal are left
    out: they stay as they are. A tail stands again where somebody put the database with it back."""
    by_epoch = {timeline.epoch: timeline for timeline in timelines}
    way: dict[int, int | None] = {}
    until = None
    epoch: int | None = newest
    while epoch in by_epoch:
        way[epoch] = until
        until, epoch = by_epoch[epoch].parent_seq, by_epoch[epoch].parent
    root = _root(by_epoch, newest)
    return {
        timeline.epoch: way.get(timeline.epoch, timeline.first - 1)
        for timeline in timelines
        if _root(by_epoch, timeline.epoch) == root
    }


def _root(by_epoch: dict[int, Timeline], epoch: int) -> int:
    """The epoch with which its journal began."""
    while (parent := by_epoch[epoch].parent) in by_epoch:
        epoch = parent
    return epoch
