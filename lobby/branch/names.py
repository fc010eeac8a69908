"""Names in the languages of the screens, and the small types that the configuration's values have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Strict,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from lobby.texts import LANGS, Readable, Text

Lang = Literal["zh", "en"]
"""The languages of the command line."""

STRICT = {"extra": "forbid"}
"""The configuration's reader complains of a key that is no field."""

ALIAS: dict[str, Any] = {**STRICT, "populate_by_name": True}
"""For a table with a key that cannot be a name in Python, such as `from`."""

DAY_S = 24 * 3600
"""No target wait, service or wait is longer than the day, since the queue ends with it."""
TEXT_MAX = 200
"""No screen and no slip has room for a longer name or description of the way."""
OF_DAY = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)


def _time_of_day(value: object) -> object:
    """Refuses a number, which pydantic would read as seconds, and a time with a zone: the branch has one."""
    if isinstance(value, str):
        fits = OF_DAY.fullmatch(value) is not None
    else:
        fits = isinstance(value, time) and value.tzinfo is None
    if not fits:
        raise PydanticCustomError("time_parsing", "a time of day")
    return f"{value:0>5}" if isinstance(value, str) and len(value) < 5 else value


def _zone(value: object) -> object:
    """`ZoneInfo` raises OSError where the name is a folder of zones, such as Asia."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (OSError, ValueError, KeyError) as error:
        raise PydanticCustomError("zoneinfo_str", "a time zone") from error


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("string_too_short", "some text")
    return text


Seconds = Annotated[int, Strict(), Gt(0), Le(DAY_S)]
Threshold = Annotated[int, Strict(), Ge(0), Le(DAY_S)]
"""Seconds; 0 turns something off."""
CODE = re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,4})?", re.ASCII)
"""The code of a language, as its catalogue's folder has it."""
LanguageCode = Annotated[str, StringConstraints(pattern=CODE)]
ShortText = Annotated[str, MinLen(1), MaxLen(TEXT_MAX), AfterValidator(_not_blank)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]


@dataclass(frozen=True)
class Name(Readable):
    """A thing's name in the languages of the screens: Chinese, English, and the `further` ones that the branch
    has a name in, by their code."""

    __pydantic_config__ = STRICT

    zh: ShortText
    en: ShortText
    further: Mapping[LanguageCode, ShortText] = field(default_factory=dict, hash=False)

    def in_(self, lang: str) -> str:
        """The name in the language, else what its catalogue has for the English name, else the English name."""
        if lang == "zh":
            return self.zh
        return self.further.get(lang) or Text(self.en).in_(lang)

    @model_validator(mode="before")
    @classmethod
    def _with_further(cls, value: Any) -> Any:
        """Takes the codes of languages among the keys as the further ones."""
        if not isinstance(value, Mapping):
            return value
        further = {
            key: value[key] for key in value if key not in LANGS and CODE.fullmatch(str(key))
        }
        rest = {key: value[key] for key in value if key not in further}
        return {**rest, "further": further}

    @model_serializer
    def _as_configured(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en, **self.further}
