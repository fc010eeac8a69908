"""A reader is a keyboard: whatever stands between it and the page, the same thing was shown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lobby.branch.model import Branch
from lobby.customers.reading import CHECK_DIGITS, WEIGHTS, Kind, read
from lobby.customers.tiering import recognise

WIDE = {ord(c): ord(c) + 0xFEE0 for c in map(chr, range(0x21, 0x7F))}
TOKEN = "[A-Za-z0-9_-]{9}"

tickets = st.builds(
    "https://{}/4403/{}/{}".format,
    st.sampled_from(["lobby.example.com", "10.0.0.3:8000"]),
    st.sampled_from("tf"),
    st.from_regex(TOKEN, fullmatch=True),
)
appointments = st.builds(
    "https://lobby.example.com/4403/a/{}".format, st.from_regex(TOKEN, fullmatch=True)
)
cards = st.from_regex(r";62[0-9]{14}=2[0-9]{3}101[0-9]{0,9}\?", fullmatch=True)
members = st.from_regex(r"HM[A-Z]-[0-9]{3,8}", fullmatch=True)
phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


def with_check(body: str) -> str:
    remainder = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11
    return body + CHECK_DIGITS[remainder]


regions = st.sampled_from(["110105", "622622", "310101", "650104", "830000", "911124"])
birthdays = st.dates(date(1900, 1, 1), date(2099, 12, 31)).map("{:%Y%m%d}".format)
identities = st.builds(
    lambda region, day, order: with_check(f"{region}{day}{order:03}"),
    regions,
    birthdays,
    st.integers(0, 999),
)
shown = tickets | appointments | cards | members | phones | identities


@given(shown)
def test_caps_lock_turns_letters_round_and_loses_nothing(text: str) -> None:
    assert read(text.swapcase()) == read(text)


@given(shown)
def test_full_width_signs_of_an_input_method_are_read_as_the_narrow_ones(text: str) -> None:
    assert read(text.translate(WIDE)) == read(text)


@given(shown.filter(lambda text: "^" not in text))
def test_an_input_methods_own_marks_are_read_as_what_the_reader_typed(text: str) -> None:
    assert read(text.replace("/", "、").replace("_", "——")) == read(text)


@given(
    shown,
    st.from_regex(r"\][A-Zc-z][0-9]", fullmatch=True),
    st.sampled_from(["", "\r", "\n", "\r\n", "\t"]),
)
def test_what_a_reader_puts_around_is_no_part_of_what_was_shown(
    text: str, aim: str, end: str
) -> None:
    assert read(f"{aim}{text}{end}") == read(text)


@given(identities)
def test_an_identity_number_is_no_bank_card(branch: Branch, number: str) -> None:
    assert (read(number).kind, read(number).value) == (Kind.IDENTITY, number)
    assert read(f"{number[:6]} {number[6:14]} {number[14:].lower()}") == read(number)
    assert number not in repr(read(number))


@given(identities, st.integers(0, 17), st.integers(1, 9))
def test_a_digit_misread_makes_it_another_kind(number: str, place: int, other: int) -> None:
    """GB 11643 finds every single wrong digit."""
    assume(number[place] != "X")
    wrong = str((int(number[place]) + other) % 10)
    assert read(number[:place] + wrong + number[place + 1 :]).kind is not Kind.IDENTITY


class Lists:
    """A directory that gives everyone the same answer."""

    def __init__(self, tier: str | None) -> None:
        self.tier = tier

    def tier_of(self, key: str) -> str | None:
        return self.tier


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("622622199001011238", "identity"),
        ("622622199013011230", "card"),  # no thirteenth month: a card of eighteen digits
        ("6226221990010112", "card"),
        ("11010519491231002X", "identity"),  # the standard's own example
        ("110105194912310021", "card"),  # its check digit does not fit
        ("110105194912310X21", "member"),
    ],
)
def test_what_begins_like_a_card_is_told_from_one(number: str, kind: str) -> None:
    assert read(number).kind.value == kind


def test_no_prefix_of_cards_or_members_fits_an_identity_number(branch: Branch) -> None:
    prefixes = [prefix for tier in branch.tiers for prefix in tier.card_prefixes]
    number = with_check("62260919900101123")
    assert any(number.startswith(prefix) for prefix in prefixes)
    assert recognise(branch, Lists(None), number).rule == "not_recognised"


def test_the_banks_own_directory_may_know_it(branch: Branch) -> None:
    assert recognise(branch, Lists("gold"), with_check("62262219900101123")).tier == "gold"


@given(st.text(max_size=300))
def test_reading_is_stable(text: str) -> None:
    found = read(text)
    if found.value and found.kind is not Kind.APPOINTMENT:
        assert read(found.value) == found
