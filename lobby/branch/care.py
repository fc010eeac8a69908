"""How a branch cares for customers with special needs, and for its staff: what is at hand, what is lent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Strict

from lobby.branch.names import STRICT, Name, TimeOfDay

Need = Literal["elderly", "disabled", "pregnant", "military"]
"""A special need that a customer may state: lobby.branch.model.NEEDS."""
WEEK_MIN = 7 * 24 * 60


@dataclass(frozen=True)
class Thing:
    """A thing that the branch lends 便民用品: `number` of them, each for `lend_min` minutes."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    number: Annotated[int, Strict(), Ge(1), Le(1000)] = 1
    lend_min: Annotated[int, Strict(), Ge(1), Le(WEEK_MIN)] = 120


@dataclass(frozen=True)
class Aid:
    """What meets special needs 无障碍服务, such as sign language 手语 or a low counter. It is at hand while one of its
    `people` (staff numbers) is here, one of its `counters` is open, or one of its `thing` is left to lend; what names
    none of these is always at hand."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    needs: tuple[Need, ...]
    people: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    thing: str | None = None


@dataclass(frozen=True)
class Care:
    """Care for customers and staff. `closes` is when the counters should close: work after it is overtime 加班; without
    it the closing of the day counts. An announced visit is on the list of alerts from `visit_min` minutes before. The
    load of persons is compared only with `load_min` customers or more each."""

    __pydantic_config__ = STRICT

    closes: TimeOfDay | None = None
    visit_min: Annotated[int, Strict(), Ge(0), Le(240)] = 30
    load_min: Annotated[int, Strict(), Ge(1), Le(1000)] = 10
