"""What the kiosk learns of what was shown, and a customer directory that is slow behind a running branch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import forked
import pytest
import requests
from conftest import Server, midday_config, serving, until
from crm import Crm, stall

CARD = "6226091234567890"
GOLD_CARD = "6225881234567890"
IDENTITY = "622622199001011238"
"""A made-up resident's identity number that begins as a bank card does."""
TIMEOUT_S = 2.0


@pytest.fixture(scope="module")
def staff(server: Server) -> requests.Session:
    """Who may ask as often as needed."""
    return server.as_("manager")


def identify(server: Server, customer: str, session: Any = requests) -> Any:
    return session.post(f"{server.url}/api/v1/identify", json={"customer": customer}, timeout=30)


@pytest.mark.parametrize(
    ("customer", "kind", "known"),
    [
        (f";{CARD}=2512?", "card", True),
        ("4000001234567890", "card", True),
        (f";{CARD}=25", "unreadable", False),
        ("%E?;E?", "unreadable", False),
        ("HMG-000123", "member", True),
        ("NOBODY-1", "member", False),
        ("+86 139 8765 4321", "phone", False),
        (IDENTITY, "identity", True),
        ("000000", "appointment", False),
        ("https://lobby/4403/t/Xq3v_9aZk", "ticket", False),
        ("https://lobby/4403/a/Xq3v_9aZk", "appointment", False),
    ],
)
def test_the_kiosk_learns_what_was_shown_and_never_the_tier(
    server: Server, staff: requests.Session, customer: str, kind: str, known: bool
) -> None:
    answer = identify(server, customer, staff)
    assert answer.status_code == 200
    assert answer.json() == {"kind": kind, "known": known}


def test_a_gold_card_looks_like_any_other(server: Server) -> None:
    assert identify(server, GOLD_CARD).json() == identify(server, "4000001234567890").json()


def test_a_slip_shown_again_is_its_ticket(server: Server, staff: requests.Session) -> None:
    ticket = requests.post(
        f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=30
    ).json()
    shown = identify(server, ticket["links"]["feedback"], staff).json()
    token = ticket["links"]["status"].rpartition("/")[2]
    assert shown["ticket"] == {
        "id": ticket["id"],
        "token": token,
        "number": ticket["number"],
        "returns": False,
    }
    counter = f"{server.url}/api/v1/counters/1"
    staff.post(f"{counter}/open", timeout=30)
    staff.post(f"{counter}/call", json={"ticket": ticket["id"]}, timeout=30)
    staff.post(f"{counter}/no-show", timeout=30)
    assert (
        identify(server, f"http://another.host/4403/t/{token}", staff).json()["ticket"]["returns"]
        is True
    )


def test_an_appointment_shown_by_code_or_link_gives_its_code(
    server: Server, staff: requests.Session
) -> None:
    base = f"{server.url}/api/v1/appointments"
    today = datetime.fromisoformat(
        staff.get(f"{server.url}/api/v1/hall", timeout=30).json()["at"]
    ).date()
    days = [today, today + timedelta(days=1)]
    slots = [
        staff.get(f"{base}/slots?service=cards&day={day}", timeout=30).json()["slots"]
        for day in days
    ]
    for later, at in enumerate(slot["at"] for of_day in slots for slot in of_day[:1]):
        booked = requests.post(
            base, json={"service": "cards", "at": at, "lang": "ko"}, timeout=30
        ).json()
        link = identify(server, booked["links"]["status"], staff).json()
        assert link == {"kind": "appointment", "known": True, "code": booked["code"]}
        if not later:
            assert identify(server, booked["code"], staff).json() == link
        staff.post(f"{base}/{booked['id']}/cancel", timeout=30)
        assert identify(server, booked["links"]["status"], staff).json()["known"] is False


@pytest.mark.parametrize(("role", "status"), [("board", 403), ("kiosk", 200)])
def test_who_may_ask(server: Server, role: str, status: int) -> None:
    assert identify(server, CARD, server.as_(role)).status_code == status


def test_nobody_tries_codes_and_numbers_at_the_kiosk(server: Server) -> None:
    answers = [identify(server, f"1380000{n:04d}").status_code for n in range(150)]
    assert 429 in answers


