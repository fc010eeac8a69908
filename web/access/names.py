"""The allowed names of accounts and tokens: in the journal nobody may be mistaken for somebody else."""

from __future__ import annotations

import re
import unicodedata

NAME_MAX = 40
SHAPE = re.compile(r"[^\W_](?:[\w.@-]| (?! ))*")
SCRIPTS = ("LATIN", "CJK", "HANGUL", "DIGIT", "FULLWIDTH")
"""The allowed scripts: with Cyrillic or Greek letters, one name could look like another."""
RESERVED = frozenset(
    {
        "clock",
        "customer",
        "demo",
        "device",
        "kiosk",
        "board",
        "monitor",
        "printer",
        "system",
        "watch",
        "cli",
        "lobby",
    }
)
"""Actors of the journal that are not people."""
ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b"})


def tidy(name: str) -> str:
    """The name as it is stored. Raises ValueError, which says what does not fit."""
    tidy_name = unicodedata.normalize("NFKC", name).strip()
    if not 1 <= len(tidy_name) <= NAME_MAX:
        raise ValueError(f"a name has 1 to {NAME_MAX} characters")
    if not SHAPE.fullmatch(tidy_name) or not all(_is_allowed(char) for char in tidy_name):
        raise ValueError(
            f"the name {tidy_name!r} may have Latin, Chinese or Korean letters, digits, . - _ @ and single spaces"
        )
    if key(tidy_name) in RESERVED:
        raise ValueError(f"the name {tidy_name!r} is reserved")
    return tidy_name


def _is_allowed(char: str) -> bool:
    return not char.isalnum() or unicodedata.name(char, "").startswith(SCRIPTS)


def key(name: str) -> str:
    """The key of an account: the same for small and capital letters, half width and full width."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def look(name: str) -> str:
    """The look of a name: two names with the same look can be mistaken for each other."""
    plain = unicodedata.normalize("NFKD", key(name))
    letters = "".join(char for char in plain if char.isalnum())
    return letters.translate(ALIKE).replace("rn", "m").replace("vv", "w")
