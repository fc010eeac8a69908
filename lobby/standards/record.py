"""A catalogue as the journal keeps it: JSON that this and other versions read back."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from lobby.standards.model import Catalogue, Standard

DIGEST_HEX = 32
"""128 bits: nobody makes a second catalogue with the same ones."""


@cache
def digest_of(catalogue: Catalogue) -> str:
    """Names this very content, texts and order, whatever its version says: hexadecimal, of SHA-256."""
    content = json.dumps([catalogue.version, to_json(catalogue)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:DIGEST_HEX]


def to_json(catalogue: Catalogue) -> tuple[dict[str, Any], ...]:
    """The standards as JSON values."""
    return tuple(
        _adapter().dump_python(one, mode="json", exclude_none=True) for one in catalogue.standards
    )


def from_json(version: str, standards: tuple[dict[str, Any], ...]) -> Catalogue:
    """The catalogue that `to_json` wrote; a field that this version does not have is ignored. Raises ValueError where
    the data make none."""
    read = [_adapter().validate_python(one, extra="ignore") for one in standards]
    return Catalogue(version, tuple(read))


@cache
def _adapter() -> TypeAdapter[Standard]:
    return TypeAdapter(Standard)
