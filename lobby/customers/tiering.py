"""What the kiosk learned about a customer -> tier. Identity ends here: nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from lobby.branch.model import Branch, Tier
from lobby.customers.reading import Kind, Reading, read
from lobby.texts import Text

PREFIX_SHOWN = 8
"""Of a prefix so much is kept as the rule: one as long as a number would be that number."""


@dataclass(frozen=True)
class TierAssignment:
    """The tier found and the rule that found it, which may be shown to the customer."""

    tier: str
    rule: str


class LookupFailed(Exception):
    """The directory did not say, in time and in its form."""


class Directory(Protocol):
    """Who is listed with a tier."""

    def tier_of(self, key: str) -> str | None:
        """None for who is not listed. Raises LookupFailed."""


def recognise(branch: Branch, directory: Directory, customer: str) -> TierAssignment:
    """The tier of who was identified by `customer`, the text a reader read (empty: nobody was)."""
    if not customer.strip():
        return nobody(branch)
    reading = read(customer)
    rule = "not_recognised"
    if reading.kind is Kind.UNREADABLE:
        rule = "unreadable"
    try:
        if reading.key and (tier := directory.tier_of(reading.key)):
            return TierAssignment(tier, "directory")
    except LookupFailed:
        rule = "no_answer"
    return _by_prefix(branch, reading) or TierAssignment(branch.standard_tier.id, rule)


def _by_prefix(branch: Branch, reading: Reading) -> TierAssignment | None:
    if reading.kind is Kind.IDENTITY:
        return None  # its first digits are a region, not a bank's product
    if reading.kind is Kind.CARD:
        kind = "card"
        prefixes = [(t, p) for t in branch.tiers for p in t.card_prefixes]
    else:
        kind = "member"
        prefixes = [(t, p) for t in branch.tiers for p in t.member_prefixes]
    match = _longest(reading.key, prefixes)
    return TierAssignment(match[0].id, f"{kind} {match[1][:PREFIX_SHOWN]}") if match else None


def nobody(branch: Branch) -> TierAssignment:
    """Of who did not identify."""
    return TierAssignment(branch.standard_tier.id, "not_identified")


def _longest(text: str, rules: list[tuple[Tier, str]]) -> tuple[Tier, str] | None:
    fitting = [(t, p) for t, p in rules if text.startswith(p)]
    return max(fitting, key=lambda rule: len(rule[1]), default=None)


def rule_words(rule: str, lang: str) -> str:
    """How the tier was found, for staff."""
    kind, _, detail = rule.partition(" ")
    return RULES[kind].in_(lang).format(detail=detail)


def why(branch: Branch, tier_rule: str, needs: Iterable[str], area: str) -> Text:
    """Why the customer waits in that area, in words for the customer: without ranks."""
    if tuple(needs) and branch.area[area].green:
        return GREEN
    return SHOWN[tier_rule.partition(" ")[0]]


RULES: Mapping[str, Text] = {
    "not_identified": Text("not identified"),
    "not_recognised": Text("no rule for the card or code shown"),
    "unreadable": Text("card or code could not be read"),
    "no_answer": Text("the customer directory gave no answer, and no prefix fits"),
    "directory": Text("the customer directory"),
    "card": Text("card prefix {detail}"),
    "member": Text("member code prefix {detail}"),
    "staff": Text("given by staff"),
    "manager": Text("corrected by the lobby manager: {detail}"),
}
CORRECTED = Text("corrected by the lobby manager")
"""For who may not read the reason."""
GREEN = Text("You go through the green channel because of your need")
BY_BUSINESS = Text("By the business you came for")
BY_CARD = Text("By the card, code or phone number that you showed")
BY_STAFF = Text("Arranged by the lobby manager")
TO_CUSTOMERS = (GREEN, BY_BUSINESS, BY_CARD, BY_STAFF)
SHOWN: Mapping[str, Text] = {
    "not_identified": BY_BUSINESS,
    "not_recognised": BY_BUSINESS,
    "unreadable": BY_BUSINESS,
    "no_answer": BY_BUSINESS,
    "directory": BY_CARD,
    "card": BY_CARD,
    "member": BY_CARD,
    "staff": BY_STAFF,
    "manager": BY_STAFF,
}
