"""The special needs that a customer may state, as the API takes them."""

from __future__ import annotations

from typing import Literal

Need = Literal["elderly", "disabled", "pregnant", "military"]