# -- with a directory -----------------------------------------------------------------------------------
@pytest.fixture
def bank(tmp_path: Path, crm: Crm) -> Iterator[Server]:
    """A branch that asks `crm`."""
    table = f'[directory]\nurl = "{crm.url}"\ntimeout_s = {TIMEOUT_S}\n\n[security]'
    with serving(
        tmp_path / "var", config=midday_config(tmp_path, ("[security]", table))
    ) as running:
        yield running


def issue(server: Server, customer: str, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    body = {"service": "cash", "customer": customer}
    return requests.post(
        f"{server.url}/api/v1/tickets", json=body, headers=headers, timeout=30
    ).json()


def tier_of(server: Server, ticket: Any) -> Any:
    """Staff are told."""
    return (
        server.as_("manager")
        .get(f"{server.url}/api/v1/tickets/{ticket['id']}", timeout=30)
        .json()["tier"]
    )


def test_the_directory_is_asked_once_from_the_swipe_to_the_number(bank: Server, crm: Crm) -> None:
    crm.lists("private")
    assert identify(bank, CARD).json() == {"kind": "card", "known": True}
    until(lambda: crm.asked, "the directory is asked while the customer chooses")
    first = issue(bank, CARD, "key-1")
    assert tier_of(bank, first) == "private"
    assert issue(bank, CARD, "key-1")["id"] == first["id"]
    assert identify(bank, "13987654321").json() == {"kind": "phone", "known": True}
    assert [key for key, _ in crm.asked] == [CARD, "13987654321"]
    metrics = bank.as_("monitor").get(f"{bank.url}/metrics", timeout=30).text
    assert 'lobby_directory_total{outcome="found"} 2.0' in metrics


def test_a_slow_directory_holds_up_nobody_else(bank: Server, crm: Crm) -> None:
    crm.answer = stall
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(issue, bank, f"62260912345678{n:02d}") for n in range(6)]
        until(lambda: crm.asked, "the directory is asked")
        assert requests.get(f"{bank.url}/healthz", timeout=30).ok
        assert not any(one.done() for one in waiting), "others are answered meanwhile"
    assert {tier_of(bank, one.result()) for one in waiting} == {"wealth"}
    assert tier_of(bank, issue(bank, "HMG-000123")) == "gold"


def test_nothing_of_who_was_looked_up_is_in_data_or_log(bank: Server, crm: Crm) -> None:
    crm.lists("gold")
    issue(bank, f";{CARD}=2512?")
    crm.answer = (200, b"nonsense")
    identify(bank, "+86 139 8765 4321")
    issue(bank, "13987654322")
    issue(bank, IDENTITY)
    assert len(crm.asked) == 4
    for file in [bank.log, *bank.data.rglob("*")]:
        if file.is_file():
            content = file.read_bytes()
            assert CARD[6:].encode() not in content, file
            assert b"8765432" not in content, file
            assert IDENTITY[6:14].encode() not in content, file


def check(config: Path) -> list[tuple[str, str]]:
    found = json.loads(
        forked.run("check", "--config", config, "--data", config.parent / "var", "--json").stdout
    )
    return [(one["grade"], one["text"]) for one in found if one["topic"] in ("directory", "config")]


def test_lobby_check_tells_of_the_directory(tmp_path: Path, crm: Crm) -> None:
    listed = tmp_path / "customers.csv"
    listed.write_text(f"key,tier\n{CARD},gold\n")
    table = f'[directory]\nfile = "customers.csv"\nurl = "{crm.url}"\ntimeout_s = {TIMEOUT_S}\n\n[security]'
    config = midday_config(tmp_path, ("[security]", table))
    grades, texts = zip(*check(config), strict=True)
    assert grades == ("ok", "ok", "ok")
    assert "1 " in texts[1]
    crm.answer = (500, b"")
    grade, text = check(config)[-1]
    assert grade == "warn"
    assert "status 500" in text
    listed.write_text(f"key,tier\n{CARD},emperor\n")
    grade, text = check(config)[0]
    assert grade == "fail"
    assert "customers.csv:2" in text
    assert CARD not in text
