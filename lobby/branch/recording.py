"""Dual recording 双录 as the branch has it: the form of a reference, the cameras, and how long a recording is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Le
from pydantic import AfterValidator, Strict
from pydantic_core import PydanticCustomError

from lobby.branch.names import STRICT, Name, ShortText

KEEP_DAYS = 7305
"""Twenty years: the branch does not know when a product ends, and hardly one lasts longer."""
KEEP_MAX_DAYS = 36_525
BASIS = Name(
    "录音录像资料保存至产品终止日或合同关系解除日后六个月（银监办发〔2017〕110号）；终止日未知的，自销售之日起保存二十年",
    "Kept until six months after the product or contract ends (CBRC 2017 No. 110); twenty years from the sale, since"
    " its end is not known",
)


def _is_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise PydanticCustomError("pattern", "a regular expression") from error
    return text


@dataclass(frozen=True)
class Recording:
    """Services marked `recorded` end with the reference of their recording. A reference fits `pattern`, a regular
    expression, and looks like `example`. `cameras` names the camera of each counter. A recording is kept for
    `keep_days` after the sale; `basis` says by which rule."""

    __pydantic_config__ = STRICT

    pattern: Annotated[ShortText, AfterValidator(_is_pattern)] = "[A-Z0-9][A-Z0-9-]{5,39}"
    example: ShortText = "SL20260302-0001"
    cameras: Mapping[str, ShortText] = field(default_factory=dict, hash=False)
    keep_days: Annotated[int, Strict(), Ge(1), Le(KEEP_MAX_DAYS)] = KEEP_DAYS
    basis: Name = BASIS

    def read(self, typed: str) -> str | None:
        """The reference, if it has the form that the recording system gives; typed in small letters too."""
        reference = typed.strip()
        for spelling in (reference, reference.upper()):
            if re.fullmatch(self.pattern, spelling):
                return spelling
        return None
