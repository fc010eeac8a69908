"""What a reader read -> what was shown -> tier; and that nothing of it stays."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from conftest import Clock, Desk
from hypothesis import given
from hypothesis import strategies as st

from lobby.branch.model import Branch
from lobby.customers.reading import Kind, read
from lobby.customers.tiering import RULES, recognise, rule_words
from lobby.engine.runtime import BranchRuntime

CARD = "6226091234567890"
TOKEN = "Xq3v_9aZk"


class Nobody:
    """A directory that lists no one."""

    def tier_of(self, key: str) -> str | None:
        return None


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
        (";62260", "standard", "unreadable"),
        ("4000001234567890", "standard", "not_recognised"),
        ("13912345678", "standard", "not_recognised"),
        (f"https://lobby.example.com/4403/t/{TOKEN}", "standard", "not_recognised"),
    ],
)
def test_what_was_read_gives_the_tier(branch: Branch, customer: str, tier: str, rule: str) -> None:
    found = recognise(branch, Nobody(), customer)
    assert (found.tier, found.rule) == (tier, rule)
    assert rule_words(found.rule, "zh")


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        (f";{CARD}=2512101?", "card", CARD),
        (f"xx;{CARD}=2512101?yy", "card", CARD),
        (f"%E?;{CARD}=2512101?", "card", CARD),
        (f"%B{CARD}^LI/SI^2512101?", "card", CARD),
        ("%B6226 0912 3456 7890^LI/SI^2512101?", "card", CARD),
        (f"%E?;E?+99{CARD}==1561000000?", "card", CARD),
        (f";{CARD}D25121010000?", "card", CARD),
        (f"{CARD}=25121010000", "card", CARD),
        ("6226-0912-3456-7890", "card", CARD),
        (f"\x02{CARD}\r", "card", CARD),
        (f";{CARD}=2512", "unreadable", ""),
        (f";{CARD[:9]}", "unreadable", ""),
        (f"%B{CARD}^LI/SI", "unreadable", ""),
        ("%E?;E?", "unreadable", ""),
        (";E?", "unreadable", ""),
        ("+E?", "unreadable", ""),
        ("622609", "appointment", "622609"),
        ("6226091", "unreadable", "6226091"),
        (CARD * 2, "unreadable", ""),
        ("13912345678", "phone", "13912345678"),
        ("+86 139-1234-5678", "phone", "13912345678"),
        ("0086 13912345678", "phone", "13912345678"),
        ("12912345678", "unreadable", "12912345678"),
        ("hmg-000123", "member", "HMG-000123"),
        ("https://m.example.com/c?code=hmg-1", "member", "HMG-1"),
        ("https://m.example.com/HMG-1/", "member", "HMG-1"),
        (f"https://any.host/4403/t/{TOKEN}", "ticket", TOKEN),
        (f"http://10.0.0.3:8000/4403/f/{TOKEN}?lang=en", "ticket", TOKEN),
        (f"https://any.host/4403/f/{TOKEN}".swapcase(), "ticket", TOKEN),
        ("123 456", "appointment", "123456"),
        (f"https://any.host/4403/a/{TOKEN}", "appointment", TOKEN),
        ("你好", "unreadable", ""),
    ],
)
def test_what_was_shown_is_told_apart(typed: str, kind: str, value: str) -> None:
    found = read(typed)
    assert (found.kind.value, found.value) == (kind, value)


noise = st.text(max_size=300)
swipes = st.from_regex(r"[;%+]?[B]?[0-9E]{0,22}[=^?]?[0-9]{0,20}\??", fullmatch=True)


@given(noise | swipes)
def test_no_noise_breaks_the_reader(branch: Branch, text: str) -> None:
    assert recognise(branch, Nobody(), text).tier in branch.tier


@given(
    st.from_regex(r"[0-9]{12,19}", fullmatch=True),
    st.text(st.characters(exclude_characters=";%+?="), max_size=30),
)
def test_a_second_track_is_read_whatever_surrounds_it(number: str, around: str) -> None:
    found = read(f"{around};{number}=25121010000?{around}")
    assert found.kind is Kind.CARD
    assert found.value == number or number == f"99{found.value}"


@given(
    st.from_regex(r"[0-9]{12,19}", fullmatch=True),
    st.sampled_from([";{}=2512?", "%B{}^A^2512?", "{}", ";{}", "x{}x"]),
)
def test_no_card_number_comes_out_but_as_kind_and_tier(
    branch: Branch, number: str, form: str
) -> None:
    typed = form.format(number)
    shown = read(typed)
    found = recognise(branch, Nobody(), typed)
    assert number not in repr(shown)
    assert not re.search(r"\d{9}", found.rule)


def test_a_rule_as_long_as_a_number_is_not_kept_whole(branch: Branch) -> None:
    own = replace(branch.tiers[1], card_prefixes=(CARD,))
    found = recognise(replace(branch, tiers=(branch.tiers[0], own)), Nobody(), CARD)
    assert (found.tier, found.rule) == (own.id, "card 62260912")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("rule", RULES)
def test_every_rule_can_be_said(rule: str, lang: str) -> None:
    assert rule_words(f"{rule} 622588", lang)


def test_special_needs_go_to_the_green_channel(desk: Desk) -> None:
    assert desk.issue("cash", needs=["disabled"])["area"] == "barrier_free"
    assert desk.issue("cash")["area"] == "hall"
    assert desk.issue("cash", customer=CARD)["area"] == "priority"


def test_nothing_of_a_card_stays_anywhere(desk: Desk, runtime: BranchRuntime, clock: Clock) -> None:
    desk.issue("cash", customer=f";{CARD}=25121011000012300000?")
    desk.issue("cash", customer="HMW-SECRET-77")
    desk.issue("cash", customer="+86 139 8765 4321")
    for file in runtime.data.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert CARD.encode() not in content
            assert b"SECRET-77" not in content
            assert CARD[6:].encode() not in content
            assert b"87654321" not in content
