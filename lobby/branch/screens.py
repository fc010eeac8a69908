"""The machines of a lobby that customers look at and touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, MinLen
from pydantic import Strict

from lobby.branch.names import STRICT, LanguageCode, Name


@dataclass(frozen=True)
class Board:
    """A wall display: the areas it shows, or the one counter it hangs above. It turns by itself on an upright
    screen. `layout` "area" gives one area's queue more room. `slides` is a folder beside this file with
    the branch's own pictures and announcements, each shown for `slide_s` while few are called; see
    docs/boards.md. `languages` are the two that it speaks, the larger one first."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    areas: Annotated[tuple[str, ...], MinLen(1)]
    counter: str | None = None
    layout: Literal["main", "area"] = "main"
    voice: bool = True
    slides: str | None = None
    slide_s: Annotated[int, Strict(), Ge(5), Le(3600)] = 15
    languages: tuple[LanguageCode, LanguageCode] = ("zh", "en")


@dataclass(frozen=True)
class Kiosk:
    """A machine that issues numbers 取号机. `printer` prints its slips; without one it shows the ticket's QR code."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    printer: str | None = None


@dataclass(frozen=True)
class Group:
    """What people come for, in their words. The kiosk shows the services of one group together."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
