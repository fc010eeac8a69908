"""Names in the languages of the screens, and the small types that the configuration's values have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from annotated_types import Gt, MinLen

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")

STRICT = {"extra": "forbid"}
"""For the configuration's reader: a key that no field has is a complaint."""

ALIAS: dict[str, Any] = {**STRICT, "populate_by_name": True}
"""For a table with a key that is no name in Python."""

Seconds = Annotated[int, Gt(0)]
Text = Annotated[str, MinLen(1)]


@dataclass(frozen=True)
class Name:
    """A thing's name in the languages of the screens."""

    __pydantic_config__ = STRICT

    zh: Text
    en: Text

    def in_(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en
