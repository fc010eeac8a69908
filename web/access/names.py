"""What may be an account's or a token's name: nobody may be taken for somebody else in the journal."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40
SHAPE = re.compile(r"[^\W_](?:[\w.@-]| (?! ))*")
SCRIPTS = ("LATIN", "CJK", "HANGUL", "DIGIT", "FULLWIDTH")
"""Of letters: with Cyrillic or Greek among them, one name could look like another."""
RESERVED = frozenset(
    {"clock", "customer", "demo", "device", "kiosk", "board", "monitor", "printer", "system", "watch", "cli", "lobby"}
)
"""Actors of the journal that are no people."""
ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b"})


def tidy(name: str) -> str:
    """The name as it is kept. ValueError says what does not fit."""
    clean = unicodedata.normalize("NFKC", name).strip()
    if not 1 <= len(clean) <= LONGEST:
        raise ValueError(f"a name has 1 to {LONGEST} signs")
    if not SHAPE.fullmatch(clean) or not all(_known_script(sign) for sign in clean):
        raise ValueError(
            f"the name {clean!r} may have Latin, Chinese or Korean letters, digits, . - _ @ and single spaces"
        )
    if key(clean) in RESERVED:
        raise ValueError(f"the name {clean!r} is reserved")
    return clean


def _known_script(sign: str) -> bool:
    return not sign.isalnum() or unicodedata.name(sign, "").startswith(SCRIPTS)


def key(name: str) -> str:
    """By what an account is found: however it is typed, in small letters or large, half-width or full."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def look(name: str) -> str:
    """Two names with the same look can be mistaken for each other."""
    plain = unicodedata.normalize("NFKD", key(name))
    shown = "".join(sign for sign in plain if sign.isalnum())
    return shown.translate(ALIKE).replace("rn", "m").replace("vv", "w")
