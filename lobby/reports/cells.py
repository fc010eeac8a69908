"""What a cell of a table for Excel may hold; all CSV and XLSX files that are taken along are written by it."""

from __future__ import annotations

import re
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is run by Excel."""
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""XML 1.0, section 2.2, has no such characters, and UTF-8 no surrogates: old journals may."""


def cell(value: Any) -> Any:
    """The value; a text without what no file can hold, and never a formula."""
    if not isinstance(value, str):
        return value
    text = UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if text.startswith(FORMULA):
        return f"'{text}"
    return text
