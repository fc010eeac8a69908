"""The customer directory's file, and its port to another system."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Ticks

from lobby.branch.model import Branch
from lobby.customers.customer_file import read_directory
from lobby.customers.directory import CHECK_S, Customers, FileDirectory
from lobby.customers.tiering import recognise

CARD = "6226091234567890"
PHONE = "13987654321"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "customers.csv"
    file.write_text(
        f"key,tier\n{CARD},private\nvip-1,gold\n+86 139-8765-4321,wealth\n123456,gold\n"
    )
    return file


@pytest.mark.parametrize(
    ("customer", "tier"),
    [
        (f";{CARD}=2512?", "private"),
        ("VIP-1", "gold"),
        ("https://m.bank/vip-1", "gold"),
        (PHONE, "wealth"),
        ("123456", "gold"),
    ],
)
def test_a_listed_customer_is_found_however_it_is_written(
    branch: Branch, file: Path, customer: str, tier: str
) -> None:
    found = recognise(branch, Customers(FileDirectory(file, branch.tier), None), customer)
    assert (found.tier, found.rule) == (tier, "directory")


def test_a_changed_file_is_taken_in_and_a_bad_one_is_not(
    branch: Branch, file: Path, ticks: Ticks, caplog: pytest.LogCaptureFixture
) -> None:
    customers = FileDirectory(file, branch.tier, ticks)
    file.write_text("key,tier\nvip-1,private\nvip-2,gold\n")
    assert customers.tier_of("VIP-1") == "gold"
    ticks.now += CHECK_S
    assert customers.tier_of("VIP-1") == "private"
    file.write_text(f"key,tier\nvip-1,gold\nvip-3,{CARD}\n")
    ticks.now += CHECK_S
    assert customers.tier_of("VIP-1") == "private"
    assert "customers.csv:3" in caplog.text
    assert CARD not in caplog.text
    file.unlink()
    ticks.now += CHECK_S
    assert customers.tier_of("VIP-2") == "gold"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key,tier\n1234,gold\n5678,platinum\n", r"customers.csv:3: tier 'platinum' is none of"),
        (f"{CARD},gold\n", "the first line must be key,tier$"),
        (f"key,tier\ngold,{CARD}\n", "customers.csv:2: the tier is none of"),
        ("key,tier\n1234\n", "customers.csv:2: the tier"),
    ],
)
def test_a_file_that_does_not_fit_names_the_line_and_no_customer(
    branch: Branch, tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(text)
    with pytest.raises(ValueError, match=said) as refused:
        read_directory(file, branch.tier)
    assert CARD not in str(refused.value)
