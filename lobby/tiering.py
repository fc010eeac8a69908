"""What the kiosk learned about a customer -> tier and area. Identity ends here: nothing is kept."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lobby.branch import Branch, Name, Tier

CARD_NUMBER = re.compile(r"\d{12,19}")
MEMBER_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{3,31}")


@dataclass(frozen=True)
class Sorted:
    """The tier found and the rule that found it, which may be shown to the customer."""

    tier: str
    rule: str


def card_number(text: str) -> str | None:
    """The card number in what a magnetic-stripe or chip reader typed: `;6225..=2512..?`, `%B6225..^`,
    or bare digits with spaces. None for a half-read swipe."""
    found = CARD_NUMBER.search(text.replace(" ", ""))
    return found.group() if found else None


def member_code(text: str) -> str | None:
    """The membership code in what a QR reader typed, on its own or at the end of a link."""
    found = MEMBER_CODE.fullmatch(text.strip().upper().rsplit("/", 1)[-1])
    return found.group() if found else None


def read_directory(path: Path, tiers: Iterable[str]) -> dict[str, str]:
    """The customer directory: a CSV with the header `key,tier`.

    Raises ValueError naming the line that does not fit, OSError when the file cannot be read.
    """
    known, directory = set(tiers), {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if not {"key", "tier"} <= set(rows.fieldnames or ()):
            raise ValueError(f"{path}: the first line must be key,tier; found {rows.fieldnames}")
        for row in rows:
            if row["tier"] not in known:
                raise ValueError(f"{path}:{rows.line_num}: tier {row['tier']!r} is none of {sorted(known)}")
            directory[_key(row["key"])] = row["tier"]
    return directory


def _key(text: str) -> str:
    return card_number(text) or member_code(text) or text.strip().upper()


def sort_customer(branch: Branch, directory: Mapping[str, str], customer: str) -> Sorted:
    """The tier of who was identified by `customer`, the text a reader read (empty: nobody was)."""
    if not customer.strip():
        return Sorted(branch.standard_tier.id, "not_identified")
    if tier := directory.get(_key(customer)):
        return Sorted(tier, "directory")
    card, member = card_number(customer), member_code(customer)
    by_card = _longest(branch, card, [(t, p) for t in branch.tiers for p in t.card_prefixes])
    by_member = _longest(branch, member, [(t, p) for t in branch.tiers for p in t.member_prefixes])
    if card and by_card:
        return Sorted(by_card[0].id, f"card {by_card[1]}")
    if by_member:
        return Sorted(by_member[0].id, f"member {by_member[1]}")
    return Sorted(branch.standard_tier.id, "not_recognised")


def _longest(branch: Branch, text: str | None, rules: list[tuple[Tier, str]]) -> tuple[Tier, str] | None:
    fitting = [(t, p) for t, p in rules if text and text.startswith(p)]
    return max(fitting, key=lambda rule: len(rule[1]), default=None)


def area_for(branch: Branch, service: str, tier: str, needs: Iterable[str]) -> str:
    """The area a customer waits in: the green channel's for special needs, else the tier's own, where
    a counter there serves the business; else the service's."""
    wished = [a.id for a in branch.areas if a.green] if tuple(needs) else []
    if own := branch.tier[tier].area:
        wished.append(own)
    for area in wished:
        if served_in(branch, area, service, tier):
            return area
    return branch.service[service].area


def served_in(branch: Branch, area: str, service: str, tier: str) -> bool:
    """Whether any counter of the branch may serve this line."""
    return bool(branch.desks(service, tier, area))


def rule_words(rule: str, lang: str) -> str:
    """How the tier was found, for staff."""
    kind, _, detail = rule.partition(" ")
    return RULES[kind].in_(lang).format(detail=detail)


def why(branch: Branch, tier_rule: str, needs: Iterable[str], area: str, lang: str) -> str:
    """Why the customer waits in that area, in words for the customer: without ranks."""
    if tuple(needs) and branch.area[area].green:
        return GREEN.in_(lang)
    return SHOWN[tier_rule.partition(" ")[0]].in_(lang)


RULES: Mapping[str, Name] = {
    "not_identified": Name("未识别身份", "not identified"),
    "not_recognised": Name("卡或码不在规则内", "card or code fits no rule"),
    "directory": Name("客户名录", "the customer directory"),
    "card": Name("卡号前缀 {detail}", "card prefix {detail}"),
    "member": Name("会员码前缀 {detail}", "member code prefix {detail}"),
    "staff": Name("员工指定", "given by staff"),
    "manager": Name("大堂经理更正:{detail}", "corrected by the lobby manager: {detail}"),
}
GREEN = Name("按您的需要走绿色通道", "You go through the green channel, as you need")
BY_BUSINESS = Name("按您要办的业务安排", "By the business you came for")
BY_CARD = Name("按您出示的卡或会员码安排", "By the card or code that you showed")
BY_STAFF = Name("由大堂经理安排", "Arranged by the lobby manager")
TO_CUSTOMERS = (GREEN, BY_BUSINESS, BY_CARD, BY_STAFF)
SHOWN: Mapping[str, Name] = {
    "not_identified": BY_BUSINESS,
    "not_recognised": BY_BUSINESS,
    "directory": BY_CARD,
    "card": BY_CARD,
    "member": BY_CARD,
    "staff": BY_STAFF,
    "manager": BY_STAFF,
}
