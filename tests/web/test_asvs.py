"""What OWASP ASVS asks of a door, where no other test does: docs/asvs.md names these."""

from __future__ import annotations

import dataclasses
import socket
from pathlib import Path

import pyotp
import pytest
from conftest import Server
from test_sessions import OTHER, PASSWORD, Browser, li, make, real

from app import open_lobby
from lobby.branch.model import Branch
from web.access import Access

__all__ = ["li", "real"]


def copy_of(browser: Browser, server: Server) -> Browser:
    """Somebody who has read the browser's cookies."""
    thief = Browser(server)
    thief.session.cookies.update(browser.session.cookies)
    return thief


def test_unlocking_gives_the_session_another_id(real: Server, li: Browser) -> None:
    make(real, "wu")
    wu = Browser(real)
    wu.sign_in("wu")
    thief = copy_of(wu, real)
    wu.post("/lock")
    wu.post("/unlock", secret=PASSWORD)
    assert (wu.hall(), thief.hall()) == (200, 401)


def test_unlocking_makes_no_session_longer(tmp_path: Path) -> None:
    now = 1000.0
    access = Access(tmp_path, lambda: now)
    access.create_account("wu", PASSWORD, "teller")
    secret = access.open_session("wu", "")
    before = access.session(secret)
    now += 3600
    after = access.session(access.renew(secret))
    access.close()
    assert before
    assert after
    assert (after.id, after.created_at) == (before.id, before.created_at)


def test_one_sees_and_ends_the_own_sessions_with_the_password(real: Server) -> None:
    make(real, "zheng")
    here = Browser(real)
    here.sign_in("zheng")
    elsewhere = Browser(real)
    elsewhere.sign_in("zheng")
    assert "/account/sessions" in here.get("/account").text
    assert here.post("/account/sessions", password=OTHER).status_code == 422
    assert elsewhere.hall() == 200
    here.post("/account/sessions", password=PASSWORD)
    assert (here.hall(), elsewhere.hall()) == (200, 401)
    assert "/account/sessions" not in here.get("/account").text


def test_a_new_second_factor_ends_what_came_in_without_it(tmp_path: Path) -> None:
    access = Access(tmp_path)
    access.create_account("wu", PASSWORD, "manager")
    secret = access.open_session("wu", "")
    totp = pyotp.TOTP(access.begin_totp("wu"))
    codes = access.confirm_totp("wu", totp.now())
    over = access.session(secret)
    access.close()
    assert over is None
    assert min(map(len, codes)) * 5 >= 112


@pytest.mark.parametrize(
    ("totp", "held"),
    [
        ("required", {"manager", "admin", "head", "office", "inspector"}),
        ("everybody", {"teller", "manager", "admin", "head", "office", "inspector"}),
    ],
)
def test_whose_second_factor_is_required(
    branch: Branch, tmp_path: Path, totp: str, held: set[str]
) -> None:
    security = dataclasses.replace(branch.security, totp=totp)
    opened = open_lobby(
        dataclasses.replace(branch, security=security), tmp_path, "http://localhost", loopback=True
    )
    found = opened.app.extensions["second_factor"]
    opened.close()
    assert found == held


def test_what_was_refused_is_logged_with_who_and_where_and_no_link(
    real: Server, li: Browser
) -> None:
    li.session.post(f"{real.url}/api/v1/counters/1/open", timeout=5)  # without its CSRF token
    li.get("/metrics")
    Browser(real).get("/api/v1/hall")
    Browser(real).session.post(f"{real.url}/api/v1/feedback", json={"token": "canary"}, timeout=5)
    log = real.log.read_text()
    assert (
        "refused (400), no request of ours: POST /api/v1/counters/<id>/open, li, 127.0.0.1" in log
    )
    assert "refused (403), not allowed: GET /metrics, li, 127.0.0.1" in log
    assert "refused (401), not signed in: GET /api/v1/hall, nobody, 127.0.0.1" in log
    assert "canary" not in log


def test_every_cookie_is_this_hosts_alone(branch: Branch, tmp_path: Path) -> None:
    secure = dataclasses.replace(branch, public_url="https://lobby.bank.example")
    opened = open_lobby(secure, tmp_path, "https://lobby.bank.example", loopback=True)
    client = opened.app.test_client()
    answer = client.get("/signin?lang=en", base_url="https://lobby.bank.example")
    kept = client.get(
        "/signin", base_url="https://lobby.bank.example", headers={"Accept-Language": "zh"}
    )
    opened.close()
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert 'lang="en"' in kept.text


def test_trace_is_no_method_of_ours(real: Server) -> None:
    with socket.create_connection(("127.0.0.1", real.port), timeout=5) as line:
        line.sendall(
            b"TRACE /signin HTTP/1.1\r\nHost: localhost\r\nX-Mine: echoed\r\nConnection: close\r\n\r\n"
        )
        answer = b"".join(iter(lambda: line.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 405")
    assert b"echoed" not in answer


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_no_other_site_opens_a_socket(real: Server, transport: str) -> None:
    def status(origin: str) -> str:
        head = f"GET /socket.io/?EIO=4&transport={transport} HTTP/1.1\r\n"
        head += f"Host: 127.0.0.1:{real.port}\r\nOrigin: {origin}\r\n"
        if transport == "websocket":
            head += "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            head += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        with socket.create_connection(("127.0.0.1", real.port), timeout=5) as line:
            line.sendall(f"{head}\r\n".encode())
            return line.recv(4096).decode(errors="replace").split()[1]

    assert status("https://evil.example") == "400"
    assert status(real.url) == ("101" if transport == "websocket" else "200")


@pytest.mark.parametrize(
    "path", ["/signin", "/nowhere", "/static/base.css", "/static/api.js", "/healthz"]
)
def test_an_answer_names_its_type_and_texts_their_charset(real: Server, path: str) -> None:
    kind = Browser(real).get(path).headers["Content-Type"]
    assert kind.startswith("application/") or "charset=utf-8" in kind


def test_no_folder_is_listed_and_no_source_is_served(real: Server) -> None:
    for path in (
        "/static/",
        "/static/staff/",
        "/.git/HEAD",
        "/config.toml",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
    ):
        assert Browser(real).get(path).status_code == 404, path
