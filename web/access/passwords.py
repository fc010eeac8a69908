"""What may be a password (NIST SP 800-63B: long, and not one that is tried first; no rules of composition)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

SHORTEST = 12
LONGEST = 128
"""Hashing takes as long as the password is: what is longer is no password."""
OWN_PART = 6
"""So many signs beside the names must be the password's own."""
COMMON = Path(__file__).with_name("common-passwords.txt")
FILLING = re.compile(r"[\W\d_]+")


class Weak(ValueError):
    """Why a password is refused: `code` for a page, the sentence for the command line."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


def check(password: str, names: Iterable[str] = ()) -> None:
    """Raises Weak. `names`: of the account, the bank and the branch, which is what a stranger tries first."""
    if len(password) < SHORTEST:
        raise Weak("short", f"the password, a line on standard input, must have at least {SHORTEST} characters")
    if len(password) > LONGEST:
        raise Weak("long", f"the password may have at most {LONGEST} characters")
    plain = password.casefold()
    if len(set(plain)) < 5 or _walks(plain) or _is_common(plain):
        raise Weak("common", "the password is among those that are tried first: choose another")
    if _made_of(plain, names):
        raise Weak("name", "the password is made of a name: choose another")


def _is_common(plain: str) -> bool:
    """The list's word itself, or it with digits and signs around or repeated."""
    words = _common()
    core = FILLING.sub("", plain)
    return plain in words or core in words or (len(core) > 0 and _unit(core) in words)


@cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _unit(text: str) -> str:
    """`abcabcabc` -> `abc`: the shortest text that repeated makes it."""
    return next(text[:n] for n in range(1, len(text) + 1) if len(text) % n == 0 and text[:n] * (len(text) // n) == text)


ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)


def _walks(plain: str) -> bool:
    """Whether all of it runs along the keyboard or the alphabet, in steps of four or more."""
    ways = [way for row in ROWS for way in (row * 2, row[::-1] * 2)]
    rest = plain
    while rest:
        step = next((n for n in range(len(rest), 3, -1) if any(rest[:n] in way for way in ways)), 0)
        if not step:
            return False
        rest = rest[step:]
    return True


def _made_of(plain: str, names: Iterable[str]) -> bool:
    """Whether too little is left when the names are taken out, however they are parted."""
    letters = FILLING.sub("", plain)
    rest = letters
    for name in sorted({FILLING.sub("", name.casefold()) for name in names}, key=len, reverse=True):
        if len(name) > 1:
            rest = rest.replace(name, "")
    return rest != letters and len(rest) < OWN_PART
