"""A demo's accounts, whose password everybody knows, are a demo's alone: on this machine, asked for by name."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from browser import Browser
from conftest import Server, midday_config, serving
from test_cli import lobby

PASSWORD = "four tall cranes"
TICKET = {"service": "cash"}


def signed_in(server: Server, name: str, password: str) -> requests.Session:
    """A browser's session after it has tried to sign in."""
    session = requests.Session()
    page = session.get(f"{server.url}/signin", timeout=30).text
    token = page.split('csrf-token" content="')[1].split('"')[0]
    form = {"name": name, "password": password, "csrf_token": token}
    session.post(f"{server.url}/signin", data=form, timeout=30)
    return session


def status(session: requests.Session, server: Server) -> int:
    return session.get(f"{server.url}/api/v1/hall", timeout=30).status_code


def test_without_demo_nobody_comes_in_unsigned_or_with_the_demos_password(tmp_path: Path) -> None:
    with serving(tmp_path / "var", demo=False) as server:
        url = f"{server.url}/api/v1"
        assert requests.post(f"{url}/tickets", json=TICKET, timeout=30).status_code == 401
        assert requests.get(f"{url}/boards/main", timeout=30).status_code == 401
        assert status(signed_in(server, "manager", "lobby-demo"), server) == 401
        assert "lobby account create" in server.log.read_text()
        assert "lobby-demo" not in server.log.read_text()


@pytest.mark.parametrize("forged", [{}, {"X-Forwarded-For": "127.0.0.1"}, {"Host": "127.0.0.1"}])
def test_behind_a_proxy_with_the_defaults_nobody_is_admin(
    tmp_path: Path, forged: dict[str, str]
) -> None:
    """What a proxy on this machine passes on comes from loopback, with whatever headers."""
    with serving(tmp_path / "var", demo=False) as server:
        session = signed_in(server, "admin", "lobby-demo")
        assert session.get(f"{server.url}/api/v1/hall", headers=forged, timeout=30).status_code in (
            400,
            401,
        )
        assert "lobby account create" in server.log.read_text()


def test_what_came_in_by_the_demo_is_out_when_the_branch_becomes_real(tmp_path: Path) -> None:
    data = tmp_path / "var"
    account = ("account", "create", "--role", "manager", "--data", data)
    with serving(data) as demo:
        session = signed_in(demo, "manager", "lobby-demo")
        assert status(session, demo) == 200
        assert lobby(*account, "--name", "li", input=f"{PASSWORD}\n").returncode == 0
        admin = Browser(demo)
        admin.sign_in("admin", "lobby-demo")
        made = admin.post("/desk/people/accounts", name="zhao", password=PASSWORD, role="admin")
        assert made.status_code == 200, made.text
        assert status(signed_in(demo, "zhao", PASSWORD), demo) == 200
    assert lobby(*account, "--name", "manager", input=f"{PASSWORD}\n").returncode == 0
    with serving(data, demo=False, port=demo.port) as real:
        assert status(session, real) == 401, "the real manager has the name of the demo's"
        assert status(signed_in(real, "teller1", "lobby-demo"), real) == 401
        assert status(signed_in(real, "admin", "lobby-demo"), real) == 401
        assert status(signed_in(real, "zhao", PASSWORD), real) == 401, (
            "everybody could be the demo's administrator"
        )
        assert status(signed_in(real, "li", PASSWORD), real) == 200
        assert status(signed_in(real, "manager", PASSWORD), real) == 200
        assert "lobby account create" not in real.log.read_text()


@pytest.mark.parametrize(
    ("change", "more"),
    [
        (("[security]", '[security]\nallowed_hosts = ["lobby.bank.example"]'), ()),
        (('public_url = ""', 'public_url = "https://lobby.bank.example"'), ()),
        (("", ""), ("--host", "0.0.0.0")),
    ],
)
def test_a_demo_is_refused_where_others_can_reach_it(
    tmp_path: Path, change: tuple[str, str], more: tuple[str, ...]
) -> None:
    config = midday_config(tmp_path, change)
    answer = lobby("serve", "--demo", "--config", config, "--data", tmp_path / "var", *more)
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert "demo" in answer.stderr
    assert not (tmp_path / "var" / "access.db").exists()
