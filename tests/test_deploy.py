"""The examples in deploy/ with the real servers: TLS in front of a real branch, on the loopback."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio
from conftest import LOBBY, ROOT, Server, alive, free_port, midday_config, serving, until

NAME = "queue.bank.test"
PASSWORD = "seven green lanterns"
SERVERS = ("caddy", "nginx")


@dataclass
class Site:
    """A branch behind a proxy. `url`: what people type."""

    branch: Server
    url: str
    plain_url: str


def caddy(folder: Path, upstream: int, https: int, http: int) -> tuple[list[str], dict[str, str]]:
    named = {
        "LOBBY_NAME": NAME,
        "LOBBY_HTTP_PORT": str(http),
        "LOBBY_HTTPS_PORT": str(https),
        "LOBBY_CERTIFICATE": str(folder / "cert.pem"),
        "LOBBY_KEY": str(folder / "key.pem"),
        "LOBBY_UPSTREAM": f"127.0.0.1:{upstream}",
    }
    homes = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    return [
        "caddy",
        "run",
        "--config",
        str(ROOT / "deploy" / "Caddyfile"),
        "--adapter",
        "caddyfile",
    ], {
        **named,
        **homes,
    }


def nginx(folder: Path, upstream: int, https: int, http: int) -> tuple[list[str], dict[str, str]]:
    """The example as it is but for ports, paths and name, within an nginx.conf of this user's own."""
    site = (ROOT / "deploy" / "nginx.conf").read_text()
    for old, new in (
        ("queue.bank.example", NAME),
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443 ", f"listen 127.0.0.1:{https} "),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{upstream};"),
        ("/etc/lobby/tls/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
    ):
        assert old in site
        site = site.replace(old, new)
    (folder / "lobby.conf").write_text(site)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off;\n{temporary}include {folder}/lobby.conf; }}\n"
    )
    return [
        "nginx",
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(folder / "error.log"),
    ], {}


def certificate(folder: Path) -> None:
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", f"/CN={NAME}"]
    subprocess.run(
        [*command, "-addext", f"subjectAltName=DNS:{NAME}"],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="module", params=SERVERS)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    kind: str = request.param
    if not (shutil.which(kind) and shutil.which("openssl")):
        pytest.skip(f"this machine has no {kind} or no openssl")
    folder = tmp_path_factory.mktemp(kind)
    certificate(folder)
    https = free_port()
    http = free_port()
    url = f"https://{NAME}:{https}"
    change = ("[security]\n", '[security]\ntrusted_proxies = ["127.0.0.1"]\n')
    config = midday_config(folder, change, ('public_url = ""', f'public_url = "{url}"'))
    with (
        serving(folder / "var", config=config, demo=False) as branch,
        resolved(),
        trusting(folder / "cert.pem"),
    ):
        make: Callable[..., tuple[list[str], dict[str, str]]] = {"caddy": caddy, "nginx": nginx}[
            kind
        ]
        command, named = make(folder, branch.port, https, http)
        with (folder / "proxy.log").open("wb") as log:
            process = subprocess.Popen(command, env={**os.environ, **named}, stdout=log, stderr=log)
        try:
            until(lambda: alive(url), f"{kind} serves: {folder}/proxy.log", 30)
            yield Site(branch, url, f"http://{NAME}:{http}")
        finally:
            process.terminate()
            process.wait(timeout=20)


class resolved:  # noqa: N801 - reads as what is so meanwhile
    """The site's name is this machine."""

    def __enter__(self) -> None:
        self._real = socket.getaddrinfo
        socket.getaddrinfo = lambda host, *more, **named: self._real(  # type: ignore[assignment]
            "127.0.0.1" if host == NAME else host, *more, **named
        )

    def __exit__(self, *error: object) -> None:
        socket.getaddrinfo = self._real


class trusting:  # noqa: N801
    """Clients of this process trust the certificate."""

    def __init__(self, certificate: Path) -> None:
        self._certificate = str(certificate)

    def __enter__(self) -> None:
        os.environ["REQUESTS_CA_BUNDLE"] = self._certificate
        os.environ["WEBSOCKET_CLIENT_CA_BUNDLE"] = self._certificate
        os.environ["NO_PROXY"] = f"127.0.0.1,localhost,{NAME}"

    def __exit__(self, *error: object) -> None:
        del os.environ["REQUESTS_CA_BUNDLE"], os.environ["WEBSOCKET_CLIENT_CA_BUNDLE"]
        os.environ["NO_PROXY"] = "127.0.0.1,localhost"


def sign_in(site: Site, name: str, password: str) -> tuple[requests.Session, requests.Response]:
    session = requests.Session()
    page = session.get(f"{site.url}/signin", timeout=30).text
    token = page.split('csrf-token" content="')[1].split('"')[0]
    form = {"name": name, "password": password, "csrf_token": token}
    headers = {"X-CSRFToken": token, "Referer": f"{site.url}/signin"}
    return session, session.post(
        f"{site.url}/signin", data=form, headers=headers, timeout=30, allow_redirects=False
    )


