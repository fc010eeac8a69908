"""What names a customer or opens a door is taken out of whatever is written down or said aloud about a failure."""

from __future__ import annotations

import re

HIDDEN = re.compile(
    r"(?<!\d)(?<!\d\.)\d(?:[ -]?\d){10,}"  # card and phone numbers: eleven digits and more, but no fraction's
    r"|lobby_[\w-]{16,}"  # bearer tokens
    r"|(?<=Bearer )\S+"
    r"|\b[0-9a-f]{40,}\b"  # keys and their digests
    r"|(?<=/[taf]/)[\w-]{9,}"  # customers' links
    r"|(?<=token=)[^&\s'\"]+"
    r"|(?<=session=)[^;\s'\"]+"
)
"""What is never written, whoever says it: an error of a library may carry its argument, a command line a token."""


def redacted(text: str) -> str:
    return HIDDEN.sub("[...]", text)
