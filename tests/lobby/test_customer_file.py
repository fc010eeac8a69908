"""The customer file as Excel writes it: what no reader could ever read is refused by its line, without its customer."""

from __future__ import annotations

from pathlib import Path

import pytest

from lobby.customers.customer_file import read_directory

TIERS = ("standard", "gold", "wealth")


def file_of(folder: Path, *lines: str, encoding: str = "utf-8-sig") -> Path:
    file = folder / "customers.csv"
    file.write_text("\r\n".join(["key,tier", *lines]), encoding=encoding)
    return file


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("1.39E+10", "shortened"),
        ("6.22588E+15", "shortened"),
        ('"=""13800138000"""', "formula"),
        ("13800138000.0", "decimals"),
        ("１３８００１３８０００", "full-width"),
        ("622588******1234", "masked"),
        ("6225881234567890000", "after the 15th"),
        ("", "no key"),
    ],
)
def test_a_key_that_excel_spoiled_is_refused_by_its_line(
    tmp_path: Path, key: str, reason: str
) -> None:
    file = file_of(tmp_path, "13900139000,gold", f"{key},gold")
    with pytest.raises(ValueError, match=reason) as refused:
        read_directory(file, TIERS)
    assert f"{file}:3: " in str(refused.value)
    assert not key or key not in str(refused.value)


def test_a_card_that_ends_in_zeros_by_itself_is_taken(tmp_path: Path) -> None:
    """Its check digit is right, which a rounded number's is by chance only."""
    good = next(card for n in range(1000) if _luhn(card := f"62258800000{n:04d}00"))
    assert read_directory(file_of(tmp_path, f"{good},gold"), TIERS) == {good: "gold"}


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in number]
    odd = digits[-1::-2]
    even = digits[-2::-2]
    return (sum(odd) + sum(sum(divmod(2 * digit, 10)) for digit in even)) % 10 == 0


def test_one_key_with_two_tiers_is_refused_and_twice_the_same_is_not(tmp_path: Path) -> None:
    assert len(read_directory(file_of(tmp_path, "HMG001,gold", "hmg001,gold"), TIERS)) == 1
    with pytest.raises(ValueError, match=r":3: a key that stands before with another tier"):
        read_directory(file_of(tmp_path, "HMG001,gold", "hmg001,wealth"), TIERS)


def test_all_wrong_lines_are_told_and_many_are_counted(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r":2: .*; .*:6: .*and 5 more"):
        read_directory(file_of(tmp_path, *["1.38E+10,gold"] * 10), TIERS)


def test_lines_that_were_emptied_in_excel_are_no_customers(tmp_path: Path) -> None:
    assert read_directory(file_of(tmp_path, "13800138000,gold", ",", " , "), TIERS) == {
        "13800138000": "gold"
    }


def test_another_encoding_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="CSV UTF-8"):
        read_directory(file_of(tmp_path, "会员,gold", encoding="gb18030"), TIERS)


def test_cards_of_16_digits_that_all_end_in_0_are_refused_together(tmp_path: Path) -> None:
    lines = [f"62258800000{n:04d}0,gold" for n in range(1, 6)]
    assert len(read_directory(file_of(tmp_path, *lines[:4]), TIERS)) == 4
    with pytest.raises(ValueError, match="every card of 16 digits ends in 0"):
        read_directory(file_of(tmp_path, *lines), TIERS)
