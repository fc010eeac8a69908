"""What a feedback card can be about: praise has other reasons than blame."""

from __future__ import annotations

from typing import Literal

BLAME = ("waiting", "attitude", "skill", "procedure", "premises", "other")
"""What a low score is about."""
PRAISE = ("prompt", "courteous", "expert", "clear", "comfort", "other_praise")
"""What a high score is about."""
PRAISED = 4
"""From this score on the card asks what was good."""
Reason = Literal[
    "waiting", "attitude", "skill", "procedure", "premises", "other",
    "prompt", "courteous", "expert", "clear", "comfort", "other_praise",
]  # fmt: skip


def fitting(score: int) -> tuple[str, ...]:
    """The reasons that fit the score."""
    if score >= PRAISED:
        return PRAISE
    return BLAME
