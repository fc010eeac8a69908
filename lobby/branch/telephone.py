"""What can be dialled: one rule for every telephone number that the program takes."""

from __future__ import annotations

import re
import unicodedata

MOBILE = r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})"
"""Of China's mainland, with its code or without."""
GAP = r"[\s.()/\-\u2010-\u2015]{0,2}"
"""What people write between the groups of a number."""
DIGIT = f"(?:{GAP}[0-9])"
NUMBERS = (
    rf"(?:(?:\+|00)?86{GAP})?1[3-9]{DIGIT}{{9}}",
    rf"0[1-9]{DIGIT}{{8,10}}",
    rf"[2-9]{DIGIT}{{6,7}}",
    rf"[48]00{DIGIT}{{7}}",
    r"(?:9[56]|1[02])[0-9]{3}",
    rf"(?:\+|00)[1-9]{DIGIT}{{6,14}}",
)
"""A mobile, a landline with its area's code and without, service numbers of ten and of five digits, and one from
abroad, which has at most fifteen digits (ITU-T E.164)."""
TELEPHONE = re.compile(rf"(?<![0-9])(?:{'|'.join(NUMBERS)})(?![0-9])")
"""Among other words: when to call, an extension, a second number. Too few and too many digits in one run are none."""
WORDS = re.compile(r"[^\W\d_]")


def has_telephone(text: str) -> bool:
    """Whether there is a number in it that can be dialled, perhaps among words such as when to call."""
    return bool(TELEPHONE.search(unicodedata.normalize("NFKC", text)))


def can_reach(text: str) -> bool:
    """Whether somebody may be reached so: by a telephone number, or by what has letters, such as an e-mail address."""
    return has_telephone(text) or bool(WORDS.search(text))