def test_the_manager_signs_in_and_the_cookie_is_secure(site: Site) -> None:
    command = [
        str(LOBBY),
        "account",
        "create",
        "--name",
        "li",
        "--role",
        "manager",
        "--data",
        str(site.branch.data),
    ]
    subprocess.run(command, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True)
    session, answer = sign_in(site, "li", PASSWORD)
    assert answer.status_code in (302, 303)
    assert not answer.headers["Location"].startswith("http:")
    cookies = [cookie for cookie in answer.raw.headers.getlist("Set-Cookie") if "session" in cookie]
    assert cookies
    assert all("Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)
    assert session.get(f"{site.url}/desk/hall", timeout=30).status_code == 200


def test_nobody_is_admin_by_the_demos_password_or_by_a_header(site: Site) -> None:
    for name in ("admin", "manager", "teller1"):
        _, answer = sign_in(site, name, "lobby-demo")
        assert answer.status_code >= 400
    forged = {
        "X-Forwarded-For": "127.0.0.1",
        "Forwarded": "for=127.0.0.1",
        "X-Real-IP": "127.0.0.1",
    }
    for headers in ({}, forged):
        asked = requests.get(f"{site.url}/api/v1/services", headers=headers, timeout=30)
        assert asked.status_code == 401


def test_a_board_gets_a_call_by_wss(site: Site) -> None:
    calls: list[dict[str, Any]] = []
    board = socketio.Client(reconnection=False)
    board.on("call", calls.append, namespace="/board")
    token = {"token": site.branch.token("board", "--board", "main")}
    board.connect(site.url, namespaces=["/board"], auth=token, transports=["websocket"])
    board.call("join", {"board": "main"}, namespace="/board")
    staff = site.branch.as_("manager")
    number = staff.post(f"{site.url}/api/v1/tickets", json={"service": "cash"}, timeout=30).json()[
        "number"
    ]
    staff.post(f"{site.url}/api/v1/counters/1/open", timeout=30).raise_for_status()
    staff.post(f"{site.url}/api/v1/counters/1/next", timeout=30).raise_for_status()
    until(lambda: calls, "the call")
    board.disconnect()
    assert calls[0]["number"] == number


@pytest.mark.parametrize(
    "path", ["/signin", "/static/base.css", "/none", "/socket.io/?EIO=4&transport=polling"]
)
def test_every_answer_asks_to_stay_with_https(site: Site, path: str) -> None:
    answer = requests.get(site.url + path, timeout=30)
    assert answer.headers["Strict-Transport-Security"]
    assert answer.headers["Content-Security-Policy"]
    assert not re.search(r"\d", answer.headers.get("Server", ""))


def test_plain_http_leads_to_https(site: Site) -> None:
    answer = requests.get(f"{site.plain_url}/signin", timeout=30, allow_redirects=False)
    assert answer.status_code in (301, 308)
    assert answer.headers["Location"].startswith(f"https://{NAME}")


def test_a_body_that_is_too_large_goes_no_further(site: Site) -> None:
    """Caddy 2.6 tells it as 502, later ones and nginx as 413."""
    answer = requests.post(f"{site.url}/signin", data=b"x" * 70_000, timeout=30)
    assert answer.status_code in (413, 502)


# -- systemd ---------------------------------------------------------------------------------------------
UNITS = {
    "lobby.service": "system",
    "lobby-hq-bulletin@.service": "system",
    "lobby-hq-bulletin-day.timer": "system",
    "lobby-hq-bulletin-week.timer": "system",
    "lobby-hq-bulletin-month.timer": "system",
    "lobby-hq-ingest.service": "system",
    "lobby-hq-serve.service": "system",
    "lobby-nats.service": "system",
    "lobby-ship.service": "system",
    "kiosk/lobby-kiosk.service": "user",
    "board/lobby-board@.service": "user",
    "kiosk/lobby-screen.service": "system",
}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize(("unit", "manager"), UNITS.items())
def test_systemd_takes_the_units(unit: str, manager: str, tmp_path: Path) -> None:
    """Every directive is one that systemd knows, and what it starts is there and can be run."""
    text = (ROOT / "deploy" / unit).read_text()
    for there, here in (
        ("/opt/lobby", str(ROOT)),
        ("/usr/bin/cage", "/bin/true"),
        ("/usr/local/bin/nats-server", "/bin/true"),
    ):
        text = text.replace(there, here)
    text = re.sub("^User=.*$", f"User={os.getuid()}", text, flags=re.MULTILINE)
    laid = tmp_path / Path(unit).name.replace("@.", "@main.")
    laid.write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", f"--{manager}", "verify", laid],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def said(unit: str) -> dict[str, str]:
    lines = (ROOT / "deploy" / unit).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if re.match("[A-Z]", line))


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.endswith(".service")])
def test_a_unit_is_tried_again_and_not_given_up_at_once(unit: str) -> None:
    """systemd gives a unit up that begins five times in ten seconds."""
    of = said(unit)
    if of.get("Type") == "oneshot":
        minutes = int(of["RestartSec"].removesuffix("min"))
        hours = int(of["StartLimitIntervalSec"].removesuffix("h"))
        assert of["Restart"] == "on-failure"
        assert 60 <= minutes * int(of["StartLimitBurst"]) < hours * 60, "hours, and an end"
    else:
        assert of["Restart"] == "always"
        assert of.get("StartLimitIntervalSec") == "0" or int(of["RestartSec"]) >= 5


@pytest.mark.parametrize(
    "unit",
    ["lobby.service", "lobby-ship.service", "lobby-hq-ingest.service", "lobby-hq-serve.service"],
)
def test_one_that_hangs_is_replaced(unit: str) -> None:
    of = said(unit)
    assert (of["Type"], of["TimeoutStartSec"], of["LimitCORE"]) == ("notify", "infinity", "0")
    assert int(of["WatchdogSec"]) >= 120


def test_all_units_are_looked_at() -> None:
    deploy = ROOT / "deploy"
    units = [*deploy.rglob("*.service"), *deploy.rglob("*.timer")]
    assert {str(unit.relative_to(deploy)) for unit in units} == set(UNITS)
