"""Names in the languages of the screens, and the small types that the configuration's values have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")

STRICT = {"extra": "forbid"}
"""For the configuration's reader: a key that no field has is a complaint."""

ALIAS: dict[str, Any] = {**STRICT, "populate_by_name": True}
"""For a table with a key that is no name in Python."""

DAY_S = 24 * 3600
"""No promise, service or wait outlasts the day: the queue ends with it."""
TEXT_MAX = 200
"""No screen and no slip has room for a longer name or way."""
OF_DAY = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)


def _time_of_day(given: object) -> object:
    """No number, which would be seconds, and no zone of its own: the branch has one."""
    if isinstance(given, str):
        fits = OF_DAY.fullmatch(given) is not None
    else:
        fits = isinstance(given, time) and given.tzinfo is None
    if not fits:
        raise PydanticCustomError("time_parsing", "a time of day")
    return f"{given:0>5}" if isinstance(given, str) and len(given) < 5 else given


def _zone(given: object) -> object:
    """`ZoneInfo` is at a loss where the name is a folder of zones, such as Asia."""
    if isinstance(given, ZoneInfo):
        return given
    try:
        return ZoneInfo(str(given))
    except (OSError, ValueError, KeyError) as error:
        raise PydanticCustomError("zoneinfo_str", "a time zone") from error


def _seen(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("string_too_short", "some text")
    return text


Seconds = Annotated[int, Gt(0), Le(DAY_S)]
Threshold = Annotated[int, Ge(0), Le(DAY_S)]
"""Seconds; 0 turns something off."""
Text = Annotated[str, MinLen(1), MaxLen(TEXT_MAX), AfterValidator(_seen)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]


@dataclass(frozen=True)
class Name:
    """A thing's name in the languages of the screens."""

    __pydantic_config__ = STRICT

    zh: Text
    en: Text

    def in_(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en
