"""The customer directory over HTTP: a real server on loopback, quick, slow, broken, lying."""

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
from conftest import Clock, Desk, Ticks
from crm import STALLED_S, Crm, drip, stall

from integrations.customer_directory import CACHE_MAX, FAILED_S, FAILURES, REST_S, CustomerDirectory
from lobby.branch.model import Branch
from lobby.branch.rules import Directory
from lobby.customers.directory import Customers, FileDirectory
from lobby.customers.tiering import recognise
from lobby.engine.runtime import BranchRuntime, open_branch

CARD = "6226091234567890"
PHONE = "13987654321"
SECRET = b"s" * 32


@pytest.fixture
def customers(branch: Branch, crm: Crm, ticks: Ticks) -> CustomerDirectory:
    return CustomerDirectory(Directory(url=crm.url, timeout_s=0.3), branch.tier, SECRET, ticks)


def test_who_is_listed_is_asked_for_once_and_remembered(
    crm: Crm, customers: CustomerDirectory, ticks: Ticks
) -> None:
    crm.lists("gold")
    assert [customers.tier_of("A/B 1"), customers.tier_of("A/B 1")] == ["gold", "gold"]
    assert crm.asked == [("A/B 1", None)]
    assert crm.addresses == {"/tier?of=lobby"}
    ticks.now += 601
    crm.lists("private")
    assert customers.tier_of("A/B 1") == "private"
    assert dict(customers.figures) == {"found": 2, "kept": 1}


def test_who_is_not_listed_is_remembered_too(crm: Crm, customers: CustomerDirectory) -> None:
    assert [customers.tier_of(CARD), customers.tier_of(CARD)] == [None, None]
    assert len(crm.asked) == 1
    crm.answer = (200, b'{"tier": null}')
    assert customers.tier_of(PHONE) is None
    assert dict(customers.figures) == {"not_listed": 2, "kept": 1}


def test_the_token_comes_from_its_file(branch: Branch, crm: Crm, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("abc\n")
    config = Directory(url=crm.url, token_file=str(token))
    CustomerDirectory(config, branch.tier, SECRET).tier_of(CARD)
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
    branch: Branch,
    crm: Crm,
    customers: CustomerDirectory,
    answer: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    crm.answer = answer
    since = time.monotonic()
    found = recognise(branch, customers, CARD)
    assert time.monotonic() - since < STALLED_S
    assert (found.tier, found.rule) == ("wealth", "card 622609")
    assert recognise(branch, customers, CARD).tier == "wealth"
    assert len(crm.asked) == 1, "nobody waits twice"
    assert dict(customers.figures) == {"failed": 1, "kept": 1}
    assert CARD not in caplog.text


def test_a_directory_that_fails_again_and_again_is_left_alone_for_a_while(
    branch: Branch,
    crm: Crm,
    customers: CustomerDirectory,
    ticks: Ticks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    crm.answer = (500, b"")
    found = [recognise(branch, customers, f"VIP-{n}") for n in range(FAILURES + 2)]
    assert {(one.tier, one.rule) for one in found} == {("standard", "no_answer")}
    assert len(crm.asked) == FAILURES
    assert dict(customers.figures) == {"failed": FAILURES, "resting": 2}
    assert "gives no answer (status 500)" in caplog.text
    crm.lists("gold")
    ticks.now += REST_S + FAILED_S
    assert customers.tier_of("VIP-0") == "gold"
    assert "answers again" in caplog.text
    assert "VIP-" not in caplog.text


def test_a_host_without_a_name_or_a_line_is_a_failure_like_others(branch: Branch) -> None:
    for host in ("no-such-host.invalid", "127.0.0.1:9"):
        customers = CustomerDirectory(
            Directory(url=f"http://{host}/tier", timeout_s=0.3), branch.tier, SECRET
        )
        assert recognise(branch, customers, CARD).rule == "card 622609"


def test_who_wants_the_same_at_once_waits_for_one_answer(
    crm: Crm, customers: CustomerDirectory
) -> None:
    def slowly(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.1)
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b'{"tier": "gold"}')

    crm.answer = slowly
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(customers.tier_of, [CARD] * 8)) == {"gold"}
    assert len(crm.asked) == 1


def test_what_is_remembered_is_bounded_and_names_nobody(
    crm: Crm, customers: CustomerDirectory
) -> None:
    for n in range(CACHE_MAX + 10):
        customers._outcomes[n.to_bytes(4)] = None
    assert len(customers._outcomes) == CACHE_MAX
    customers.tier_of(CARD)
    assert not any(CARD.encode() in mark for mark in customers._outcomes)


def test_the_file_goes_before_the_line(
    branch: Branch, crm: Crm, customers: CustomerDirectory, tmp_path: Path
) -> None:
    listed = tmp_path / "customers.csv"
    listed.write_text(f"key,tier\n{CARD},private\n")
    both = Customers(FileDirectory(listed, branch.tier), customers)
    crm.lists("gold")
    assert both.tier_of(CARD) == "private"
    assert not crm.asked
    assert both.tier_of("VIP-2") == "gold"


def test_nothing_of_who_was_looked_up_stays_anywhere(
    branch: Branch, crm: Crm, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    runtime: BranchRuntime = open_branch(
        replace(branch, directory=Directory(url=crm.url)),
        tmp_path,
        "http://l.test",
        clock,
        connect=CustomerDirectory,
    )
    answers: list[Callable[[], None]] = [
        lambda: crm.lists("private"),
        lambda: setattr(crm, "answer", hang_up),
    ]
    for n, answer in enumerate(answers):
        answer()
        Desk(runtime).issue(customer=f";{CARD[:-1]}{n}=2512?")
        Desk(runtime).issue(customer=f"{PHONE[:-1]}{n}")
        Desk(runtime).issue(customer=f"HMG-SECRET-7{n}")
    runtime.close()
    content = (
        b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
        + caplog.text.encode()
    )
    for trace in (CARD[6:-1], PHONE[3:-1], "SECRET-7"):
        assert trace.encode() not in content
