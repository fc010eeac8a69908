"""Where the server says that it is reached: no slip leads to 0.0.0.0, and every address it listens on answers."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import forked
import pytest
import requests
from conftest import CONFIG, free_port, midday_config, until

from web.transport.own_address import Unreachable, base_url, is_own_host

HAS_IPV6 = (
    socket.has_ipv6
    and Path("/proc/net/if_inet6").exists()
    and "00000000000000000000000000000001" in (Path("/proc/net/if_inet6").read_text())
)


def listens(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), 5):
        return True
    return False


@contextmanager
def served(
    folder: Path, host: str, port: int, *more: str, changes: Sequence[tuple[str, str]] = ()
) -> Iterator[str]:
    """A branch that listens on `host`; what it printed."""
    log = folder / "log"
    log.write_text("")
    config = midday_config(folder, *changes)
    args = [
        "serve",
        "--config",
        str(config),
        "--data",
        str(folder / "var"),
        "--host",
        host,
        "--port",
        str(port),
    ]
    process = forked.Forked([*args, *more], log)
    try:
        until(lambda: "Ctrl-C" in log.read_text() or process.poll() is not None, "it serves", 60)
        # What it prints comes a moment before it listens.
        until(lambda: process.poll() is not None or listens(host, port), "it listens", 60)
        yield log.read_text()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@pytest.mark.skipif(not HAS_IPV6, reason="this machine has no IPv6 loopback")
def test_the_ipv6_loopback_answers_its_own_address(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, "::1", port, "--demo") as said:
        assert f"http://[::1]:{port}/kiosk" in said
        found = requests.post(
            f"http://[::1]:{port}/api/v1/tickets", json={"service": "cash"}, timeout=30
        )
        assert found.status_code == 201, found.text
        assert found.json()["links"]["feedback"].startswith(f"http://[::1]:{port}/")
        strange = requests.get(
            f"http://[::1]:{port}/healthz", headers={"Host": f"[::2]:{port}"}, timeout=30
        )
        assert strange.status_code == 400


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "0"])
def test_a_server_on_every_address_names_the_machines_own(host: str) -> None:
    """Or says that it has none; where no phone could come is never said."""
    try:
        said = base_url(host, 8000, "")
    except Unreachable as refused:
        said = f"{refused}:8000"
    assert said.endswith(":8000")
    assert not any(nowhere in said for nowhere in ("//0.", "[::]", "127.0.0.1", "localhost"))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3"])
@pytest.mark.parametrize(
    "url",
    ["http://localhost:8000", "https://127.0.0.1", "http://[::1]:8000", "http://lobby.localhost"],
)
def test_a_public_url_of_this_machine_alone_is_refused_where_others_come(
    host: str, url: str
) -> None:
    with pytest.raises(Unreachable, match="no phone could follow"):
        base_url(host, 8000, url)
    assert base_url("127.0.0.1", 8000, url) == "http://127.0.0.1:8000"


def test_check_says_that_no_phone_reaches_this_machine(tmp_path: Path) -> None:
    from doctor import examine

    config = tmp_path / "config.toml"
    config.write_text(
        CONFIG.read_text().replace('public_url = ""', 'public_url = "http://localhost:8000"')
    )
    found = {one.topic: one.grade for one in examine(config, tmp_path / "var", "en")}
    assert found["public_url"] == "warn"


def test_serve_refuses_it_in_one_line(tmp_path: Path) -> None:
    config = midday_config(tmp_path, ('public_url = ""', 'public_url = "http://localhost:8000"'))
    data = tmp_path / "var"
    answer = forked.run(
        "serve", "--config", config, "--data", data, "--host", "0.0.0.0", "--port", free_port()
    )
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("host", "ours", "fits"),
    [
        ("[::1]:8000", ["[::1]"], True),
        ("[0:0:0:0:0:0:0:1]", ["localhost", "[::1]"], True),
        ("[::1]x", ["[::1]"], False),
        ("[::1", ["[::1]"], False),
        ("[2001:db8::1]:443", ["[::1]"], False),
        ("lobby.bank.test:443", [".bank.test"], True),
        ("LOBBY.Bank.test", [".BANK.test"], True),
        ("bank.test.evil", ["bank.test"], False),
        ("", ["bank.test", "[::1]"], False),
    ],
)
def test_which_host_is_ours(host: str, ours: list[str], fits: bool) -> None:
    assert is_own_host(host, ours) is fits


def test_the_start_names_what_is_typed_into_the_screens_browsers(tmp_path: Path) -> None:
    """Those of `public_url`; but where that is the name of the phones' listener alone, this machine's."""
    public = ('public_url = ""', 'public_url = "https://queue.bank.example"')
    port = free_port()
    with served(tmp_path, "127.0.0.1", port, changes=[public]) as said:
        for page in ("/kiosk", "/desk/counter/1", "/desk/hall", "/desk/people", "/board/main"):
            assert f"https://queue.bank.example{page}\n" in said
        assert f"http://127.0.0.1:{port}\n" in said
    phones = ("[security]\n", f'[security]\npublic_listen = "127.0.0.1:{free_port()}"\n')
    with served(tmp_path, "127.0.0.1", port, changes=[public, phones]) as said:
        assert f"http://127.0.0.1:{port}/kiosk\n" in said
