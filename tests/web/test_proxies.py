"""Who asks, behind proxies: only a trusted one is believed, and only what it writes itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import midday_config
from flask import request
from hypothesis import given
from hypothesis import strategies as st

from app import Lobby, open_lobby
from lobby.branch.config import ConfigError, read_branch
from lobby.branch.model import Branch
from lobby.branch.rules import Security
from web.roles import is_local, public
from web.transport.addresses import bucket, plain
from web.transport.proxies import Proxies, Unreadable

PROXY = "10.1.0.7"


@pytest.fixture
def behind_proxy(branch: Branch, tmp_path: Path) -> Iterator[Lobby]:
    """A branch that trusts 10.1.0.0/24 and the loopback."""
    security = Security(trusted_proxies=("10.1.0.0/24", "127.0.0.1"), allowed_hosts=("bank.test",))
    known = replace(branch, security=security, public_url="https://queue.bank.test/")
    lobby = open_lobby(known, tmp_path, "http://lobby.test", loopback=True)

    @lobby.app.get("/who")
    @public
    def who() -> dict[str, Any]:
        return {
            "address": request.remote_addr,
            "url": request.url,
            "local": is_local(request.environ),
        }

    yield lobby
    lobby.close()


def ask(
    lobby: Lobby, peer: str, path: str = "/who", host: str = "bank.test", **headers: str
) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    base = {"REMOTE_ADDR": peer, "HTTP_HOST": host}
    return lobby.app.test_client().get(path, headers=named, environ_overrides=base)


def test_a_trusted_proxy_tells_client_and_scheme(behind_proxy: Lobby) -> None:
    told = ask(behind_proxy, PROXY, X_Forwarded_For="198.51.100.4", X_Forwarded_Proto="https").json
    assert told == {"address": "198.51.100.4", "url": "https://bank.test/who", "local": False}


def test_what_the_client_wrote_itself_is_not_believed(behind_proxy: Lobby) -> None:
    forged = "127.0.0.1, 10.9.9.9, 198.51.100.4, 10.1.0.9"
    told = ask(
        behind_proxy,
        PROXY,
        X_Forwarded_For=forged,
        X_Forwarded_Host="evil.test",
        Forwarded="for=1.1.1.1",
    ).json
    assert told["address"] == "198.51.100.4"
    assert told["url"] == "http://bank.test/who"


@pytest.mark.parametrize(
    "header",
    [
        "X_Forwarded_For",
        "X_Forwarded_Proto",
        "X_Forwarded_Host",
        "Forwarded",
        "X_Real_IP",
        "X_Forwarded",
    ],
)
@pytest.mark.parametrize(
    "path", ["/who", "/socket.io/?EIO=4&transport=polling", "/static/base.css", "/none"]
)
def test_from_anybody_else_such_headers_are_refused(
    behind_proxy: Lobby, header: str, path: str
) -> None:
    answer = ask(behind_proxy, "198.51.100.4", path, **{header: "127.0.0.1"})
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_trust_is_never_inferred_from_a_missing_header(behind_proxy: Lobby) -> None:
    """A proxy on this machine that names nobody: what it passes on is not this machine's own."""
    assert ask(behind_proxy, "127.0.0.1").json == {
        "address": "127.0.0.1",
        "url": "http://bank.test/who",
        "local": False,
    }


def test_loopback_is_no_trusted_proxy_by_itself(branch: Branch, tmp_path: Path) -> None:
    lobby = open_lobby(branch, tmp_path, "http://lobby.test", loopback=True, demo=True)
    client = lobby.app.test_client()
    assert client.get("/kiosk").status_code == 200
    assert client.get("/kiosk", headers={"X-Forwarded-For": "198.51.100.4"}).status_code == 400
    lobby.close()


@pytest.mark.parametrize(
    "chain", ["unknown", "", "198.51.100.4, _hidden", "1.2.3.4.5", "[::1", "evil.test:80"]
)
def test_a_chain_that_cannot_be_read_is_refused(behind_proxy: Lobby, chain: str) -> None:
    assert ask(behind_proxy, PROXY, X_Forwarded_For=chain).status_code == 400


def test_a_scheme_that_is_none_is_refused(behind_proxy: Lobby) -> None:
    answer = ask(
        behind_proxy, PROXY, X_Forwarded_For="198.51.100.4", X_Forwarded_Proto="javascript"
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("queue.bank.test", 200),
        ("bank.test", 200),
        ("localhost", 200),
        ("evil.test", 400),
        ("", 400),
    ],
)
@pytest.mark.parametrize("path", ["/who", "/socket.io/?EIO=4&transport=polling"])
def test_only_our_own_names_are_answered_to(
    behind_proxy: Lobby, host: str, status: int, path: str
) -> None:
    """The name in public_url is ours without being listed; Socket.IO is no way around."""
    assert ask(behind_proxy, "198.51.100.4", path, host=host).status_code == status


@pytest.mark.parametrize(
    ("written", "meant", "counted"),
    [
        ("::ffff:198.51.100.4", "198.51.100.4", "198.51.100.4"),
        ("2001:DB8::0:7", "2001:db8::7", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::1", "2001:db8::ffff:0:0:1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::1", "fe80::/64"),
        ("unix:", "", ""),
    ],
)
def test_an_address_is_written_in_one_way(written: str, meant: str, counted: str) -> None:
    assert plain(written) == meant
    assert bucket(written) == counted


def answer_nothing(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    return []


ADDRESSES = st.ip_addresses().map(str)


@given(st.lists(ADDRESSES, max_size=20), ADDRESSES.filter(lambda a: not a.startswith("10.1.0.")))
def test_nobody_moves_the_address_that_the_proxy_saw(before: list[str], seen: str) -> None:
    """Whatever a client writes, the proxy appends the address that it sees: that one counts."""
    proxies = Proxies(answer_nothing, ["10.1.0.0/24"], ())
    assert proxies.client(", ".join([*before, seen, "10.1.0.9"])) == plain(seen)


@given(st.text(max_size=60))
def test_any_chain_is_an_address_or_unreadable(chain: str) -> None:
    proxies = Proxies(answer_nothing, ["10.1.0.0/24"], ())
    with suppress(Unreadable):
        assert plain(proxies.client(chain))


@pytest.mark.parametrize("network", ["10.0.0.0/33", "proxy.bank.test", "10.1.0.7/8", ""])
def test_a_network_that_is_none_is_complained_of(tmp_path: Path, network: str) -> None:
    change = ("[security]\n", f'[security]\ntrusted_proxies = ["{network}"]\n')
    with pytest.raises(
        ConfigError, match=r"security.trusted_proxies \(#1\): .*such as 127\.0\.0\.1"
    ):
        read_branch(midday_config(tmp_path, change))


def test_guessing_behind_a_proxy_is_counted_by_who_guesses(
    behind_proxy: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the proxy's own address a whole branch would wait for one guesser."""
    monkeypatch.setattr(behind_proxy.access, "check_password", lambda *_: None)

    def guess(address: str, n: int) -> int:
        status: int = behind_proxy.app.test_client().post(
            "/signin",
            data={"name": f"guess {n}", "password": "wrong"},
            headers={"X-Forwarded-For": address},
            environ_overrides={"REMOTE_ADDR": PROXY, "HTTP_HOST": "bank.test"},
        ).status_code  # fmt: skip
        return status

    assert [guess("198.51.100.4", n) for n in range(60)][-1] == 429
    assert guess("198.51.100.5", 60) == 422
