"""The allowed passwords (NIST SP 800-63B: long, and none that attackers try first; no rules of composition)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

SHORTEST = 12
LONGEST = 128
"""Hashing a longer text takes longer, and no person types one."""
OWN_PART = 6
"""A password needs so many characters beside the names in it."""
COMMON = Path(__file__).with_name("common-passwords.txt")
FILLER = re.compile(r"[\W\d_]+")


class Weak(ValueError):
    """The reason why a password is refused: `code` for a page, the sentence for the command line."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


def check(password: str, names: Iterable[str] = ()) -> None:
    """Raises Weak. `names` are those of the account, the bank and the branch, which a stranger tries first."""
    if len(password) < SHORTEST:
        raise Weak(
            "short",
            f"the password, a line on standard input, must have at least {SHORTEST} characters",
        )
    if len(password) > LONGEST:
        raise Weak("long", f"the password may have at most {LONGEST} characters")
    plain = password.casefold()
    if len(set(plain)) < 5 or _runs_along_keys(plain) or _is_common(plain):
        raise Weak("common", "the password is among those that are tried first: choose another")
    if _consists_of_names(plain, names):
        raise Weak("name", "the password is made of a name: choose another")


def _is_common(plain: str) -> bool:
    """Whether it is a word of the list, also repeated or with digits and signs around it."""
    words = _common()
    core = FILLER.sub("", plain)
    return plain in words or core in words or (len(core) > 0 and _unit(core) in words)


@cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _unit(text: str) -> str:
    """`abcabcabc` -> `abc`: the shortest text whose repetition is `text`."""
    return next(
        text[:n]
        for n in range(1, len(text) + 1)
        if len(text) % n == 0 and text[:n] * (len(text) // n) == text
    )


ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)


def _runs_along_keys(plain: str) -> bool:
    """Whether it consists of runs along the keyboard or the alphabet, each of four characters or more."""
    runs = [run for row in ROWS for run in (row * 2, row[::-1] * 2)]
    remaining = plain
    while remaining:
        step = next(
            (n for n in range(len(remaining), 3, -1) if any(remaining[:n] in run for run in runs)),
            0,
        )
        if not step:
            return False
        remaining = remaining[step:]
    return True


def _consists_of_names(plain: str, names: Iterable[str]) -> bool:
    """Whether fewer than OWN_PART letters remain when the names are removed; signs between their letters are
    ignored."""
    letters = FILLER.sub("", plain)
    remaining = letters
    for name in sorted({FILLER.sub("", name.casefold()) for name in names}, key=len, reverse=True):
        if len(name) > 1:
            remaining = remaining.replace(name, "")
    return remaining != letters and len(remaining) < OWN_PART
