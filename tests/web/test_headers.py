"""Every answer has the security headers, whoever gives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import Lobby, open_lobby
from lobby.branch.model import Branch
from lobby.branch.rules import Security
from web.transport.headers import SECURITY

ANSWERS = {
    "page": ("/signin", 200),
    "API": ("/healthz", 200),
    "refusal": ("/api/v1/hall", 401),
    "none": ("/nothing", 404),
    "file": ("/static/base.css", 200),
    "Socket.IO": ("/socket.io/?EIO=4&transport=polling", 200),
    "Socket.IO's refusal": ("/socket.io/?EIO=1", 400),
}


@pytest.fixture
def lobby(branch: Branch, tmp_path: Path) -> Iterator[Lobby]:
    known = replace(branch, security=Security(trusted_proxies=("10.1.0.7",)))
    opened = open_lobby(known, tmp_path, "http://lobby.test", loopback=True)
    yield opened
    opened.close()


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_has_them_once(lobby: Lobby, answer: str) -> None:
    path, status = ANSWERS[answer]
    told = lobby.app.test_client().get(path, buffered=True)
    assert told.status_code == status
    for name in SECURITY:
        assert len(told.headers.getlist(name)) == 1, name
    assert "Server" not in told.headers
    assert "Strict-Transport-Security" not in told.headers


def test_a_page_may_ask_for_no_camera_and_shares_its_window_with_none(lobby: Lobby) -> None:
    page = lobby.app.test_client().get("/signin")
    assert "camera=()" in page.headers["Permissions-Policy"]
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_304_has_them_too(lobby: Lobby) -> None:
    client = lobby.app.test_client()
    tag = client.get("/static/base.css", buffered=True).headers["ETag"]
    again = client.get("/static/base.css", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == "no-cache"
    assert again.headers["Content-Security-Policy"]
    again.close()


@pytest.mark.parametrize(
    "path", ["/signin", "/static/base.css", "/socket.io/?EIO=4&transport=polling", "/nothing"]
)
def test_https_is_asked_to_stay_https(lobby: Lobby, path: str) -> None:
    by_proxy: dict[str, Any] = {"REMOTE_ADDR": "10.1.0.7"}
    headers = {"X-Forwarded-For": "198.51.100.4", "X-Forwarded-Proto": "https"}
    told = lobby.app.test_client().get(
        path, headers=headers, environ_overrides=by_proxy, buffered=True
    )
    assert told.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_live_messages_are_stored_nowhere(lobby: Lobby) -> None:
    told = lobby.app.test_client().get("/socket.io/?EIO=4&transport=polling")
    assert told.headers["Cache-Control"] == "no-store"
