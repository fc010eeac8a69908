"""What a reader read -> tier; and that nothing of it stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Clock, Desk
from hypothesis import given
from hypothesis import strategies as st

from lobby.branch import Branch
from lobby.house import House
from lobby.tiering import read_directory, sort_customer

CARD = "6226091234567890"


@pytest.mark.parametrize(
    ("customer", "tier", "rule"),
    [
        ("", "standard", "not_identified"),
        (CARD, "wealth", "card 622609"),
        (f";{CARD}=25121011000012300000?", "wealth", "card 622609"),
        (f"%B{CARD}^LI/SI^2512101?;{CARD}=2512?", "wealth", "card 622609"),
        ("6226 1812 3456 7890", "private", "card 622618"),
        ("HMG-000123", "gold", "member HMG"),
        ("https://member.example.com/hmp-77", "private", "member HMP"),
        (";62260", "standard", "not_recognised"),
        ("4000001234567890", "standard", "not_recognised"),
    ],
)
def test_what_was_read_gives_the_tier(branch: Branch, customer: str, tier: str, rule: str) -> None:
    found = sort_customer(branch, {}, customer)
    assert (found.tier, found.rule) == (tier, rule)


def test_the_directory_goes_first(branch: Branch, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(f"key,tier\n{CARD},private\nvip-1,gold\n")
    directory = read_directory(file, branch.tier)
    assert sort_customer(branch, directory, f";{CARD}=2512?").tier == "private"
    assert sort_customer(branch, directory, "VIP-1").rule == "directory"


def test_a_directory_with_an_unknown_tier_names_the_line(branch: Branch, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("key,tier\n1234,gold\n5678,platinum\n")
    with pytest.raises(ValueError, match=r"customers.csv:3: tier 'platinum'"):
        read_directory(file, branch.tier)


@given(st.text(max_size=300))
def test_no_noise_breaks_the_reader(branch: Branch, noise: str) -> None:
    assert sort_customer(branch, {}, noise).tier in branch.tier


def test_special_needs_go_to_the_green_channel(desk: Desk) -> None:
    assert desk.issue("cash", needs=["disabled"])["area"] == "barrier_free"
    assert desk.issue("cash")["area"] == "hall"
    assert desk.issue("cash", customer=CARD)["area"] == "priority"


def test_nothing_of_a_card_stays_anywhere(desk: Desk, house: House, clock: Clock) -> None:
    desk.issue("cash", customer=f";{CARD}=25121011000012300000?")
    desk.issue("cash", customer="HMW-SECRET-77")
    for file in house.data.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert CARD.encode() not in content
            assert b"SECRET-77" not in content
            assert CARD[6:].encode() not in content
