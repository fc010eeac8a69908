"""What can be dialled: one rule for every telephone number that the program takes."""

from __future__ import annotations

import re
import unicodedata

MOBILE = r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})"
"""Of China's mainland, with its code or without."""
NUMBERS = (
    MOBILE,
    r"0[1-9][0-9]{8,10}",
    r"[2-9][0-9]{6,7}",
    r"[48]00[0-9]{7}",
    r"(?:\+|00)[1-9][0-9]{6,14}",
)
"""A mobile, a landline with its area's code and without, a service number, and one from abroad, which has at most
fifteen digits (ITU-T E.164)."""
TELEPHONE = re.compile("|".join(f"(?:{number})" for number in NUMBERS))
GAPS = re.compile(r"[ \-()]")
RUN = re.compile(r"[+(0-9][0-9 \-()]*")
"""What may be a number among other words; an extension comes after it, behind a word or a sign."""
WORDS = re.compile(r"[^\W\d_]")


def has_telephone(text: str) -> bool:
    """Whether there is a number in it that can be dialled, perhaps among words such as when to call."""
    narrow = unicodedata.normalize("NFKC", text)
    return any(TELEPHONE.fullmatch(GAPS.sub("", run)) for run in RUN.findall(narrow))


def can_reach(text: str) -> bool:
    """Whether somebody may be reached so: by a telephone number, or by what has letters, such as an e-mail address."""
    return has_telephone(text) or bool(WORDS.search(text))
