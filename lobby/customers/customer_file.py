"""The customer file: a CSV with the header `key,tier`, and what Excel makes of one. A wrong line is named by its
number, never by its customer."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from lobby.branch.complaint import Complaint
from lobby.branch.model import Branch
from lobby.customers.reading import read
from lobby.texts import Text

ID = re.compile(r"[a-z][a-z_-]*")
SHOWN = 5
"""So many wrong lines are named; the rest is counted."""
EXACT = 15
"""So many digits a number in Excel has; those after them become zeros."""
ROUNDED = "digits after the 15th became zeros in Excel"
MANY = 5
"""So many cards of 16 digits end in 0 by chance once in a hundred thousand files."""

SPOILED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[0-9.,]+E\+?[0-9]+", re.I), "a number that Excel shortened, such as 1.38E+10"),
    (re.compile(r"=.*"), 'a formula, such as ="138..."'),
    (re.compile(r"[0-9]+[.,]0+"), "a number with decimals, such as 138....0"),
    (re.compile(r".*[*•●#?].*"), "a masked number"),
)
"""What a spreadsheet or an export makes of a key. Columns of keys must be formatted as text before they are filled."""


def read_directory(path: Path, tiers: Collection[str]) -> dict[str, str]:
    """Which key has which tier.

    Raises ValueError naming the lines that do not fit, never a customer; OSError when it cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _listed(path, csv.DictReader(file), tiers)
    except csv.Error as error:
        raise ValueError(f"{path}: no CSV: {error}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not in UTF-8; in Excel, save it as 'CSV UTF-8'") from error


def unreadable(branch: Branch) -> Iterator[Complaint]:
    """A customer file that the branch could not open with: a check for `read_branch`."""
    file = branch.directory.file
    if not file:
        return
    try:
        read_directory(Path(file), branch.tier)
    except (OSError, ValueError) as error:
        csv_file = Text("a CSV file with the columns key,tier")
        yield Complaint("directory.file", str(error), csv_file)


def _listed(path: Path, rows: csv.DictReader[str], tiers: Collection[str]) -> dict[str, str]:
    if not {"key", "tier"} <= set(rows.fieldnames or ()):
        raise ValueError(f"{path}: the first line must be key,tier")
    directory: dict[str, str] = {}
    wrong: list[str] = []
    for row in rows:
        key = row["key"] or ""
        tier = row["tier"] or ""
        if not key.strip() and not tier.strip():
            continue  # Excel keeps lines that were emptied
        spelled = directory_key(key)
        reason = (
            _strange_tier(tier, tiers) or _spoiled(key) or _contradicts(directory, spelled, tier)
        )
        if reason:
            wrong.append(f"{path}:{rows.line_num}: {reason}")
        directory[spelled] = tier
    if wrong:
        raise ValueError(_told(wrong))
    if _all_rounded(directory):
        raise ValueError(f"{path}: every card of 16 digits ends in 0: {ROUNDED}")
    return directory


def directory_key(text: str) -> str:
    """A listed key in the spelling that readings have."""
    return read(text).key or text.strip().upper()


def _strange_tier(tier: str, tiers: Collection[str]) -> str:
    if tier in tiers:
        return ""
    shown = f"tier {tier!r}" if ID.fullmatch(tier) else "the tier"
    return f"{shown} is none of {sorted(tiers)}"


def _spoiled(key: str) -> str:
    """Why no reader could ever read this key; empty where one could."""
    text = key.strip()
    if not text:
        return "no key"
    if unicodedata.normalize("NFKC", text) != text:
        return "a key in full-width characters"
    for form, reason in SPOILED:
        if form.fullmatch(text):
            return reason
    if _is_rounded(text):
        return ROUNDED
    return ""


def _is_rounded(text: str) -> bool:
    """Cards carry a check digit (Luhn), which a rounded number has by chance only."""
    lost = len(text) - EXACT
    return (
        text.isdecimal() and lost > 1 and text.endswith("0" * lost) and not _has_check_digit(text)
    )


def _all_rounded(keys: Iterable[str]) -> bool:
    """One card of 16 digits may well end in 0; all of many do not."""
    cards = [key for key in keys if len(key) == EXACT + 1 and key.isdecimal()]
    return len(cards) >= MANY and all(card.endswith("0") for card in cards)


def _has_check_digit(number: str) -> bool:
    doubled = (int(digit) * (1 + n % 2) for n, digit in enumerate(reversed(number)))
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def _contradicts(directory: dict[str, str], key: str, tier: str) -> str:
    if directory.get(key, tier) != tier:
        return "a key that stands before with another tier"
    return ""


def _told(wrong: Iterable[str]) -> str:
    first, *more = wrong
    rest = [
        *more[: SHOWN - 1],
        *([f"and {len(more) - SHOWN + 1} more"] if len(more) >= SHOWN else []),
    ]
    return "; ".join([first, *rest])
