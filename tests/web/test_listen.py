"""Where a branch listens: beyond this machine only by name, and for customers' phones apart."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import forked
import pytest
import requests
import socketio
from conftest import LOBBY, Server, alive, free_port, midday_config, serving, until


@pytest.fixture(scope="module")
def phones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A branch, and the address of its listener for phones."""
    folder = tmp_path_factory.mktemp("branch")
    port = free_port()
    config = midday_config(
        folder, ("[security]\n", f'[security]\npublic_listen = "127.0.0.1:{port}"\n')
    )
    with serving(folder / "var", config=config) as running:
        yield running, f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def token(phones: tuple[Server, str]) -> str:
    """Of a ticket's link."""
    server, _ = phones
    ticket = requests.post(
        f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=30
    ).json()
    return ticket["links"]["status"].rpartition("/")[2]


@pytest.mark.parametrize(
    "path", ["/4403/t/{}", "/4403/f/{}", "/book", "/static/kiosk/phone/page.js", "/static/base.css"]
)
def test_customers_phones_are_served(phones: tuple[Server, str], token: str, path: str) -> None:
    answer = requests.get(phones[1] + path.format(token), timeout=30)
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_card_reaches_the_branch_without_script(phones: tuple[Server, str], token: str) -> None:
    answer = requests.post(f"{phones[1]}/4403/f/{token}", data={"score": "5"}, timeout=30)
    assert answer.status_code == 409, "the customer still waits"


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/",
            "/kiosk",
            "/signin",
            "/device",
            "/desk",
            "/desk/hall",
            "/board/main",
            "/printer",
            "/none",
        ),
        *(
            "/healthz",
            "/readyz",
            "/metrics",
            "/api/v1/hall",
            "/api/v1/counters",
            "/api/v1/services",
        ),
        *("/api/v1/openapi.json", "/api/v1/boards/main", "/voice/zh/A001-1.wav"),
    ],
)
def test_nothing_else_is(phones: tuple[Server, str], path: str) -> None:
    """As though it did not exist: with a manager's token too."""
    server, url = phones
    assert server.as_("manager").get(url + path, timeout=30).status_code == 404
    assert requests.get(url + path, timeout=30).status_code == 404


@pytest.mark.parametrize(
    "path", ["/api/v1/tickets", "/api/v1/help", "/signin", "/api/v1/counters/1/open"]
)
def test_nobody_acts_for_the_branch_there(phones: tuple[Server, str], path: str) -> None:
    server, url = phones
    assert (
        server.as_("manager").post(url + path, json={"service": "cash"}, timeout=30).status_code
        == 404
    )


def test_a_phone_follows_its_ticket_live_and_no_board_or_staff_does(
    phones: tuple[Server, str], token: str
) -> None:
    server, url = phones
    states: list[dict[str, object]] = []
    phone = socketio.Client()
    phone.on("state", states.append, namespace="/ticket")
    phone.connect(url, namespaces=["/ticket"], auth={"token": token}, transports=["websocket"])
    until(lambda: states, "the ticket's state")
    phone.disconnect()
    for namespace, role in (("/board", "board"), ("/staff", "manager")):
        other = socketio.Client(reconnection=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            other.connect(
                url,
                namespaces=[namespace],
                auth={"token": server.token(role)},
                transports=["websocket"],
            )
        other.disconnect()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "lobby.bank.example"])
def test_passwords_go_in_clear_only_by_name(tmp_path: Path, host: str) -> None:
    config = midday_config(tmp_path)
    answer = forked.run("serve", "--config", config, "--data", tmp_path / "var", "--host", host)
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert "--plain-http" in answer.stderr
    assert not (tmp_path / "var").exists()


def test_the_phones_listener_too(tmp_path: Path) -> None:
    config = midday_config(
        tmp_path, ("[security]\n", '[security]\npublic_listen = "0.0.0.0:8001"\n')
    )
    answer = forked.run(
        "serve", "--config", config, "--data", tmp_path / "var", "--port", free_port()
    )
    assert answer.returncode == 2
    assert "0.0.0.0" in answer.stderr


def test_who_asks_for_it_by_name_gets_it(tmp_path: Path) -> None:
    port = free_port()
    command = [
        str(LOBBY),
        "serve",
        "--config",
        str(midday_config(tmp_path)),
        "--data",
        str(tmp_path / "var"),
    ]
    command += ["--host", "0.0.0.0", "--port", str(port), "--plain-http"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        until(lambda: alive(f"http://127.0.0.1:{port}"), "it serves", 40)
    finally:
        process.terminate()
        said = process.communicate(timeout=20)[0].decode()
    assert process.returncode == 0
    assert "slips lead to http://" in said, "and which address of the machine that is"
    assert f"//0.0.0.0:{port}" not in said
