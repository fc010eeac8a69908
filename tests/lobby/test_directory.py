"""The customer directory: a file that changes, and a real server on loopback: quick, slow, broken, lying."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk
from crm import STALLED_S, Crm, drip, stall

from lobby.branch.model import Branch
from lobby.branch.rules import Directory
from lobby.customers.customer_file import read_directory
from lobby.customers.directory import CACHE_MAX, CHECK_S, FAILED_S, FAILURES, REST_S, Customers
from lobby.customers.tiering import recognise
from lobby.engine.runtime import BranchRuntime, open_branch

CARD = "6226091234567890"
PHONE = "13987654321"
SECRET = b"s" * 32


class Ticks:
    """Monotonic seconds that the test adds to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def customers(branch: Branch, crm: Crm, ticks: Ticks) -> Customers:
    return Customers(Directory(url=crm.url, timeout_s=0.3), branch.tier, SECRET, ticks)


def figures(customers: Customers) -> dict[str, int]:
    assert customers.asked
    return dict(customers.asked.figures)


# -- the file -----------------------------------------------------------------------------------------
@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "customers.csv"
    file.write_text(f"key,tier\n{CARD},private\nvip-1,gold\n+86 139-8765-4321,wealth\n123456,gold\n")
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
def test_a_listed_customer_is_found_however_it_is_written(branch: Branch, file: Path, customer: str, tier: str) -> None:
    found = recognise(branch, Customers(Directory(file=str(file)), branch.tier, SECRET), customer)
    assert (found.tier, found.rule) == (tier, "directory")


def test_a_changed_file_is_taken_in_and_a_bad_one_is_not(
    branch: Branch, file: Path, ticks: Ticks, caplog: pytest.LogCaptureFixture
) -> None:
    customers = Customers(Directory(file=str(file)), branch.tier, SECRET, ticks)
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


# -- over HTTP ----------------------------------------------------------------------------------------
def test_who_is_listed_is_asked_for_once_and_remembered(crm: Crm, customers: Customers, ticks: Ticks) -> None:
    crm.lists("gold")
    assert [customers.tier_of("A/B 1"), customers.tier_of("A/B 1")] == ["gold", "gold"]
    assert crm.asked == [("A/B 1", None)]
    assert crm.addresses == {"/tier?of=lobby"}
    ticks.now += 601
    crm.lists("private")
    assert customers.tier_of("A/B 1") == "private"
    assert figures(customers) == {"found": 2, "kept": 1}


def test_who_is_not_listed_is_remembered_too(crm: Crm, customers: Customers) -> None:
    assert [customers.tier_of(CARD), customers.tier_of(CARD)] == [None, None]
    assert len(crm.asked) == 1
    crm.answer = (200, b'{"tier": null}')
    assert customers.tier_of(PHONE) is None
    assert figures(customers) == {"not_listed": 2, "kept": 1}


def test_the_token_comes_from_its_file(branch: Branch, crm: Crm, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("abc\n")
    config = Directory(url=crm.url, token_file=str(token))
    Customers(config, branch.tier, SECRET).tier_of(CARD)
    assert crm.asked[0][1] == "Bearer abc"


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


@pytest.mark.parametrize(
    "answer",
    [
        stall,
        drip,
        hang_up,
        (500, b""),
        (302, b""),
        (401, b'{"tier": "gold"}'),
        (200, b"<html>"),
        (200, b"[" * 4000),
        (200, b'{"tier": "emperor"}'),
        (200, b'{"tier": ["gold"]}'),
        (200, b'{"level": "gold"}'),
        (200, b'{"tier": "gold"' + b" " * 5000 + b"}"),
    ],
)
def test_a_slow_broken_or_lying_directory_costs_its_time_at_most_and_prefixes_decide(
    branch: Branch, crm: Crm, customers: Customers, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    crm.answer = answer
    since = time.monotonic()
    found = recognise(branch, customers, CARD)
    assert time.monotonic() - since < STALLED_S
    assert (found.tier, found.rule) == ("wealth", "card 622609")
    assert recognise(branch, customers, CARD).tier == "wealth"
    assert len(crm.asked) == 1, "nobody waits twice"
    assert figures(customers) == {"failed": 1, "kept": 1}
    assert CARD not in caplog.text


def test_a_directory_that_fails_again_and_again_is_left_alone_for_a_while(
    branch: Branch, crm: Crm, customers: Customers, ticks: Ticks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    crm.answer = (500, b"")
    found = [recognise(branch, customers, f"VIP-{n}") for n in range(FAILURES + 2)]
    assert {(one.tier, one.rule) for one in found} == {("standard", "no_answer")}
    assert len(crm.asked) == FAILURES
    assert figures(customers) == {"failed": FAILURES, "resting": 2}
    assert "gives no answer (status 500)" in caplog.text
    crm.lists("gold")
    ticks.now += REST_S + FAILED_S
    assert customers.tier_of("VIP-0") == "gold"
    assert "answers again" in caplog.text
    assert "VIP-" not in caplog.text


def test_a_host_without_a_name_or_a_line_is_a_failure_like_others(branch: Branch) -> None:
    for host in ("no-such-host.invalid", "127.0.0.1:9"):
        customers = Customers(Directory(url=f"http://{host}/tier", timeout_s=0.3), branch.tier, SECRET)
        assert recognise(branch, customers, CARD).rule == "card 622609"


def test_who_wants_the_same_at_once_waits_for_one_answer(crm: Crm, customers: Customers) -> None:
    def slowly(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.1)
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b'{"tier": "gold"}')

    crm.answer = slowly
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(customers.tier_of, [CARD] * 8)) == {"gold"}
    assert len(crm.asked) == 1


def test_what_is_remembered_is_bounded_and_names_nobody(crm: Crm, customers: Customers) -> None:
    asked: Any = customers.asked
    for n in range(CACHE_MAX + 10):
        asked._keep(n.to_bytes(4), None, 600)
    assert len(asked._kept) == CACHE_MAX
    customers.tier_of(CARD)
    assert not any(CARD.encode() in mark for mark in asked._kept)


def test_the_file_goes_before_the_line(branch: Branch, crm: Crm, file: Path) -> None:
    customers = Customers(Directory(file=str(file), url=crm.url), branch.tier, SECRET)
    crm.lists("gold")
    assert customers.tier_of(CARD) == "private"
    assert not crm.asked
    assert customers.tier_of("VIP-2") == "gold"


def test_nothing_of_who_was_looked_up_stays_anywhere(
    branch: Branch, crm: Crm, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    runtime: BranchRuntime = open_branch(
        replace(branch, directory=Directory(url=crm.url)), tmp_path, "http://l.test", clock
    )
    answers: list[Callable[[], None]] = [lambda: crm.lists("private"), lambda: setattr(crm, "answer", hang_up)]
    for n, answer in enumerate(answers):
        answer()
        Desk(runtime).issue(customer=f";{CARD[:-1]}{n}=2512?")
        Desk(runtime).issue(customer=f"{PHONE[:-1]}{n}")
        Desk(runtime).issue(customer=f"HMG-SECRET-7{n}")
    runtime.close()
    content = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()) + caplog.text.encode()
    for trace in (CARD[6:-1], PHONE[3:-1], "SECRET-7"):
        assert trace.encode() not in content
